"""Idempotency-Key: one effect and equal answers for any number of calls (T-02), another body is an error (T-03), a failure
is not frozen (T-04)."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from services.accounts.models import Payer, Resident
from services.api import idempotency, throttling
from services.api.actions import make_client
from services.api.idempotency import REPLAYED
from services.api.models import IdempotentCall
from services.api.v1 import examples, imports, payments
from services.ledger.models import Entry
from services.liabilities.models import ImportRun, Liability
from services.payments.models import Payment
from tests.api.conftest import ALL_SCOPES, FinanceSystem, error_of
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.committed import Committed
from tests.services.liabilities.rows import OFFICE, due, owed

BOOKING = {"credited_on": "2026-11-19"}


def paid() -> Payment:
    payer = Payer.objects.get(external_id="K-anna")
    row = LiabilityFactory(payer=payer, external_id="N-1", due_on=date(2026, 11, 30))
    resident = Resident.objects.get(representations__payer=payer)
    return PaymentFactory(
        payer=payer, resident=resident, dues=[row], paid=True, debited_on=date(2026, 11, 18)
    )


@pytest.mark.django_db
def test_the_same_call_gets_the_same_answer_and_has_one_effect(finance):
    first = finance.post("imports", {"rows": [due()]}, key="dzisiejszy-import")
    second = finance.post("imports", {"rows": [due()]}, key="dzisiejszy-import")
    assert second.status_code == first.status_code == 201
    assert second.json() == first.json()
    assert (REPLAYED in first, second[REPLAYED]) == (False, "true")
    assert ImportRun.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_or_address_is_an_error_without_effect(finance):
    payment = paid()
    finance.post("imports", {"rows": [due(external_id="N-7")]}, key="a")
    for place, body in (
        ("imports", {"rows": [due(external_id="N-8")]}),
        (f"payments/{payment.public_id}/booking", BOOKING),
    ):
        error = error_of(finance.post(place, body, key="a"), 409)
        assert (error["code"], error["field"]) == ("idempotency.other_request", "Idempotency-Key")
    assert not Liability.objects.filter(external_id="N-8").exists()
    assert owed() == 30_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "idempotency.key_missing"),
        ("x" * 256, "idempotency.key_invalid"),
        ("a b", "idempotency.key_invalid"),
    ],
)
def test_without_a_usable_key_nothing_is_done(key, code, finance):
    payment = paid()
    assert error_of(finance.post("imports", {"rows": [due()]}, key=key), 400)["code"] == code
    assert (
        error_of(finance.post(f"payments/{payment.public_id}/booking", BOOKING, key=key), 400)["code"] == code
    )
    assert ImportRun.objects.count() == 0
    assert owed() == 30_000


@pytest.mark.django_db
def test_keys_of_two_clients_and_of_two_gminas_do_not_meet(finance, finance_system, in_borki, dabrowa):
    for system in (finance, finance_system(in_borki), finance_system(dabrowa)):
        assert REPLAYED not in system.post("imports", {"rows": [due()]}, key="a")


@pytest.mark.django_db
def test_a_transient_failure_is_not_frozen_by_the_key(finance, monkeypatch):
    payment = paid()
    place = f"payments/{payment.public_id}/booking"
    book = payments.book_payment

    def fail(**kwargs):
        raise OperationalError("connection reset")

    monkeypatch.setattr(payments, "book_payment", fail)
    assert error_of(finance.post(place, BOOKING, key="k"), 503)["code"] == "service.unavailable"
    assert IdempotentCall.objects.count() == 0
    monkeypatch.setattr(payments, "book_payment", book)
    assert finance.post(place, BOOKING, key="k").json()["status"] == "booked"


@pytest.mark.django_db
def test_a_refusal_is_not_frozen_either(finance):
    payment = paid()
    place = f"payments/{payment.public_id}/booking"
    Payment.objects.filter(pk=payment.pk).update(state="pending")
    assert error_of(finance.post(place, BOOKING, key="k"), 409)["code"] == "payment.illegal_transition"
    Payment.objects.filter(pk=payment.pk).update(state="paid")
    assert finance.post(place, BOOKING, key="k").status_code == 200


@pytest.mark.django_db
def test_an_answer_is_kept_for_24_hours_and_then_forgotten(finance):
    finance.post("imports", {"rows": [due()]}, key="a")
    IdempotentCall.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert finance.post("imports", {"rows": [due()]}, key="a")[REPLAYED] == "true"
    IdempotentCall.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert REPLAYED not in finance.post("imports", {"rows": [due()]}, key="a")
    assert IdempotentCall.objects.count() == 1


@pytest.mark.django_db
def test_kept_answers_are_encrypted(finance):
    from django.db import connection

    finance.post("imports", {"rows": [due(title="Tajny " * 40)]}, key="a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM api_idempotentcall c")
        assert "Tajny" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_crash_after_the_work_and_before_the_answer_is_kept_does_no_harm(finance, monkeypatch):
    def crash(*args):
        raise KeyboardInterrupt

    payment = paid()
    place = f"payments/{payment.public_id}/booking"
    keep = idempotency._keep
    monkeypatch.setattr(idempotency, "_keep", crash)
    with pytest.raises(KeyboardInterrupt):
        finance.post(place, BOOKING, key="k")
    monkeypatch.setattr(idempotency, "_keep", keep)
    assert finance.post(place, BOOKING, key="k").json()["status"] == "booked"
    assert Entry.objects.filter(code="payment").count() == 1


@pytest.fixture
def committed_finance(own: Committed, monkeypatch: pytest.MonkeyPatch) -> FinanceSystem:
    """A finance system on a committed database, without the rate limit."""
    monkeypatch.setattr(throttling, "WRITES_PER_SECOND", 10**6)
    row, token = make_client(name="FK", scopes=ALL_SCOPES, expires_on=None, actor=OFFICE)
    return FinanceSystem(own.scope, token, row)


@pytest.mark.covers("D61")
def test_a_thousand_bookings_with_one_key_at_one_moment_book_once_and_answer_alike(
    own: Committed, committed_finance: FinanceSystem
):
    place = f"payments/{paid().public_id}/booking"

    def book_often() -> list[bytes]:
        return [committed_finance.post(place, BOOKING, key="k").content for _ in range(25)]

    answers = [answer for some in own.together(*[book_often] * 40) for answer in some]
    assert len(answers) == 1000
    assert len(set(answers)) == 1
    assert b'"status":"booked"' in answers[0]
    assert Entry.objects.filter(code="payment").count() == 1
    assert owed() == 0


def test_a_call_whose_first_is_not_done_yet_waits_and_is_told_to_come_back_when_it_takes_too_long(
    own: Committed, committed_finance: FinanceSystem, monkeypatch: pytest.MonkeyPatch
):
    import threading

    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.2)
    started, go_on = threading.Event(), threading.Event()
    work = imports.import_rows

    def slow(*args, **kwargs):
        started.set()
        go_on.wait(10)
        return work(*args, **kwargs)

    monkeypatch.setattr(imports, "import_rows", slow)

    def second():
        started.wait(10)
        response = committed_finance.post("imports", examples.IMPORT, key="a")
        go_on.set()
        return response

    first, refused = own.together(lambda: committed_finance.post("imports", examples.IMPORT, key="a"), second)
    error = error_of(refused, 409)
    assert error["code"] == "idempotency.in_progress"
    assert int(refused["Retry-After"]) > 0
    assert first.status_code == 201
    assert ImportRun.objects.count() == 1
