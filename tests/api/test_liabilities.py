"""Dues by the finance system's own id: put, read, follow."""

from urllib.parse import quote

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.models import Payer
from services.api.v1 import examples
from services.ledger.models import Entry
from services.liabilities.models import Liability
from tests.api.conftest import FinanceSystem, error_of, fingerprint
from tests.services.liabilities.rows import owed

pytestmark = pytest.mark.django_db

ROW = examples.DUE_ROW


def put(finance: FinanceSystem, external_id: str = "N-1", **changes):
    return finance.put(f"liabilities/{external_id}", {**ROW, **changes})


@pytest.mark.covers("D7")
def test_a_new_due_is_201_and_can_be_read(finance):
    made = put(finance)
    assert (made.status_code, made.json()["result"]) == (201, "created")
    read = finance.get("liabilities/N-1")
    assert read.status_code == 200
    assert read.json() == made.json()["liability"]
    assert (
        read.json()["principal"]
        == read.json()["outstanding_principal"]
        == {"amount": "300.00", "currency": "PLN"}
    )
    assert owed() == 30_000


def test_the_second_identical_call_is_200_and_changes_nothing_at_all(finance, in_borki):
    put(finance)
    before = fingerprint(in_borki)
    again = put(finance)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert fingerprint(in_borki) == before


def test_a_changed_amount_is_200_and_posts_the_difference(finance):
    put(finance)
    changed = put(finance, principal="250.00")
    assert (changed.status_code, changed.json()["result"]) == (200, "changed")
    assert changed.json()["liability"]["version"] == 2
    assert owed() == 25_000
    assert Entry.objects.count() == 2


def test_what_was_read_can_be_put_back_for_its_amount(finance):
    principal = put(finance).json()["liability"]["principal"]
    assert put(finance, principal=principal).json()["result"] == "unchanged"


def test_who_put_it_is_recorded(finance):
    put(finance)
    entry = AuditEntry.objects.get(action="liability.put")
    assert (entry.actor_kind, entry.actor_ref) == ("api", str(finance.row.public_id))
    assert entry.subject_ref == str(Liability.objects.get().public_id)
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize("external_id", ["FN/2026/17", "N 1", "Należność-1", "a%b", "../imports", "x.y~z"])
def test_any_id_of_a_finance_system_works(external_id, finance):
    place = quote(external_id, safe="/")
    assert put(finance, place).status_code == 201
    assert finance.get(f"liabilities/{place}").json()["external_id"] == external_id
    assert put(finance, place).json()["result"] == "unchanged"


def test_the_id_of_the_body_must_be_that_of_the_address(finance):
    assert finance.put("liabilities/N-1", {**ROW, "external_id": "N-1"}).status_code == 201
    error = error_of(finance.put("liabilities/N-2", {**ROW, "external_id": "N-3"}), 400)
    assert [one["code"] for one in error["details"]] == ["dues.other_id"]
    assert Liability.objects.count() == 1


def test_a_warning_comes_with_the_answer(finance):
    answer = put(finance, payer_identifier="75870300018").json()
    assert [(one["field"], one["code"]) for one in answer["warnings"]] == [
        ("payer_identifier", "dues.pesel_check_digit")
    ]
    assert answer["warnings"][0]["excerpt"] == "*******0018"


def test_co_owners_and_pauses_come_back(finance):
    co_owner = {"external_id": "K-2", "kind": "company", "name": "Firma", "identifier": "5260001246"}
    pause = {"from_on": "2026-02-01", "to_on": "2026-02-28"}
    shown = put(finance, co_owners=[co_owner], interest_pauses=[pause]).json()["liability"]
    assert (shown["payer_external_id"], shown["co_owners"]) == ("K-1001", ["K-2"])
    assert shown["interest_pauses"] == [pause]


def test_the_answers_hold_nobodys_name_number_or_address(finance):
    texts = put(finance).content.decode() + finance.get("liabilities").content.decode()
    for secret in ("Anna", "75870300017", "Próbna"):
        assert secret not in texts
    assert Payer.objects.get(external_id="K-1001").name == "Anna Przykładowa"


def test_an_unknown_due_is_a_404(finance):
    assert error_of(finance.get("liabilities/N-9"), 404)["code"] == "liability.unknown"


def test_changes_are_read_page_by_page_in_their_order(finance):
    for n in range(5):
        put(finance, f"N-{n}")
    put(finance, "N-1", principal="310.00")
    seen, cursor = [], ""
    while cursor is not None:
        page = finance.get(f"liabilities?limit=2&cursor={cursor}").json()
        assert len(page["results"]) <= 2
        seen += [one["external_id"] for one in page["results"]]
        cursor = page["next_cursor"]
    assert seen == ["N-0", "N-2", "N-3", "N-4", "N-1"]


def test_who_comes_back_with_the_time_of_the_last_due_misses_no_change(finance):
    put(finance, "N-1")
    last = finance.get("liabilities").json()["results"][-1]["updated_at"]
    put(finance, "N-2")
    page = finance.get(f"liabilities?updated_since={quote(last)}").json()["results"]
    assert [one["external_id"] for one in page] == ["N-1", "N-2"]
    later = timezone.now().isoformat()
    assert finance.get(f"liabilities?updated_since={quote(later)}").json()["results"] == []
    plus = last.replace("+", " ")
    assert len(finance.get(f"liabilities?updated_since={plus}").json()["results"]) == 2


def test_a_page_costs_the_same_however_many_dues_are_on_it(
    finance, django_assert_max_num_queries, known_switches
):
    for n in range(12):
        put(finance, f"N-{n}")
    with django_assert_max_num_queries(12):
        assert len(finance.get("liabilities").json()["results"]) == 12
