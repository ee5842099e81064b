"""Counting a call of the API for its gmina, its client and the day, beside reading one row: what a limit adds to a call.

CALLS=2000 calls a round, ROUNDS=3. The counters are in the public schema, so the change of role is in the figure. A check of
a switch is timed beside it: it asks the database nothing.
"""

import os

from benchmarks.harness import fastest, finish, gmina, say

GOAL = 4.0


def main() -> None:
    """Measure and tell."""
    calls, rounds = int(os.environ.get("CALLS", "2000")), int(os.environ.get("ROUNDS", "3"))
    with gmina():
        from services.api.throttling import WRITES
        from tenants.configuration.models import Office
        from tenants.metering import counters
        from tenants.metering.counters import Wanted
        from tenants.metering.flags import PART_PAYMENTS
        from tenants.metering.quotas import API_REQUESTS
        from tenants.metering.usage import api_call

        def read() -> None:
            for _ in range(calls):
                Office.objects.values_list("pk").first()

        def count_and_read() -> None:
            for _ in range(calls):
                write = Wanted(WRITES, 10**9, seconds=1, subject="client")
                counters.take(Wanted(API_REQUESTS.name, 10**9, seconds=60), api_call(), write)
                Office.objects.values_list("pk").first()

        def check() -> None:
            for _ in range(calls):
                PART_PAYMENTS.is_on()

        bare_s, counted_s, checked_s = (
            fastest(work, rounds=rounds) for work in (read, count_and_read, check)
        )
    added_us = (counted_s - bare_s) / calls * 1e6
    say(
        f"one row {bare_s / calls * 1e6:.0f} us, counting adds {added_us:.0f} us, a switch {checked_s / calls * 1e6:.1f} us"
    )
    finish(
        "rate_limits",
        ratio=counted_s / bare_s,
        goal=GOAL,
        calls=calls,
        one_row_us=round(bare_s / calls * 1e6),
        counting_adds_us=round(added_us),
        switch_us=round(checked_s / calls * 1e6, 2),
    )


if __name__ == "__main__":
    main()
