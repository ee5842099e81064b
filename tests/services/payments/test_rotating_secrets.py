"""A gmina changes its operator's secret: for some days both generations are believed, orders bear the new one (bug 27)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.payments.values import RawRequest
from kernel.audit.models import AuditEntry
from services.payments.actions import process_event, take_notification
from services.payments.models import OperatorEvent, Payment
from tenants.configuration.actions import save_operator_account
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_config
from tenants.configuration.rotation import drop_aged_secrets, ends_at
from tests.factories.notifications import notification
from tests.fixtures.database import ACTOR, SECRETS

pytestmark = pytest.mark.django_db
NEW = "fedcba9876543210"
NEWER = "0011223344556677"
FIELDS = ("operator", "label", "profile", "api_url", "merchant_ids", "account_nrb", "is_active")


def rotated(account: OperatorAccount, **secrets: str) -> OperatorAccount:
    """The account after the local administrator has typed these secrets."""
    row = OperatorAccount.objects.get(pk=account.pk)
    return save_operator_account(
        {name: getattr(row, name) for name in FIELDS},
        secrets=secrets,
        public_id=row.public_id,
        version=row.version,
        actor=ACTOR,
    )


def at(**later: int) -> int:
    """Do what is done every few minutes, at a later moment; how many secrets went."""
    return drop_aged_secrets(timezone.now() + timedelta(**later))


@pytest.fixture
def payment(operator, payments, due) -> Payment:
    """Paid at the operator while no message of it came."""
    operator.control.fault("notify", "never", times=5)
    payment = payments.start(due)
    operator.control.pay(payment.reference)
    return payment


@pytest.fixture
def account(payment) -> OperatorAccount:
    return payment.operator_account


def told(operator, payment: Payment, crc: str) -> RawRequest:
    return notification(payment, operator.control.transaction(payment.reference)["operator_tx_id"], crc=crc)


def verdict(payment: Payment, request: RawRequest) -> str:
    take_notification(payment.operator_account.public_id, request)
    return OperatorEvent.objects.latest("last_received_at").verdict


@pytest.mark.parametrize("crc", [SECRETS["crc"], NEW])
def test_for_thirteen_days_both_generations_are_believed(operator, payment, account, crc):
    rotated(account, crc=NEW)

    assert at(days=13) == 0

    assert verdict(payment, told(operator, payment, crc)) == "accepted"


def test_after_fourteen_days_the_old_one_is_refused_and_the_new_one_is_not(operator, payment, account):
    rotated(account, crc=NEW)

    assert at(days=14, minutes=1) == 1
    assert at(days=15) == 0

    assert verdict(payment, told(operator, payment, SECRETS["crc"])) == "forged"
    payment.refresh_from_db()
    assert payment.state == "started"
    assert verdict(payment, told(operator, payment, NEW)) == "accepted"
    assert OperatorAccount.objects.get(pk=account.pk).secrets == {
        "crc": [NEW],
        "api_key": [SECRETS["api_key"]],
    }


def test_new_orders_bear_the_new_one_at_once(account):
    row = rotated(account, crc=NEW)

    assert operator_config(row).secrets["crc"] == (NEW, SECRETS["crc"])
    assert operator_config(row).secret("crc") == NEW


def test_each_secret_has_its_own_days_and_another_change_gives_none_more(account):
    rotated(account, crc=NEW)
    row = rotated(account)  # the label, say

    begun = AuditEntry.objects.get(action="configuration.operator_secret_rotated")
    assert begun.details == {"name": "crc"}
    assert ends_at(row, "crc") == begun.at + timedelta(days=14)
    assert ends_at(row, "api_key") is None


def test_a_third_generation_ends_the_first_at_once_and_begins_the_days_anew(operator, payment, account):
    rotated(account, crc=NEW)
    row = rotated(account, crc=NEWER)

    assert row.secrets["crc"] == [NEWER, NEW]
    assert verdict(payment, told(operator, payment, SECRETS["crc"])) == "forged"
    last = AuditEntry.objects.filter(action="configuration.operator_secret_rotated").latest("at")
    assert ends_at(row, "crc") == last.at + timedelta(days=14)


def test_the_removal_is_in_the_log_without_the_secret(account):
    rotated(account, crc=NEW)
    at(days=20)

    entry = AuditEntry.objects.get(action="configuration.operator_secret_dropped")
    assert (entry.actor_kind, entry.details) == ("system", {"name": "crc"})
    assert NEW not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_a_first_secret_is_no_rotation(account):
    assert not AuditEntry.objects.filter(action="configuration.operator_secret_rotated").exists()
    assert at(days=400) == 0


def test_money_of_a_message_under_the_old_secret_is_confirmed_by_the_new_one(operator, payment, account):
    """The operator asks for the new secret from now on, whatever the message was signed with."""
    rotated(account, crc=SECRETS["crc"])  # the emulator keeps the one it has: both generations are equal here

    assert verdict(payment, told(operator, payment, SECRETS["crc"])) == "accepted"
    process_event(OperatorEvent.objects.get().public_id)

    payment.refresh_from_db()
    assert payment.state == "paid"
