"""The world of a campaign: a whole running platform, two gminas with an account at every operator, residents and dues."""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

from django.db import connections

from integrations.emulators.operators import Control
from integrations.emulators.registry import EMULATORS
from integrations.payments import registry
from kernel import tenancy
from portal.embedded import postgres
from portal.embedded.stack import Ports, Stack
from tests.campaign.plan import GMINAS, Plan
from tests.factories.accounts import PASSWORD, PayerFactory, ResidentFactory, synthetic_pesel
from tests.fixtures.cast import GMINAS as TERYTS
from tests.fixtures.cast import make_cast
from tests.fixtures.committed import Gmina
from tests.fixtures.database import ACTOR, set_up_gminas, use_database
from tests.fixtures.running import stack_environment
from tests.fixtures.ways import with_passwords
from tests.integrations.payments.benches.base import Bench

DATABASE = "skarbnik_campaign"
PAYMENT_MINUTES = 3
"""Life of a link: short, so that links die under the payers of a long campaign by themselves."""
BENCHES = "tests.integrations.payments.benches"
BANK_AND_BRANCH = "99990013"
"""Of an invented bank, as in the presets."""
LABEL = "Kampania"
"""With it begin the names of the campaign's operator accounts."""
PESELS_FROM = 2_000_000


@cache
def benches() -> Mapping[str, type[Bench]]:
    """The operators that take part, with the merchants of their bench: all that have adapter, emulator and bench."""
    found = {}
    for entry in registry.operators():
        name = f"{BENCHES}.{entry.code}"
        if entry.code in EMULATORS and find_spec(name):
            members = vars(import_module(name)).values()
            found[entry.code] = next(
                one
                for one in members
                if isinstance(one, type) and issubclass(one, Bench) and one is not Bench
            )
    return found


def operators() -> tuple[str, ...]:
    """Their codes."""
    return tuple(benches())


@dataclass
class Town:
    """One gmina with its residents' addresses and its dues by the number of the finance system."""

    label: str
    scope: tenancy.Scope
    emails: list[str] = field(default_factory=list)
    due_ids: dict[str, UUID] = field(default_factory=dict)

    def actor(self, name: str) -> object:
        """The actor of one of the office's cast; the gmina is open."""
        return Gmina(self.scope, None).person(name).actor  # type: ignore[arg-type]


@dataclass
class World:
    """Everything that runs, and where."""

    home: Path
    stack: Stack
    towns: dict[str, Town]
    controls: dict[str, Control]
    needles: dict[str, str]
    """What no log may show: value by what it is."""

    @property
    def server(self) -> postgres.Server:
        """PostgreSQL as it runs now."""
        assert self.stack.server is not None
        return self.stack.server


@contextmanager
def world(home: Path, plan: Plan) -> Iterator[World]:
    """Start everything; ended afterwards by process id, whatever happened."""
    from tenants.directory.queries import scope_of

    ports = Ports(*(postgres.free_port() for _ in range(4)))
    stack = Stack(home=home, ports=ports, database=DATABASE)
    emulators = {code: postgres.free_port() for code in operators()}
    controls = {code: Control(f"http://127.0.0.1:{port}") for code, port in emulators.items()}
    try:
        # A commit must be on its way to the disk when it is told: the server will be killed.
        stack.server = postgres.start(home / "postgres")
        postgres.prepare_roles(stack.server)
        postgres.prepare_database(stack.server, DATABASE)
        use_database(stack.server, DATABASE)
        set_up_gminas(*GMINAS)
        make_cast()
        for teryt in TERYTS.values():
            with_passwords(scope_of(teryt))  # no node runs here
        towns = {label: _town(label, plan, emulators) for label in GMINAS}
        connections.close_all()
        stack.environment = stack_environment(stack.server, stack) | {
            "BROKER_URL": "filesystem://localhost",
            "LOG_LEVEL": "INFO",
            "PAYMENT_MINUTES": str(PAYMENT_MINUTES),
        }
        _start_emulators(stack, emulators)
        stack.start_mailbox(always=True)
        stack.start_web(workers=2, threads=8)
        stack.start_worker()
        yield World(home, stack, towns, controls, _needles(stack, plan))
    finally:
        connections.close_all()
        for control in controls.values():
            control.close()
        for process in stack.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # nothing here is worth the time of an orderly end
        stack.stop()


def account_of(label: str, operator: str) -> str:
    """The bank account (NRB) of a gmina that one operator settles to."""
    number = (GMINAS.index(label) + 1) * 100 + sorted(benches()).index(operator)
    digits = f"{BANK_AND_BRANCH}{number:016d}"
    return f"{98 - int(digits + '252100') % 97:02d}{digits}"


def merchant_of(label: str, operator: str) -> Mapping[str, object]:
    """The gmina's merchant at the operator: that of the bench, with the gmina's own bank account."""
    return {**benches()[operator].merchants[GMINAS.index(label)], "account": account_of(label, operator)}


def _start_emulators(stack: Stack, ports: Mapping[str, int]) -> None:
    merchants = {code: [merchant_of(label, code) for label in GMINAS] for code in ports}
    path = stack.home / "merchants.json"
    path.write_text(json.dumps(merchants, ensure_ascii=False))
    listening = [f"--listen={code}={port}" for code, port in ports.items()]
    state = str(stack.home / "operators")
    stack.spawn(
        "emulator", ["-m", "integrations.emulators", *listening, "--state", state, "--merchants", str(path)]
    )
    for port in ports.values():
        stack.wait_for(f"http://127.0.0.1:{port}/")


def _town(label: str, plan: Plan, emulators: Mapping[str, int]) -> Town:
    from tenants.directory.queries import scope_of

    with tenancy.enter(scope_of(TERYTS[label])) as scope:
        town = Town(label, scope)
        for position, (code, port) in enumerate(emulators.items()):
            _add_operator(label, code, port, is_civil=position % 2 == 1)
        _add_residents(town, plan.residents)
        _import_dues(town, plan)
    return town


def _add_operator(label: str, code: str, port: int, *, is_civil: bool) -> None:
    """An account at the operator, and a type of dues whose bank account it settles to."""
    from tenants.configuration.actions import save_liability_type, save_operator_account
    from tenants.configuration.models import LiabilityType
    from tenants.configuration.queries import LOCAL_PROFILE

    nrb, merchant = account_of(label, code), merchant_of(label, code)
    model = LiabilityType.objects.get(code="lease" if is_civil else "property_tax")
    kept = ("department", "interest_regime", "allocation_regime", "payment_day_rule", "principal_rounding")
    values = {name: getattr(model, name) for name in kept} | {
        "code": f"due_{code}",
        "name": f"Należność próbna {code}",
        "account_nrb": nrb,
        "is_payable_online": True,
        "position": 500,
    }
    save_liability_type(values, public_id=None, version=0, actor=ACTOR)
    account = {
        "operator": code,
        "label": f"{LABEL} {code}",
        "profile": LOCAL_PROFILE,
        "api_url": f"http://127.0.0.1:{port}",
        "merchant_ids": merchant["ids"],
        "account_nrb": nrb,
        "is_active": True,
    }
    save_operator_account(account, secrets=merchant["secrets"], public_id=None, version=0, actor=ACTOR)  # type: ignore[arg-type]


def _add_residents(town: Town, count: int) -> None:
    for number in range(count):
        email = f"placacy{number}@mieszkaniec.example"
        pesel = pesel_of(number)
        payer = PayerFactory(external_id=_payer_id(number), identifier=pesel)
        ResidentFactory(user__email=email, user__password=PASSWORD, pesel=pesel, payer=payer)
        town.emails.append(email)


def pesel_of(resident: int) -> str:
    """The synthetic PESEL of a resident, the same in both gminas."""
    return synthetic_pesel(PESELS_FROM + resident)


def _payer_id(resident: int) -> str:
    return f"KAMPANIA-{resident}"


def _import_dues(town: Town, plan: Plan) -> None:
    """The dues of all visits to this gmina, through the import that a clerk uses."""
    from django.utils import timezone

    from services.liabilities.actions.imports import import_dues
    from services.liabilities.models import ImportSource, Liability

    today = timezone.localdate()
    rows = [
        {
            "external_id": visit.due_id(place),
            "payer_external_id": _payer_id(visit.resident),
            "payer_kind": "person",
            "payer_name": "Genowefa Próbna",
            "payer_identifier": pesel_of(visit.resident),
            "liability_type": f"due_{visit.operator}",
            "title": f"Należność próbna nr {visit.number}-{place}",
            "year": today.year,
            # Some are in arrears and bear interest.
            "due_on": f"{today.year - place % 2}-03-15",
            "principal": f"{principal_gr // 100}.{principal_gr % 100:02d}",
        }
        for visit in plan.visits
        if visit.gmina == town.label
        for place, principal_gr in enumerate(visit.principals)
    ]
    run = import_dues(rows, source=ImportSource.DESK, actor=town.actor("daria"))  # type: ignore[arg-type]
    known = Liability.objects.filter(external_id__startswith="KAMPANIA-")
    town.due_ids = dict(known.values_list("external_id", "public_id"))
    assert len(town.due_ids) == len(rows), run.findings


def _needles(stack: Stack, plan: Plan) -> dict[str, str]:
    found = {os.environ[name]: name for name in ("SECRET_KEY", "MASTER_KEY", "PLATFORM_KEYS")}
    found |= {stack.server.password: "password of the database"} if stack.server else {}
    found |= {PASSWORD: "password of a resident"}
    for label in GMINAS:
        for code in operators():
            merchant = merchant_of(label, code)
            secrets = merchant["secrets"]
            assert isinstance(secrets, Mapping)
            found |= {value: f"{code} {name}" for name, value in secrets.items()}
            found[account_of(label, code)] = f"bank account of {label}"
    found |= {pesel_of(number): "PESEL of a resident" for number in range(plan.residents)}
    return found
