"""The write stop of a move between two servers, beside the copy that would stop the portal if no pass went before it.

A gmina with ROWS=200000 payers goes to a second PostgreSQL; CHANGED=500 of them are written anew between the passes and the
stop, as a portal in use does. `ratio` is the stop divided by the first copy of everything (goal: at most 0.5): the stop has
to read all rows on both sides to compare them, and to send only what changed. Figures: the stop, the time of the copies,
and the size of the gmina. ROWS=20000 is quick. fsync is off on both servers, which share one machine's processors.
"""

import json
import os
import tempfile
from pathlib import Path

from benchmarks.harness import finish, gmina, say

ROWS = int(os.environ.get("ROWS", "200000"))
CHANGED = int(os.environ.get("CHANGED", "500"))
GOAL = 0.5
NORTH = "north"
FILL = """
INSERT INTO accounts_payer ({columns}, external_id, public_id)
SELECT {columns}, 'K-' || number, gen_random_uuid() FROM accounts_payer, generate_series(1, {rows}) AS number
"""


def fill() -> float:
    """Payers in the open gmina; its size in MiB."""
    from django.db import connection

    from services.accounts.models import Payer

    Payer.objects.create(
        external_id="K-0", kind="person", name="Anna Przykładowa", identifier="", address="Próbna 1"
    )
    names = [field.column for field in Payer._meta.local_concrete_fields]
    columns = ", ".join(f'"{name}"' for name in names if name not in ("id", "external_id", "public_id"))
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(columns=columns, rows=ROWS))
        cursor.execute("ANALYZE accounts_payer")
        cursor.execute("SELECT pg_total_relation_size('accounts_payer') / 1048576.0")
        return float(cursor.fetchone()[0])


def change() -> None:
    """What residents do meanwhile: the newest rows are written anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_payer SET external_id = external_id || '-' "
            "WHERE id > (SELECT max(id) - %s FROM accounts_payer)",
            [CHANGED],
        )


def main() -> None:
    """Measure and tell."""
    from portal.embedded import postgres

    with tempfile.TemporaryDirectory(prefix="skarbnik-bench-north-") as folder:
        server = postgres.start(Path(folder) / "postgres", durable=False)
        try:
            postgres.prepare_roles(server)
            postgres.prepare_database(server, NORTH)
            urls = {
                "url": server.url("skarbnik_app", NORTH),
                "provisioning_url": server.url("skarbnik_provisioner", NORTH),
            }
            os.environ["DATABASE_CLUSTERS"] = json.dumps({NORTH: urls})
            with gmina() as scope:
                measure(scope)
        finally:
            server.stop()


def measure(scope: object) -> None:
    """Move the open gmina."""
    from kernel import tenancy
    from kernel.actors import system
    from tenants.archive.moves import move_gmina

    assert isinstance(scope, tenancy.Scope)
    size = fill()

    def hear(line: str) -> None:
        say(line)
        if "verify" in line:  # the last word before the stop
            change()

    moved = move_gmina(scope.tenant_id, NORTH, say=hear, actor=system("benchmark"))
    assert moved.findings == []
    finish(
        "move_gmina",
        ratio=moved.stop_ms / 1000 / moved.first_copy_s,
        goal=GOAL,
        rows=moved.rows,
        mib=round(size, 1),
        stop_ms=moved.stop_ms,
        first_copy_s=round(moved.first_copy_s, 2),
        copy_s=round(moved.copy_s, 2),
    )


if __name__ == "__main__":
    main()
