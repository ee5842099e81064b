"""Opening one gmina (row, domain, role, tables, verification) beside stock migrate_schemas on one new schema.

SCHEMAS=500 gminas are there already, because both grow with the platform, the stock command most. Beside it: the ratio to
the bare statements that are replayed, sent on an open connection (`raw_ratio`, at most 1.3); the number of pg_dump lines,
rows included, and of facts of the catalogs in which the two schemas differ (both 0). ROUNDS=7 of each, one after another,
so that all meet the same noise; the fastest, so least disturbed, of each. PostgreSQL writes durably here, because the
number of commits is a part of it.
"""

import os
import time
from collections.abc import Callable

from benchmarks.fleets import fleet
from benchmarks.harness import finish, say

GOAL = 0.04


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def open_gmina(teryt: str) -> float:
    """Seconds of all that stands between the wizard's last page and an empty portal, except its settings."""
    from kernel import tenancy
    from kernel.actors import system
    from tenants.directory.actions import build_tenant, register_tenant

    def work() -> None:
        with tenancy.public():
            register_tenant(
                teryt=teryt, name=teryt, kind="rural", label=f"g{teryt}", setup={}, actor=system("benchmark")
            )
        build_tenant(teryt)

    return seconds(work)


def replay_bare(schema: str) -> float:
    """Seconds of the same text on a connection that is open already, nothing asked before or after."""
    from kernel import tenancy
    from tenants.schemas import recording
    from tenants.schemas.making import empty_schema, provisioner

    scope = tenancy.Scope(schema_name=schema, role=schema)
    with provisioner() as session:
        text = recording.current(session).message(empty_schema(session, scope).as_string(session), scope)
        return seconds(lambda: session.execute(b"BEGIN;\n" + text + b";COMMIT"))


def migrate_stock(schema: str) -> float:
    """Seconds of the stock command; role and empty schema are not counted."""
    from django.core.management import call_command

    from kernel import tenancy
    from tenants.directory.provisioning import make_schema

    make_schema(tenancy.Scope(schema_name=schema, role=schema))
    with tenancy.public():
        return seconds(lambda: call_command("migrate_schemas", schema_name=schema, tenant=True, verbosity=0))


def main() -> None:
    """Measure and tell."""
    count, rounds = int(os.environ.get("SCHEMAS", "500")), int(os.environ.get("ROUNDS", "7"))
    ours, bare, stock = [], [], []
    with fleet(count, durable=True):
        from django.conf import settings
        from django.db import connection

        from kernel import tenancy
        from tenants.schemas.comparison import differences, differing_lines
        from tenants.schemas.making import provisioner

        for turn in range(rounds + 1):
            ours.append(open_gmina(f"32{turn + 1:02d}012"))
            bare.append(replay_bare(f"bare_{turn}"))
            stock.append(migrate_stock(f"stock_{turn}"))
            connection.close()  # the stock command has filled its session; a worker's is fresh and open
            with tenancy.public():
                connection.cursor().close()
            say(
                f"opened {ours[-1] * 1000:.0f} ms, bare {bare[-1] * 1000:.0f} ms, stock {stock[-1] * 1000:.0f} ms"
            )
        one, other = (
            tenancy.Scope(schema_name=name, role=name)
            for name in (f"gmina_32{rounds + 1:02d}012", f"stock_{rounds}")
        )
        with provisioner() as session:
            url = settings.PROVISIONING_DATABASE_URL
            lines = differing_lines(session, url, one, other, with_rows=True)
            facts = differences(session, one, other)
    ours_s, bare_s, stock_s = (min(times[1:]) for times in (ours, bare, stock))
    finish(
        "provisioning",
        ratio=ours_s / stock_s,
        goal=GOAL,
        gminas=count,
        ms=round(ours_s * 1000, 1),
        raw_ratio=round(ours_s / bare_s, 2),
        raw_ms=round(bare_s * 1000, 1),
        stock_ms=round(stock_s * 1000, 1),
        differing_dump_lines=len(lines),
        differing_facts=len(facts),
    )


if __name__ == "__main__":
    main()
