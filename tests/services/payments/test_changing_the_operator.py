"""The gmina changes its operator while payments of the old one are under way: Przelewy24 before, Autopay after."""

import pytest
from django.utils import timezone

from integrations.payments.values import RawRequest
from services.payments.actions import book_payment, process_event, refresh_payment, take_notification
from services.payments.models import OperatorEvent, Payment
from services.payments.queries import payments_under_way
from tenants.configuration.actions import drop_previous_secret
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(operator, payments, due) -> Payment:
    """A payment that was started at Przelewy24 before the change."""
    return payments.start(due)


def told_by_przelewy24(operator, payment: Payment) -> Payment:
    """Przelewy24's message of a payment that the payer made, as it comes to the address of the old account."""
    operator.control.pay(payment.reference)
    number = int(operator.control.transaction(payment.reference)["operator_tx_id"])
    request: RawRequest = notification(payment, number)
    assert take_notification(payment.operator_account.public_id, request).status == 200
    process_event(OperatorEvent.objects.latest("id").public_id)
    payment.refresh_from_db()
    return payment


def test_a_message_of_the_old_operator_still_books(operator, old, use_autopay, person):
    use_autopay()

    told_by_przelewy24(operator, old)
    assert (old.state, old.operator_account.is_active) == ("paid", False)
    assert operator.control.transaction(old.reference)["state"] == "confirmed"

    book_payment(payment_id=old.public_id, credited_on=timezone.localdate(), actor=person("daria").actor)
    old.refresh_from_db()
    assert old.state == "booked"
    assert payments_under_way() == {}


def test_the_old_operator_is_still_asked_about_its_payments(operator, old, use_autopay):
    use_autopay()
    operator.control.pay(old.reference)

    refresh_payment(old.public_id)

    old.refresh_from_db()
    assert old.state == "paid"


def test_new_payments_go_to_the_new_operator_beside_the_old_ones(
    operator, old, use_autopay, autopay, payments, payer
):
    account = use_autopay()
    new = payments.start(LiabilityFactory(payer=payer))
    autopay.control.pay(new.reference)
    refresh_payment(new.public_id)
    told_by_przelewy24(operator, old)
    new.refresh_from_db()
    assert (new.state, old.state) == ("paid", "paid")
    assert new.operator_account == account != old.operator_account
    assert payments_under_way() == {account.pk: 1, old.operator_account.pk: 1}


def test_a_message_of_the_old_operator_at_the_address_of_the_new_one_changes_nothing(
    operator, old, use_autopay
):
    account = use_autopay()

    assert take_notification(account.public_id, notification(old, 7)).status == 400

    old.refresh_from_db()
    assert old.state == "started"


def test_what_is_signed_by_a_removed_key_is_refused(operator, old):
    account = old.operator_account
    account.secrets = {**account.secrets, "crc": ["fedcba9876543210", *account.secrets["crc"]]}
    account.save()
    request = notification(old, 7)
    drop_previous_secret(public_id=account.public_id, name="crc", actor=ACTOR)

    assert take_notification(account.public_id, request).status == 400

    old.refresh_from_db()
    assert old.state == "started"
