"""The desk's list of what does not agree, and the operator's payouts with their transfers."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from frontend.desk.discrepancies import KINDS
from kernel.audit.models import AuditEntry
from services.payments.actions import compare_account
from services.payments.domain.discrepancies import Kind
from services.payments.models import (
    Discrepancy,
    OperatorEvent,
    Payment,
    Reconciliation,
    SettlementBatch,
    SettlementLine,
)
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
LIST, PAYOUTS = "/urzad/niezgodnosci/", "/urzad/wyplaty/"


def compare(payment: Payment) -> None:
    compare_account(payment.operator_account.public_id, timezone.now())


@pytest.fixture
def mismatch(anna) -> Payment:
    due = LiabilityFactory(payer=anna, due_on=timezone.localdate() + timedelta(days=30))
    return PaymentFactory(payer=anna, dues=[due], state="mismatch", paid_at=timezone.now())


@pytest.fixture
def payout(paid) -> SettlementBatch:
    """The operator's payout of the paid payment, alone."""
    Payment.objects.filter(pk=paid.pk).update(operator_id="4294967297")
    batch = SettlementBatch.objects.create(
        operator_account=paid.operator_account,
        batch_id="20261120",
        settled_on=date(2026, 11, 21),
        first_read_at=timezone.now(),
    )
    SettlementLine.objects.create(
        batch=batch,
        operator_tx_id="4294967297",
        reference=paid.reference,
        amount_gr=paid.total_gr,
        fee_gr=paid.fee_gr,
        payment=paid,
    )
    compare(paid)
    return batch


@pytest.fixture
def orphan(paid) -> Discrepancy:
    OperatorEvent.objects.create(operator_account=paid.operator_account, dedupe_key="x", verdict="orphan")
    compare(paid)
    return Discrepancy.objects.get(kind="unknown_message")


def test_every_kind_has_its_words():
    assert set(KINDS) == {kind.value for kind in Kind}


def test_when_all_agrees_the_page_says_when_it_was_compared(desk, paid):
    assert "Jeszcze nic nie porównano" in words(desk("daria").get(LIST))
    compare(paid)
    page = words(desk("daria").get(LIST))
    assert "Wszystko się zgadza" in page
    assert "Ostatnie porównanie:" in page


def test_the_list_says_what_it_is_and_what_to_do(desk, mismatch):
    compare(mismatch)
    page = words(desk("daria").get(LIST))
    assert "Wpłynęło co innego, niż zlecono" in page
    assert "zdecyduj, czy ją przyjąć" in page
    row = Discrepancy.objects.get()
    assert "Zdecyduj o tej wpłacie" in words(desk("daria").get(f"{LIST}{row.public_id}/"))


def test_the_start_page_counts_what_is_to_be_clarified_without_waiting_for_a_comparison(
    desk, mismatch, orphan
):
    assert "Niezgodności 2 do wyjaśnienia" in words(desk("daria").get("/urzad/"))


def test_the_list_is_narrowed_by_kind_and_state(desk, mismatch, orphan):
    client = desk("daria")
    assert (
        "Komunikat o płatności" not in words(client.get(LIST, {"kind": "mismatch"})).split("Co zrobić", 1)[1]
    )
    assert "Żadna niezgodność nie pasuje" in words(client.get(LIST, {"kind": "long_lock"}))
    Discrepancy.objects.update(state="resolved", resolved_at=timezone.now())
    assert "Wszystko się zgadza" in words(client.get(LIST))
    assert "wyjaśniona" in words(client.get(LIST, {"state": "resolved"}))


def test_an_operator_that_did_not_answer_is_told_of(desk, paid):
    compare(paid)
    Reconciliation.objects.update(failure_code="operator.unavailable")
    assert "Nie wszystko udało się porównać" in words(desk("daria").get(LIST))


def test_a_clerk_closes_one_with_a_note_that_is_kept_and_in_the_log(desk, orphan):
    way = f"{LIST}{orphan.public_id}/"
    client = desk("daria")
    assert client.post(f"{way}zamknij/", {"note": ""}).status_code == 422
    assert client.post(f"{way}zamknij/", {"note": "Terminal w kasie."})["Location"] == LIST
    page = words(client.get(way))
    assert "Terminal w kasie." in page
    assert "Wyjaśniono niezgodność" in page
    assert AuditEntry.objects.filter(action="discrepancy.resolved").count() == 1
    assert words(client.get(LIST)).count("Komunikat o płatności, której portal nie zna") == 1  # in the filter


@pytest.mark.parametrize(("name", "status"), [(None, 302), ("edyta", 403), ("filip", 403), ("anna", 404)])
def test_whoever_is_no_clerk_neither_sees_nor_closes_it(desk, orphan, payout, name, status):
    client = desk(name)
    for way in (LIST, f"{LIST}{orphan.public_id}/", PAYOUTS, f"{PAYOUTS}{payout.public_id}/"):
        assert client.get(way).status_code == status
    assert client.post(f"{LIST}{orphan.public_id}/zamknij/", {"note": "Nic."}).status_code == status
    transfer = {"amount": "300,00", "bank_on": "2026-11-20"}
    assert client.post(f"{PAYOUTS}{payout.public_id}/przelew/", transfer).status_code == status
    orphan.refresh_from_db()
    payout.refresh_from_db()
    assert (orphan.state, payout.bank_amount_gr) == ("open", None)


@pytest.mark.usefixtures("only_real_estate")
def test_a_clerk_of_other_dues_does_not_see_what_is_about_taxes(desk, mismatch):
    compare(mismatch)
    row = Discrepancy.objects.get()
    client = desk("daria")
    assert "Wpłynęło co innego" not in words(client.get(LIST)).split("Od kiedy")[-1].split("Filtry")[0]
    assert client.get(f"{LIST}{row.public_id}/").status_code == 404
    assert client.post(f"{LIST}{row.public_id}/zamknij/", {"note": "Nic."}).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_an_equal_transfer_confirms_the_payout_and_its_day_is_proposed_for_booking(desk, payout, paid):
    client, day = desk("daria"), timezone.localdate() - timedelta(days=1)
    Payment.objects.filter(pk=paid.pk).update(debited_on=day)
    answer = client.post(
        f"{PAYOUTS}{payout.public_id}/przelew/", {"amount": "300,00", "bank_on": day.isoformat()}, follow=True
    )
    assert "Przelew zgadza się z wypłatą" in words(answer)
    assert f'value="{day.isoformat()}"' in client.get(f"/urzad/platnosci/{paid.public_id}/").content.decode()
    assert "zgadza się" in words(client.get(PAYOUTS))


def test_another_transfer_is_listed(desk, payout):
    client = desk("daria")
    values = {"amount": "299,00", "bank_on": timezone.localdate().isoformat()}
    answer = client.post(f"{PAYOUTS}{payout.public_id}/przelew/", values, follow=True)
    assert "nie jest sumą tej wypłaty" in words(answer)
    compare_account(payout.operator_account.public_id, timezone.now())
    row = Discrepancy.objects.get(kind="transfer_differs")
    page = words(client.get(f"{LIST}{row.public_id}/"))
    assert "Przelew na wyciągu 299,00 zł" in page
    assert "Suma wypłaty 300,00 zł" in page


def test_a_payout_names_no_payer(desk, payout, paid):
    page = words(desk("daria").get(f"{PAYOUTS}{payout.public_id}/"))
    assert paid.reference in page
    assert paid.payer.name not in page


def test_the_page_of_a_payment_lists_what_did_not_agree_about_it(desk, mismatch, orphan):
    compare(mismatch)
    shown = words(desk("daria").get(f"/urzad/platnosci/{mismatch.public_id}/"))
    assert "Niezgodności tej płatności" in shown
    assert "Wpłynęło co innego, niż zlecono" in shown
    assert "Komunikat o płatności, której portal nie zna" not in shown


def test_a_payment_with_which_all_is_well_has_no_such_list(desk, paid):
    assert "Niezgodności tej płatności" not in words(desk("daria").get(f"/urzad/platnosci/{paid.public_id}/"))
