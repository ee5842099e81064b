"""The dues of a gmina in arrears with their interest, from the database, beside counting the interest day by day.

Ours is `dues_of`, on which every statement stands: rows, balances from the ledger, pauses, and each due's interest to the
day with its reasons. The other does the interest alone, over the same dues lying in memory, as the law reads: for each day
of delay the rate of that day, an exact fraction of the principal; summed up, rounded once. Both must give the same grosze
for every due. `ratio` is the other's time divided by ours. Beside it: the same loop in whole numbers with one division
(`integer_loop_ratio`), the resident's page of 100 dues (`page_ms`), and its number of SQL statements.

The loop over 100,000 dues takes two minutes, so it is timed once, while both are compared. DUES=2000 is quick.
"""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from benchmarks.harness import fastest, finish, gmina, say, timed

AS_OF = date(2026, 10, 1)
DAYS = 3 * 365
DUES = int(os.environ.get("DUES", "100000"))
PER_PAYER = 100
GOAL = 20
ONE_DAY = timedelta(days=1)


def rows(payer: str, number: int, first: int) -> list[dict[str, object]]:
    """Dues of one payer, none of them paid, spread over the three years before AS_OF; every fourth is a civil one."""
    return [
        {
            "external_id": f"D-{first + place}",
            "payer_external_id": payer,
            "payer_kind": "person",
            "payer_name": f"Płatnik {payer}",
            "liability_type": "lease" if place % 4 == 3 else "property_tax",
            "title": f"Należność {first + place}",
            "year": due_on.year,
            "due_on": due_on.isoformat(),
            "principal": f"{200 + (first + place) * 7 % 1500}.00",
        }
        for place in range(number)
        for due_on in [AS_OF - timedelta(days=1 + (first + place) * 13 % DAYS)]
    ]


def load(payers: Sequence[tuple[str, int]]) -> None:
    """Import the dues of payers with so many dues each, as a finance system would send them."""
    from kernel.actors import system
    from services.liabilities.actions.imports import import_dues

    first = 0
    for payer, number in payers:
        run = import_dues(rows(payer, number, first), source="command", actor=system("benchmark"))
        assert run.created == number, run.findings
        first += number


def whole_gmina() -> list[Any]:
    """All dues of the gmina with their interest, except those of the two payers whose queries are counted."""
    from services.liabilities.models import Liability
    from services.liabilities.queries import dues_of

    return dues_of(Liability.objects.filter(debtors__external_id__startswith="K-"), AS_OF)


def by_day(dues: Sequence[Any]) -> list[int]:
    """Interest of each due in grosze, a day at a time, in fractions."""
    from tenants.rates.queries import rate_table

    rates = rate_table()
    found = []
    for due in dues:
        table = rates.tax if due.regime == "tax" else rates.civil
        exact, day = Fraction(0), due.effective_due_on + ONE_DAY
        while day <= AS_OF:
            exact += Fraction(due.principal_gr * table.row_on(day).rate_bp, 10_000 * 365)
            day += ONE_DAY
        found.append(rounded(exact, due.regime, rates))
    return found


def by_day_in_integers(dues: Sequence[Any]) -> list[int]:
    """The same with the rates of the days summed up as whole numbers, and one fraction at the end."""
    from tenants.rates.queries import rate_table

    rates = rate_table()
    found = []
    for due in dues:
        table = rates.tax if due.regime == "tax" else rates.civil
        weight, day = 0, due.effective_due_on + ONE_DAY
        while day <= AS_OF:
            weight += table.row_on(day).rate_bp
            day += ONE_DAY
        found.append(rounded(Fraction(due.principal_gr * weight, 10_000 * 365), due.regime, rates))
    return found


def rounded(exact: Fraction, regime: str, rates: Any) -> int:
    """Taxes in full zloty and nothing up to the minimum (art. 63 and 54 of the Tax Ordinance), civil dues to the grosz."""
    if regime != "tax":
        return int(exact + Fraction(1, 2))
    zloty = int(exact / 100 + Fraction(1, 2)) * 100
    return zloty if zloty > rates.minimum_interest.row_on(AS_OF).amount_gr else 0


def queries_of(payer: Any) -> int:
    """SQL statements of one statement."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from services.liabilities.queries import statement

    statement(payer, AS_OF)
    with CaptureQueriesContext(connection) as captured:
        statement(payer, AS_OF)
    return len(captured)


def main() -> None:
    """Measure and print."""
    with gmina():
        from services.accounts.models import Payer
        from services.liabilities.queries import statement

        many = [(f"K-{number}", PER_PAYER) for number in range(max(DUES // PER_PAYER, 1))]
        say(f"importing {len(many) * PER_PAYER + 1010} dues")
        load([*many, ("TEN", 10), ("THOUSAND", 1000)])
        dues, one = whole_gmina(), Payer.objects.get(external_id="K-0")
        assert len(dues) == len(many) * PER_PAYER
        say("counting day by day, and checking that both count the same")
        ours = [due.interest_gr for due in dues]
        counted, loop_s = timed(lambda: by_day(dues))
        in_integers, integer_loop_s = timed(lambda: by_day_in_integers(dues))
        assert ours == counted == in_integers
        assert sum(amount > 0 for amount in ours) > len(ours) // 2
        say("measuring")
        statement_s = fastest(whole_gmina, rounds=5)
        page_s = fastest(lambda: statement(one, AS_OF), rounds=20)
        at_ten, at_thousand = (
            queries_of(Payer.objects.get(external_id=name)) for name in ("TEN", "THOUSAND")
        )
    finish(
        "statement",
        ratio=loop_s / statement_s,
        goal=GOAL,
        dues=len(dues),
        dues_per_second=round(len(dues) / statement_s),
        loop_dues_per_second=round(len(dues) / loop_s),
        page_ms=round(page_s * 1000, 1),
        integer_loop_ratio=round(integer_loop_s / statement_s, 2),
        queries_at_10_dues=at_ten,
        queries_at_1000_dues=at_thousand,
    )


if __name__ == "__main__":
    main()
