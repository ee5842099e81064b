"""One campaign from the plan to the figures."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.campaign.aftermath import NeverQuiet, settle
from tests.campaign.audit import STUCK, Findings, audit
from tests.campaign.booking import book
from tests.campaign.killer import Killer
from tests.campaign.log_scan import leaks, logs
from tests.campaign.payer import Payers
from tests.campaign.plan import Plan, make_plan
from tests.campaign.tally import Tally
from tests.campaign.world import World, operators, world

MOST_SHOWN = 20


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    seed: int
    payments: int
    kills: int
    at_once: int
    is_kept: bool


def run(wish: Wish, say: Callable[[str], None] = print) -> bool:
    """Run one campaign and print its figures as one line of JSON; whether everything was as it must be.

    The folder with all logs and books is removed after a success, unless it is to be kept.
    """
    codes = operators()
    plan = make_plan(seed=wish.seed, payments=wish.payments, kills=wish.kills, operators=codes)
    home = Path(tempfile.mkdtemp(prefix=f"skarbnik-campaign-{wish.seed}-"))
    say(
        f"campaign: seed {wish.seed}, {wish.payments} visits, {wish.kills} kills, operators {', '.join(codes)}"
    )
    for kill in plan.kills:
        say(f"  planned: {kill}")
    begun_at = time.monotonic()
    tally = Tally()
    is_good = False
    try:
        with world(home, plan) as running:
            say(f"{time.monotonic() - begun_at:7.2f} s  everything runs")
            findings = _carry_out(plan, running, tally, wish.at_once, say)
            leaked = list(leaks(home, running.needles))
        is_good = _tell(plan, tally, findings, leaked, home, time.monotonic() - begun_at, say)
    finally:
        if is_good and not wish.is_kept:
            shutil.rmtree(home)
        else:
            say(f"seed {wish.seed}; logs and books are kept in {home}")
    return is_good


def _carry_out(
    plan: Plan, running: World, tally: Tally, at_once: int, say: Callable[[str], None]
) -> Findings:
    payers = Payers(running, tally)
    killer = Killer(running, plan.kills, lambda: payers.begun, tally, say)
    begun_at = time.monotonic()
    killer.start()
    try:
        with ThreadPoolExecutor(at_once) as crowd:
            for outcome in crowd.map(payers.visit, plan.visits):
                assert outcome is None
        killer.finish()
        say(f"{time.monotonic() - begun_at:7.2f} s  all visits are over")
        unquiet = _settled(running, payers, tally)
        say(f"{time.monotonic() - begun_at:7.2f} s  everything is quiet")
        findings = audit(running, tally.other_amounts)
        if unquiet:
            findings.add(STUCK, "sweep", unquiet)
        book(running, findings)
        running.stack.check_children()
    finally:
        killer.stop()
        payers.close()
    return findings


def _settled(running: World, payers: Payers, tally: Tally) -> str:
    try:
        settle(running, payers, tally)
    except NeverQuiet as error:
        return str(error)
    return ""


def _tell(
    plan: Plan,
    tally: Tally,
    findings: Findings,
    leaked: list[str],
    home: Path,
    seconds: float,
    say: Callable[[str], None],
) -> bool:
    ordered, unused = tally.share("ordered"), tally.share("unused")
    figures = {
        "seed": plan.seed,
        "visits": len(plan.visits),
        **dict(sorted(findings.counts.items())),
        **findings.figures(),
        "kills": tally.share("killed"),
        "faults": {name: n - unused.get(name, 0) for name, n in ordered.items() if n > unused.get(name, 0)},
        "behaviours": tally.share("behaviour"),
        "orders": tally.share("order"),
        "operator": tally.share("operator"),
        "late": tally.share("late"),
        "mismatch": tally.share("mismatch"),
        "pages": tally.share("pages"),
        "gave_up": tally.share("gave_up"),
        "leaks": len(leaked),
        "log_bytes": sum(path.stat().st_size for path in logs(home)),
        "seconds": round(seconds, 1),
    }
    wrong = [*map(str, findings.differences), *tally.errors, *(f"leak: {leak}" for leak in leaked)]
    for line in wrong[:MOST_SHOWN]:
        say(f"  {line}")
    if len(wrong) > MOST_SHOWN:
        say(f"  … and {len(wrong) - MOST_SHOWN} more")
    say(json.dumps(figures, ensure_ascii=False))
    return not wrong
