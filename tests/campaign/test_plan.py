"""A campaign is repeated by its seed, and its scan of the logs finds what is planted and nothing else."""

from pathlib import Path

from integrations.emulators.operators.faults import modes
from integrations.emulators.registry import EMULATORS
from tests.campaign.faults import PLACES
from tests.campaign.log_scan import leaks
from tests.campaign.plan import Behaviour, Plan, make_plan
from tests.campaign.world import account_of

OPERATORS = tuple(EMULATORS)
NEEDLES = {"75870300017": "PESEL of a resident", "klucz-tajny-1": "payu second_key"}


def plan(seed: int, payments: int = 60) -> Plan:
    return make_plan(seed=seed, payments=payments, kills=5, operators=OPERATORS)


def test_the_same_seed_is_the_same_campaign():
    assert plan(7) == plan(7)
    assert plan(7) != plan(8)


def test_a_long_campaign_meets_every_operator_every_behaviour_every_process_and_every_fault():
    whole = plan(1, payments=5_000)
    assert {visit.operator for visit in whole.visits} == set(OPERATORS)
    assert {visit.behaviour for visit in whole.visits} == set(Behaviour)
    assert {kill.target for kill in whole.kills} == {"web", "worker", "database"}
    met = {(visit.operator, fault.place, fault.mode) for visit in whole.visits for fault in visit.faults}
    for code, kind in EMULATORS.items():
        table = modes(kind.places, kind.own_faults)
        wanted = {(code, place, mode) for place in table if place in PLACES for mode in table[place]}
        assert wanted <= met


def scanned(home: Path, line: str) -> list[str]:
    for path in (home / "log" / "web.log", home / "postgres" / "log"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    (home / "log" / "web.log").write_text(f"first\n{line}\n")
    return list(leaks(home, NEEDLES))


def test_what_is_planted_in_a_log_is_found_and_not_repeated(tmp_path):
    account = account_of("borki", OPERATORS[0])
    for secret, what in [*NEEDLES.items(), ("4111111111111111", "card number"), ("777123", "BLIK code")]:
        assert scanned(tmp_path, f"was told {secret} today") == [f"web.log:2: {what}"]
    assert scanned(tmp_path, f"to {account}") == ["web.log:2: an account number"]


def test_the_microseconds_of_a_time_are_no_blik_code(tmp_path):
    assert scanned(tmp_path, '{"timestamp": "2026-11-21T14:19:14.777123Z", "took": 0.07777123}') == []
