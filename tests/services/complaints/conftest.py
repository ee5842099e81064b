"""Anna with a due and a payment in Borki, complaints of hers, and the days on which something happens."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm

from kernel.dates import WARSAW
from services.accounts.models import DepartmentGrant, Payer, Resident
from services.complaints.actions import Grievance, submit_complaint
from services.complaints.domain.states import Kind
from services.complaints.models import Complaint
from services.liabilities.models import Liability
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from services.users.models import User
from tenants.configuration.models import Department
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.cast import Person

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\nPotwierdzenie przelewu Anny Kanarkowskiej\n%%EOF\n"


@pytest.fixture
def anna(in_borki, person: Callable[[str], Person]) -> Person:
    return person("anna")


@pytest.fixture
def daria(in_borki, person: Callable[[str], Person]) -> Person:
    return person("daria")


@pytest.fixture
def resident(anna: Person) -> Resident:
    return Resident.objects.get(user_id=anna.user_id)


@pytest.fixture
def payer(anna: Person) -> Payer:
    return Payer.objects.get(public_id=anna.payer_id)


@pytest.fixture
def due(payer: Payer) -> Liability:
    return LiabilityFactory(payer=payer)


@pytest.fixture
def lease(payer: Payer) -> Liability:
    """Rent: another department."""
    return LiabilityFactory(payer=payer, lease=True)


@pytest.fixture
def payment(payer: Payer, resident: Resident, due: Liability) -> Payment:
    return PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due], operator_id="P24-77")


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], date]:
    """`on_day("2026-03-30")`: it is noon of that day in Warsaw until another day is named."""

    def set_day(text: str) -> date:
        day = date.fromisoformat(text)
        noon = datetime.combine(day, time(12), tzinfo=WARSAW)
        monkeypatch.setattr(timezone, "now", lambda: noon)
        return day

    return set_day


@pytest.fixture
def complain(anna: Person, due: Liability) -> Callable[..., Complaint]:
    """`complain(liability_id=None)`: Anna complains about her property tax, or about what is named."""

    def send(*documents: Any, **changes: Any) -> Complaint:
        actor = changes.pop("actor", anna.actor)
        values = {
            "kind": Kind.OTHER,
            "subject": "Portal pokazuje zapłaconą ratę",
            "description": "Ratę III zapłaciłam 10 września, numer przelewu 77/2026.",
            "key": uuid4(),
            "liability_id": due.public_id,
        }
        return submit_complaint(Grievance(**(values | changes)), documents, actor=actor)

    return send


@pytest.fixture
def complain_of_payment(complain: Callable[..., Complaint], payment: Payment) -> Callable[..., Complaint]:
    """The same about Anna's payment, with who paid."""

    def send(**changes: Any) -> Complaint:
        values = {
            "kind": Kind.TRANSACTION,
            "liability_id": None,
            "payment_id": payment.public_id,
            "paid_by_name": "Genowefa Płacąca",
            "paid_by_contact": "+48 600 000 002",
        }
        return complain(**(values | changes))

    return send


@pytest.fixture
def only_real_estate(daria: Person) -> None:
    """Daria handles the department of real estate and no taxes."""
    user = User.objects.get(pk=daria.user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))


def post_letters() -> None:
    """The mail server has taken everything that waits."""
    for letter in Message.objects.filter(state=MessageState.WAITING):
        letter.state, letter.sent_at = MessageState.SENT, timezone.now()
        letter.save()


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("id"))
