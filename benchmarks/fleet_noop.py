"""A deployment with nothing to do over 500 gminas, process start included, beside stock migrate_schemas.

SCHEMAS=500 gminas; SAMPLE=8 of them are migrated by the stock command, and its time is scaled to all: it grows with the
number of gminas at least in proportion.
"""

import os

from benchmarks.fleets import fleet
from benchmarks.harness import finish, say

GOAL = 0.01


def main() -> None:
    """Measure and tell."""
    count, sample = int(os.environ.get("SCHEMAS", "500")), int(os.environ.get("SAMPLE", "8"))
    with fleet(count) as gminas:
        first = gminas.skarbnik("fleet_migrate")
        ours = min(gminas.skarbnik("fleet_migrate") for _ in range(3))
        processor = gminas.processor_time("fleet_migrate")
        whole = gminas.skarbnik("fleet_migrate", "--batch", "25")  # an option more: the whole run looks
        per_gmina = gminas.stock(sample)
    stock = per_gmina * count
    say(
        f"{count} gminas, nothing to do: ours {ours:.2f} s, stock {stock:.0f} s ({per_gmina * 1000:.0f} ms each)"
    )
    finish(
        "fleet_noop",
        ratio=ours / stock,
        goal=GOAL,
        gminas=count,
        ours_s=round(ours, 3),
        ours_first_s=round(first, 3),
        ours_whole_run_s=round(whole, 3),
        ours_process_cpu_s=round(processor, 3),
        stock_s=round(stock, 1),
        stock_ms_per_gmina=round(per_gmina * 1000, 1),
    )


if __name__ == "__main__":
    main()
