"""The office is written to about what does not agree: soon, seldom, and without anybody's data."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kernel.dates import WARSAW
from services.notices.models import Message
from services.payments.actions import tell_office
from services.payments.actions.alarms import DAILY, NEW
from services.payments.models import Discrepancy
from services.payments.tasks import compare
from tenants.configuration.models import Office, OperatorAccount
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(in_borki):
    """`find(3)`: so many new discrepancies."""
    account = OperatorAccount.objects.first()

    def make(number: int, kind: str = "unknown_message", **values: object) -> None:
        now, begin = timezone.now(), Discrepancy.objects.count()
        Discrepancy.objects.bulk_create(
            Discrepancy(
                kind=kind,
                key=f"{kind}:{begin + one}",
                operator_account=account,
                first_seen_at=now,
                last_seen_at=now,
                **values,
            )
            for one in range(number)
        )

    return make


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A moment of today on Polish clocks."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW)


def tell(moment: datetime) -> str:
    """Write what is due, as if the letter were put into the outbox at that moment."""
    kind = tell_office(moment)
    if kind:
        Message.objects.filter(pk=Message.objects.latest("id").pk).update(created_at=moment)
    return kind


def test_nothing_is_written_while_all_agrees(find):
    assert tell(at(12)) == ""
    assert not Message.objects.exists()


def test_a_thousand_new_ones_are_one_letter(find):
    find(999)
    find(1, "not_settled")
    assert tell(at(5)) == NEW
    assert tell(at(5)) == ""
    [letter] = Message.objects.all()
    assert letter.subject.endswith(": 1000")
    assert "Brak wypłaty od operatora: 1\n" in letter.body
    assert not Discrepancy.objects.filter(told_at__isnull=True).exists()


def test_new_ones_soon_after_a_letter_wait(find):
    find(1)
    assert tell(at(1)) == NEW
    find(2)
    assert tell(at(4, 59)) == ""
    assert tell(at(5, 1)) == NEW
    assert Message.objects.latest("id").subject.endswith(": 2")


def test_once_a_day_everything_that_is_open_is_named(find):
    find(3)
    assert tell(at(5)) == NEW
    assert tell(at(6, 59)) == ""
    assert tell(at(7)) == DAILY
    assert tell(at(23, 59)) == ""
    find(1)
    assert tell(at(7, days=1)) == DAILY
    assert "4, w tym nowe: 1." in Message.objects.latest("id").body


def test_what_is_resolved_is_named_no_more(find):
    find(1, state="resolved", resolved_at=timezone.now())
    assert tell(at(12)) == ""


def test_the_letter_goes_to_the_configured_address_or_to_the_office(find):
    find(1)
    tell(at(5))
    Office.objects.update(payments_email="skarbnik@borki.example")
    tell(at(7))
    first, second = Message.objects.order_by("id")
    assert first.recipient == Office.objects.get().email
    assert second.recipient == "skarbnik@borki.example"


def test_the_letter_names_nobody_and_no_payment(find):
    payment = PaymentFactory(paid=True)
    find(1, "amount_differs", payment=payment, details={"amount_gr": 12_345})
    tell(at(5))
    letter = Message.objects.get()
    whole = letter.subject + letter.body
    payer = payment.payer
    for personal in (payer.name, payer.identifier, payment.reference, payment.operator_id, "123,45"):
        assert not personal or personal not in whole


def test_the_periodic_job_writes_it(find):
    """A discrepancy that the comparison itself has found."""
    PaymentFactory(state="mismatch")
    compare()
    compare()
    [letter] = Message.objects.filter(kind__in=[NEW, DAILY])
    assert "Wpłynęło co innego, niż zlecono: 1" in letter.body
