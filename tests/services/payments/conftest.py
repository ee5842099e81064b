"""A due of Anna's and ways to pay it, for the tests of payments."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from services.accounts.models import Payer, Resident
from services.liabilities.models import Liability
from services.payments.actions import Order, Started, refresh_payment, start_payment
from services.payments.legal import legal_texts
from services.payments.methods import method_choices
from services.payments.models import Payment
from services.payments.queries import basket
from tenants.configuration.models import OperatorAccount
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.fixtures.receiving import Receiver
from tests.integrations.payments.benches.everyone import BENCHES
from tests.services.payments.telling import Teller


@pytest.fixture
def anna(in_borki, person: Callable[[str], Person]) -> Person:
    return person("anna")


@pytest.fixture
def payer(anna: Person) -> Payer:
    return Payer.objects.get(public_id=anna.payer_id)


@pytest.fixture
def due(payer: Payer) -> Liability:
    return LiabilityFactory(payer=payer)


@dataclass
class Payments:
    """Starts payments of the signed-in resident against the running emulator."""

    operator: Emulator
    who: Person

    def order(
        self,
        *dues: Liability,
        start_key: UUID | None = None,
        amounts: Mapping[UUID, int] | None = None,
        **changes: object,
    ) -> Order:
        today = timezone.localdate()
        payer = Payer.objects.get(public_id=self.who.payer_id)
        resident = Resident.objects.get(user_id=self.who.user_id)
        group = basket(payer, [due.public_id for due in dues], today, resident, amounts or {}).groups[0]
        choice = next(choice for choice in method_choices(group, today) if choice.is_available)
        values = {
            "payer_id": payer.public_id,
            "due_ids": tuple(due.public_id for due in dues),
            "group_key": group.key,
            "method_id": choice.id,
            "expected_total_gr": choice.total_gr,
            "start_key": start_key or uuid4(),
            "amounts": amounts or {},
            "consents": frozenset(text.id for text in legal_texts(group, choice.id).texts if text.required),
        }
        return Order(**(values | changes))

    def start(self, *dues: Liability, amounts: Mapping[UUID, int] | None = None) -> Payment:
        started: Started = start_payment(self.order(*dues, amounts=amounts), actor=self.who.actor)
        return Payment.objects.get(public_id=started.payment_id)

    def paid(
        self, *dues: Liability, amounts: Mapping[UUID, int] | None = None, on: date | None = None
    ) -> Payment:
        """A payment whose money the operator has confirmed; `on` is the day on which the payer's account was debited."""
        payment = self.start(*dues, amounts=amounts)
        self.operator.control.pay(payment.reference)
        refresh_payment(payment.public_id)
        if on:
            Payment.objects.filter(pk=payment.pk).update(debited_on=on)
        payment.refresh_from_db()
        return payment


@pytest.fixture
def payments(operator: Emulator, anna: Person) -> Payments:
    return Payments(operator, anna)


@pytest.fixture
def teller(
    payments: Payments,
    due: Liability,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], Teller]]:
    """`teller(code)`: from now on the account of `due` is served by this operator, whose messages are kept and whose clock
    is its own."""
    started = ExitStack()

    def make(code: str) -> Teller:
        ours = BENCHES[code].merchants[0]
        running = started.enter_context(start(code, merchants=[ours]))
        nrb = due.liability_type.account_nrb
        OperatorAccount.objects.filter(account_nrb=nrb).update(is_active=False)
        account = OperatorAccount.objects.create(
            operator=code,
            label=code,
            profile="local",
            api_url=running.url,
            merchant_ids=ours["ids"],
            secrets={name: [value] for name, value in ours["secrets"].items()},
            account_nrb=nrb,
        )
        address = f"http://borki.localhost:{receiver.port}"
        monkeypatch.setattr("services.payments.addresses.portal_address", lambda: address)
        receiver.requests.clear()
        return Teller(running.control, account, receiver)

    with started:
        yield make
