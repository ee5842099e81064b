"""The audit log as a file, and how long it is kept (A11, L-06): each file is an entry itself."""

import csv
import io
import json

import pytest

from kernel.audit import purging
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from services.accounts import oversight
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
LOG = "/urzad/dziennik/"


@pytest.fixture
def entries(in_borki, person):
    """An act with a detail that a spreadsheet would run, and one of a resident."""
    record(
        "test.formula", actor=person("daria").actor.in_role("clerk"), reason="=HYPERLINK(1)", amount_gr=12_345
    )
    record("payment.created", actor=person("anna").actor, amount_gr=1)


def table(page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))


def test_csv_is_in_words_and_no_cell_is_a_formula(desk, entries, person):
    page = desk("filip").get(f"{LOG}plik.csv?role=clerk")
    assert page["Content-Disposition"].endswith('.csv"')
    header, row = table(page)
    cells = dict(zip(header, row, strict=True))
    assert (cells["kto"], cells["rola"], cells["wynik"]) == ("Daria Urzędowa", "urzędnik", "wykonano")
    assert "123,45" in cells["szczegoly"]
    record("=cmd", actor=person("daria").actor.in_role("admin"))
    rows = table(desk("filip").get(f"{LOG}plik.csv?role=admin"))
    assert any("'=cmd" in row for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_people_outside_the_office_stand_in_a_file_by_number_only(desk, entries, person):
    page = desk("filip").get(f"{LOG}plik.csv?who=kind:resident")
    shown = page.content.decode()
    assert person("anna").ref in shown
    assert "Przykładowa" not in shown
    assert "anna@" not in shown


def test_json_says_the_same_as_the_database(desk, entries):
    told = json.loads(desk("filip").get(f"{LOG}plik.json?action=payment.created").content)
    entry = AuditEntry.objects.filter(action="payment.created").latest("id")
    assert told["narrowing"] == {"action": "payment.created"}
    assert told["gmina"] == "0615022"
    shown = {one["public_id"]: one for one in told["entries"]}[str(entry.public_id)]
    assert (shown["id"], shown["details"], shown["at"]) == (entry.pk, {"amount_gr": 1}, entry.at.isoformat())


@pytest.mark.parametrize("form", ["csv", "json"])
def test_each_file_leaves_an_entry_of_its_own(form, desk, entries):
    desk("filip").get(f"{LOG}plik.{form}?action=payment.created")
    entry = AuditEntry.objects.get(action="audit.exported")
    assert entry.role == "admin"
    assert entry.details["form"] == form
    assert entry.details["narrowing"] == {"action": "payment.created"}
    assert entry.details["rows"] >= 1


def test_too_many_entries_are_refused_with_a_way_out(desk, entries, monkeypatch):
    monkeypatch.setattr(oversight, "MOST_EXPORTED", 1)
    page = desk("filip").get(f"{LOG}plik.csv", follow=True)
    assert "Zawęź dni" in words(page)
    assert not AuditEntry.objects.filter(action="audit.exported").exists()
    assert desk("filip").get(f"{LOG}plik.csv?subject=abc").status_code == 302


def test_the_administrator_may_keep_it_longer_than_the_law_wants_but_not_shorter(desk, in_borki):
    filip = desk("filip")
    assert "w miesiącach: 24." in words(filip.get(LOG))
    refused = filip.post(f"{LOG}okres/", {"months": "23"})
    assert refused.status_code == 422
    assert "co najmniej 24" in words(refused)
    assert purging.months() == 24
    assert filip.post(f"{LOG}okres/", {"months": "60"}).status_code == 302
    assert purging.months() == 60
    entry = AuditEntry.objects.get(action="audit.retention_set")
    assert (entry.role, entry.details) == ("admin", {"months": 60, "months_before": 24})
    assert desk("edyta").post(f"{LOG}okres/", {"months": "24"}).status_code == 403
    assert purging.months() == 60
