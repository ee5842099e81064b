"""One bench per operator: its emulator, a configuration, and the few things that differ.

A further operator adds a bench to BENCHES, and the whole contract runs over it.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from integrations.emulators import przelewy24
from integrations.payments.base import EnvironmentProfile, Event, Operator, OperatorConfig, RawRequest, Start
from integrations.payments.registry import entry

PRZELEWY24_MERCHANTS = [
    {
        "merchant_id": 144354,
        "pos_id": 144354,
        "name": "Gmina Borki",
        "account": "61109010140000071219812874",
        "api_key": "klucz-raportow-borki-1",
        "crc": "crc-borki-tajny-1",
    },
    {
        "merchant_id": 200100,
        "pos_id": 200101,
        "name": "Dąbrowa Górnicza",
        "account": "27114020040000300201355387",
        "api_key": "klucz-raportow-dabrowa-1",
        "crc": "crc-dabrowa-tajny-1",
    },
]


@dataclass
class Bench:
    """What the contract tests need of an operator."""

    operator: Operator
    config: OperatorConfig
    stranger: OperatorConfig
    control: przelewy24.Control
    receiver: object
    bank: str
    secret_values: tuple[str, ...]

    def order(self, **changes: object) -> Start:
        ref = uuid.uuid4().hex
        order = Start(
            ref=ref,
            amount_gr=12345,
            title="Podatek od nieruchomości 2026, rata I – Łęczna 7/9",
            email="anna@example.org",
            return_url="http://borki.localhost:8000/platnosci/1/",
            notify_url=self.receiver.url(ref),
            method_id=self.bank,
        )
        return replace(order, **changes)

    def started(self, **changes: object) -> Start:
        order = self.order(**changes)
        self.operator.start(self.config, order)
        return order

    def notified(self, **changes: object) -> tuple[Start, RawRequest]:
        """A payment that the payer made, with the notification as it came over HTTP."""
        order = self.started(**changes)
        self.control.pay(order.ref)
        return order, self.receiver.wait(order.ref)[0]

    def event(self, **changes: object) -> tuple[Start, Event]:
        order, request = self.notified(**changes)
        return order, self.operator.parse_notification(self.config, request)

    def state(self, order: Start) -> str:
        return self.control.transaction(order.ref)["state"]


def changed(request: RawRequest, **values: object) -> RawRequest:
    """The notification with values changed and the signature left as it was."""
    document = {**json.loads(request.body), **values}
    return replace(request, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.fixture(scope="session")
def przelewy24_emulator() -> Iterator[przelewy24.Emulator]:
    with przelewy24.start(merchants=PRZELEWY24_MERCHANTS) as running:
        yield running


def przelewy24_config(url: str, merchant: dict, **secrets: tuple[str, ...]) -> OperatorConfig:
    profile = EnvironmentProfile("emulator", url, (url.removeprefix("http://"),), allow_loopback=True)
    return entry("przelewy24").configure(
        profile,
        merchant_ids={"merchant_id": str(merchant["merchant_id"]), "pos_id": str(merchant["pos_id"])},
        secrets={"crc": (merchant["crc"],), "api_key": (merchant["api_key"],), **secrets},
        account_nrb=merchant["account"],
    )


@pytest.fixture
def przelewy24_bench(przelewy24_emulator: przelewy24.Emulator, receiver: object) -> Bench:
    ours, theirs = PRZELEWY24_MERCHANTS
    return Bench(
        operator=entry("przelewy24").operator,
        config=przelewy24_config(przelewy24_emulator.url, ours),
        stranger=przelewy24_config(przelewy24_emulator.url, theirs),
        control=przelewy24_emulator.control,
        receiver=receiver,
        bank="25",
        secret_values=(ours["api_key"], ours["crc"]),
    )


BENCHES = ["przelewy24_bench"]


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    found: Bench = request.getfixturevalue(request.param)
    yield found
    found.control.forget_faults()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read timeouts in tenths of a second, so that a slow operator does not slow the tests down."""
    monkeypatch.setattr("integrations.payments.http.READ_SECONDS", 0.3)
