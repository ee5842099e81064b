"""Postings through the API: an outcome for every row, repeatable, only with the scope of booking."""

from datetime import date

import pytest

from services.accounts.models import Payer
from services.api.v1 import examples
from services.banking.models import PostingRow, PostingRun
from services.ledger.models import Entry
from tests.api.conftest import error_of
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(in_borki):
    return LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), external_id="N-2026-1001-3")


def row(number: str = "K-1", amount: str = "100.00", **more: str) -> dict[str, str]:
    return {
        "external_id": number, "due_external_id": "N-2026-1001-3", "amount": amount, "posted_on": "2026-09-21", **more
    }  # fmt: skip


def receipts() -> int:
    return Entry.objects.filter(code="receipt").count()


@pytest.mark.covers("D61")
def test_every_posting_gets_its_outcome_and_the_same_call_books_nothing_more(finance, due):
    rows = [
        row(),
        row("K-2", "0.00"),
        row("K-3", due_external_id="N-inna"),
        row("K-4", "-100.00"),
        row("K-5", "50.00"),
    ]
    for first in (True, False):
        answer = finance.post("postings", {"rows": rows})
        assert answer.status_code == 200
        told = answer.json()
        results = [(one["result"], one["code"]) for one in told["rows"]]
        again = ("known", "posting.known")
        assert results == [
            ("booked", "") if first else again,
            ("refused", "finance_file.amount_zero"),
            ("refused", "posting.due_unknown"),
            ("taken_back", "") if first else again,
            ("booked", "") if first else again,
        ]
        assert all(one["message"] for one in told["rows"] if one["result"] == "refused")
        assert (told["lines"], told["refused"]) == (5, 2)
    assert (receipts(), Entry.objects.filter(code="reversal").count()) == (2, 1)
    assert {run.state for run in PostingRun.objects.all()} == {"done"}


def test_a_dry_run_leaves_nothing_at_all(finance, due):
    told = finance.post("postings", {"dry_run": True, "rows": [row(), row("K-2", "-100.00")]}).json()
    assert (told["dry_run"], told["booked"], told["taken_back"]) == (True, 1, 1)
    assert (receipts(), PostingRow.objects.count(), PostingRun.objects.count()) == (0, 0, 0)


def test_the_portals_number_books_the_payment(finance, due):
    payment = PaymentFactory(
        paid=True, payer=due.debtors.get(), dues=[due], fee_gr=0, debited_on=date(2026, 9, 20)
    )
    told = finance.post("postings", {"rows": [row(amount="300.00", reference=payment.reference)]}).json()
    payment.refresh_from_db()
    assert (told["booked"], payment.state, payment.credited_on) == (1, "booked", date(2026, 9, 21))


def test_the_scope_of_booking_is_needed(finance_system, in_borki, due):
    reader = finance_system(in_borki, "payments:read", "liabilities:write")
    error_of(reader.post("postings", {"rows": [row()]}), 403)
    assert (receipts(), PostingRun.objects.count()) == (0, 0)


def test_a_due_of_another_gmina_is_unknown(finance_system, dabrowa, due):
    other = finance_system(dabrowa)
    told = other.post("postings", {"rows": [row()]}).json()
    assert [one["code"] for one in told["rows"]] == ["posting.due_unknown"]
    assert receipts() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rows": []},
        {"rows": [1]},
        {"rows": [{}], "more": 1},
        {"rows": [{}], "format_version": 2},
        {"rows": [{}], "dry_run": "tak"},
        {"rows": [{}] * 501},
    ],
)
def test_what_is_not_a_list_of_postings_is_refused_whole(finance, due, body):
    error_of(finance.post("postings", body), 400)
    assert not PostingRun.objects.exists()


def test_the_example_of_the_documentation_is_accepted(finance, due):
    assert finance.post("postings", examples.POSTINGS).json() == examples.POSTINGS_ANSWER
