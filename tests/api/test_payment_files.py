"""Payments out as a file: shares of dues with control sums, full or since a day, read back by the exchange's own reader."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from integrations.finance.exchange.formats import PAYMENTS
from integrations.finance.exchange.reading import ExchangeFile, Shape, open_exchange
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import Refused
from services.accounts.models import Payer, Resident
from services.api.payment_files import write_payments
from services.payments.actions import book_payment
from services.payments.models import Payment
from services.users.models import User
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.signing import sign_in

pytestmark = pytest.mark.django_db
FINANCE = system("tests")
TODAY = date(2026, 11, 20)


@pytest.fixture
def payer(in_borki):
    return Payer.objects.get(external_id="K-anna")


def paid(payer, *dues, costs=(), **changes) -> Payment:
    resident = Resident.objects.get(representations__payer=payer)
    options = {"debited_on": date(2026, 11, 18), "operator_id": "320145679"} | changes
    return PaymentFactory(
        payer=payer, resident=resident, dues=list(dues), costs=list(costs), paid=True, **options
    )


def due(payer, external_id: str):
    return LiabilityFactory(payer=payer, due_on=date(2026, 11, 30), external_id=external_id)


def read(shape: Shape = Shape.CSV, *, since: date | None = None, actor=FINANCE) -> ExchangeFile:
    file = BytesIO()
    write_payments(file, shape, since=since, as_of=TODAY, actor=actor)
    return open_exchange(file, shape, PAYMENTS)


@pytest.mark.parametrize("shape", list(Shape))
def test_each_due_of_a_payment_is_a_share_and_the_sums_are_right(payer, shape):
    payment = paid(payer, due(payer, "N-1"), due(payer, "N-2"), amount_gr=60_000)
    file = read(shape)
    assert file.head is not None
    assert (file.head.is_full, file.head.as_of) == (True, TODAY)
    assert [(one.record, one.count, one.sum_gr) for one in file.sums] == [("payment", 2, 60_000)]
    shares = [value for _, value in file.values()]
    assert [(one.due_external_id, one.principal_gr, one.reference) for one in shares] == [
        ("N-1", 30_000, payment.reference),
        ("N-2", 30_000, payment.reference),
    ]
    assert [bool(one.fee_gr) for one in shares] == [True, False]
    assert len({one.external_id for one in shares}) == 2
    assert shares[0].operator_transaction_id == "320145679"


def test_a_share_keeps_its_id_when_the_payment_is_booked(payer):
    payment = paid(payer, due(payer, "N-1"), amount_gr=30_000)
    before = [value for _, value in read().values()]
    book_payment(payment_id=payment.public_id, credited_on=date(2026, 11, 19), actor=FINANCE)
    after = [value for _, value in read().values()]
    assert [one.external_id for one in before] == [one.external_id for one in after]
    assert after[0].amount_gr == 30_000


def test_an_incremental_file_begins_with_its_day(payer):
    old = paid(payer, due(payer, "N-1"), amount_gr=30_000)
    Payment.objects.filter(pk=old.pk).update(paid_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    new = paid(payer, due(payer, "N-2"), amount_gr=30_000)
    Payment.objects.filter(pk=new.pk).update(paid_at=datetime(2026, 11, 9, 23, 5, tzinfo=UTC))
    file = read(since=date(2026, 11, 10))
    assert file.head is not None
    assert not file.head.is_full
    assert [value.due_external_id for _, value in file.values()] == ["N-2"]
    assert [
        value.due_external_id for _, value in read(since=date(2026, 11, 10) + timedelta(days=1)).values()
    ] == []


def test_costs_of_a_reminder_stand_at_a_due_that_it_lists(payer):
    row = due(payer, "N-1")
    cost = ReminderCostFactory(payer=payer, liabilities=[row], external_id="U-1")
    paid(payer, row, costs=[cost], amount_gr=30_000 + cost.amount_gr)
    (share,) = [value for _, value in read().values()]
    assert (share.due_external_id, share.principal_gr, share.reminder_costs_gr) == (
        "N-1",
        30_000,
        cost.amount_gr,
    )


def test_a_clerk_gets_only_the_kinds_of_the_own_grants(payer, person):
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from tenants.configuration.models import LiabilityType

    paid(payer, due(payer, "N-1"), amount_gr=30_000)
    daria = person("daria")
    assert len(list(read(actor=daria.actor).values())) == 1
    user = User.objects.get(pk=daria.user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_liabilitytype", user, LiabilityType.objects.get(code="lease"))
    assert list(read(actor=person("daria").actor).values()) == []


@pytest.mark.parametrize("name", ["anna", "edyta"])
def test_others_get_no_file(payer, person, name):
    paid(payer, due(payer, "N-1"), amount_gr=30_000)
    file = BytesIO()
    with pytest.raises(Refused):
        write_payments(file, Shape.CSV, since=None, as_of=TODAY, actor=person(name).actor)
    assert file.getvalue() == b""
    assert not AuditEntry.objects.filter(action="payments.exported").exists()


def test_the_audit_log_tells_who_took_how_much(payer, person):
    paid(payer, due(payer, "N-1"), amount_gr=30_000)
    read(actor=person("daria").actor)
    entry = AuditEntry.objects.get(action="payments.exported")
    assert (entry.details["count"], entry.details["sum_gr"]) == (1, 30_000)
    assert len(entry.details["sha256"]) == 64


def test_the_desk_gives_the_file_for_download(payer, person, in_borki):
    from django.test import Client

    paid(payer, due(payer, "N-1"), amount_gr=30_000)
    client = Client(headers={"host": in_borki.host}, SERVER_NAME=in_borki.host)
    sign_in(client, User.objects.get(pk=person("daria").user_id))
    address = "/urzad/platnosci/plik-wplat/"
    assert "Plik wpłat" in client.get(address).content.decode()
    answer = client.post(address, {"since": "", "shape": "csv"})
    content = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "N-1" in content
    assert "control;" in content
    assert client.post(address, {"since": "jutro", "shape": "csv"}).status_code == 422
