"""Import of dues at the desk: checked first, written only when confirmed, each refused line named."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integrations.finance.exchange.reading import Shape
from services.liabilities.actions import import_files
from services.liabilities.actions.import_work import work_on
from services.liabilities.models import ImportRun, Liability
from tests.fixtures.signing import sign_in
from tests.frontend.reading import error_beside, heading, main, words
from tests.integrations.finance.exchanging import EXAMPLES, written
from tests.services.liabilities.large import table
from tests.services.liabilities.rows import bring, due, entries

pytestmark = pytest.mark.django_db
IMPORT = "/urzad/naleznosci/import/"
HEADER = "external_id;payer_external_id;payer_kind;payer_name;liability_type;title;year;due_on;principal\n"
GOOD = "I-1;K-i;person;Jan Importowy;property_tax;Podatek 2026;2026;2026-09-15;150,00\n"
BAD = "I-2;K-i;person;Jan Importowy;property_tax;Podatek 2026;2026;2026-02-31;sto\n"


def upload(client, content, name="naleznosci.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, raw)})


def run_page(client, content):
    answer = upload(client, content)
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


@pytest.mark.covers("D7")
def test_checking_writes_nothing_and_says_what_would_happen(desk):
    client = desk("daria")
    page = client.get(run_page(client, HEADER + GOOD + BAD))
    assert heading(page) == "Plik sprawdzony, nic jeszcze nie zapisano"
    report = words(page)
    assert "Wiersze 2" in report
    assert "Nowe 1" in report
    assert "Odrzucone 1" in report
    assert "Suma kontrolna należności 150,00 zł" in report
    assert not Liability.objects.filter(external_id__startswith="I-").exists()


def test_each_rejected_line_has_its_number_column_and_what_to_mend(desk):
    client = desk("daria")
    address = run_page(client, HEADER + GOOD + BAD)
    report = words(client.get(address))
    assert "3 I-2 due_on Podaj istniejący dzień" in report
    assert "3 I-2 principal Podaj kwotę w złotych" in report
    answer = client.get(f"{address}odrzucone.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    assert "odrzucony;3;I-2;due_on" in text
    assert "I-1" not in text


def test_confirming_writes_the_good_lines_and_names_what_stayed_out(desk):
    client = desk("daria")
    address = run_page(client, HEADER + GOOD + BAD)
    page = client.post(f"{address}zapisz/", follow=True)
    assert heading(page) == "Import jest zapisany"
    assert "Nie weszło: 1 wiersz" in words(page)
    assert list(
        Liability.objects.filter(external_id__startswith="I-").values_list("external_id", flat=True)
    ) == ["I-1"]


def test_a_second_click_and_a_second_file_change_nothing(desk):
    client = desk("daria")
    address = run_page(client, HEADER + GOOD)
    client.post(f"{address}zapisz/")
    client.post(f"{address}zapisz/")
    page = client.get(run_page(client, HEADER + GOOD))
    assert "Bez zmian 1" in words(page)
    assert "Wszystkie wiersze są już w portalu" in words(page)
    assert "Zapisz przyjęte wiersze" not in words(page)
    assert Liability.objects.filter(external_id="I-1").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "pusty"),
        (HEADER, "nie ma w nim żadnego wiersza"),
        (HEADER.replace("principal", "kwota") + GOOD, "kolumn"),
        ((HEADER + GOOD).replace("Podatek", "Opłata").encode("cp1250"), "Windows-1250"),
    ],
    ids=["empty", "no rows", "columns", "encoding"],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(content, sentence, desk):
    page = upload(desk("daria"), content)
    assert page.status_code == 422
    assert sentence in error_beside(page, "file")
    assert not ImportRun.objects.exists()


def test_without_a_file_nothing_happens(desk):
    page = desk("daria").post(IMPORT, {})
    assert error_beside(page, "file")
    assert not ImportRun.objects.exists()


def test_a_file_that_is_far_too_big_is_not_read(desk, monkeypatch):
    monkeypatch.setattr("frontend.desk.forms.liabilities.MAX_BYTES", 10)
    page = upload(desk("daria"), HEADER + GOOD)
    assert "Plik jest większy niż" in error_beside(page, "file")
    assert not ImportRun.objects.exists()


def test_the_sample_can_be_imported_as_it_is(desk):
    client = desk("daria")
    sample = client.get(f"{IMPORT}wzor.csv")
    assert sample["Content-Type"].startswith("text/csv")
    report = words(client.get(run_page(client, sample.content)))
    assert "Odrzucone 0" in report
    assert "Zapisz przyjęte wiersze" in report


@pytest.mark.usefixtures("only_real_estate")
def test_a_type_of_another_department_is_refused_line_by_line(desk):
    client = desk("daria")
    report = words(client.get(run_page(client, HEADER + GOOD)))
    assert "Nie prowadzisz należności tego rodzaju: property_tax" in report
    assert "property_tax" not in client.get(f"{IMPORT}wzor.csv").content.decode()


def test_another_clerks_file_does_not_exist_here(desk, in_borki):
    from tests.factories.accounts import StaffRoleFactory

    address = run_page(desk("daria"), HEADER + GOOD)
    grant = StaffRoleFactory()
    from django.test import Client

    other = Client(headers={"host": in_borki.host}, SERVER_NAME=in_borki.host)
    sign_in(other, grant.user)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}zapisz/").status_code == 404
    assert other.get(f"{address}odrzucone.csv").status_code == 404
    assert not Liability.objects.filter(external_id="I-1").exists()


def test_past_imports_are_listed_and_lead_to_their_reports(desk):
    client = desk("daria")
    address = run_page(client, HEADER + GOOD)
    page = client.get(IMPORT)
    assert f'href="{address}"' in main(page)
    assert "Daria Urzędowa" in words(page)


def test_every_column_of_the_format_is_explained():
    from frontend.desk.columns import MEANINGS, columns
    from services.liabilities.domain.dues_rows import DUE, OPTIONAL, REQUIRED

    assert set(MEANINGS) == {*REQUIRED[DUE], *OPTIONAL[DUE]}
    assert [column.name for column in columns() if column.is_required] == list(REQUIRED[DUE])


@pytest.fixture
def waits(monkeypatch):
    """Every file waits for a worker, as a large one does."""
    monkeypatch.setattr(import_files, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(import_files, "AT_ONCE_LINES", 0)


def worked() -> None:
    """What a worker does with it."""
    assert work_on(ImportRun.objects.exclude(shape="").get().public_id)


@pytest.mark.parametrize("shape", [Shape.XLSX, Shape.JSON])
def test_a_workbook_and_json_are_checked_and_written_like_csv(shape, desk):
    client = desk("daria")
    values = tuple(replace(value, co_owners=()) for value in EXAMPLES["dues"][1][:2])
    address = upload(client, written("dues", shape, values), f"naleznosci.{shape}")["Location"]
    page = client.get(address)
    assert heading(page) == "Plik sprawdzony, nic jeszcze nie zapisano"
    assert "Nowe 2" in words(page)
    assert not Liability.objects.filter(external_id__startswith="N-2026").exists()
    page = client.post(f"{address}zapisz/", follow=True)
    assert heading(page) == "Import jest zapisany"
    assert Liability.objects.filter(external_id__startswith="N-2026").count() == 2


def test_a_damaged_workbook_is_refused_as_a_whole_with_its_reason(desk):
    client = desk("daria")
    page = client.get(upload(client, b"PK\x03\x04" + b"\x00" * 50, "naleznosci.xlsx")["Location"])
    assert heading(page) == "Plik odrzucony, niczego nie zmienił"
    assert "uszkodzony" in words(page)
    assert "Zapisz przyjęte wiersze" not in words(page)


@pytest.mark.usefixtures("waits")
def test_a_large_file_shows_its_progress_and_needs_no_open_browser(desk):
    client = desk("daria")
    content = table(
        [due(), due(external_id="N-2", due_on="2026-02-31")], head="incremental", control=(2, "600.00")
    )
    address = run_page(client, content)
    page = client.get(address)
    assert heading(page) == "Sprawdzamy plik"
    assert 'max="100" value="0"' in main(page)
    assert page["Refresh"] == "3"
    assert "Refresh" not in client.get(f"{address}?bez-odswiezania=1")
    worked()
    page = client.get(address)
    assert heading(page) == "Plik sprawdzony, nic jeszcze nie zapisano"
    assert "3 N-2 due_on" not in words(page)  # the head is a line too
    assert "4 N-2 due_on Podaj istniejący dzień" in words(page)
    assert "Refresh" not in page
    page = client.post(f"{address}zapisz/", follow=True)
    assert heading(page) == "Zapisujemy plik"
    worked()
    assert heading(client.get(address)) == "Import jest zapisany"
    assert "odrzucony;4;N-2;due_on" in client.get(f"{address}odrzucone.csv").content.decode("utf-8-sig")
    assert Liability.objects.filter(external_id="N-1").exists()


def test_what_a_full_file_lacks_is_shown_and_written_down_only_after_a_yes(desk):
    client = desk("daria")
    bring(due(), due(external_id="N-2"))
    address = run_page(client, table([due()], head="full", control=(1, "300.00")))
    client.post(f"{address}zapisz/")
    assert "Brakuje w pliku 1" in words(client.get(address))
    page = client.get(f"{address}brakujace/")
    assert heading(page) == "Brakujące należności"
    assert "N-2" in words(page)
    assert entries("N-2") == [("assessment", 30_000)]
    page = client.post(f"{address}brakujace/", {"decyzja": "odpisz", "ile": "7"}, follow=True)
    assert "zmieniła się w tym czasie" in words(page)
    client.post(f"{address}brakujace/", {"decyzja": "odpisz", "ile": "1"})
    worked()
    page = client.get(address)
    assert "Odpisane, bo ich nie ma w pliku 1" in words(page)
    assert entries("N-2") == [("assessment", 30_000), ("write_down", -30_000)]


def test_missing_dues_may_be_left_as_they_are(desk):
    client = desk("daria")
    bring(due(), due(external_id="N-2"))
    address = run_page(client, table([due()], head="full", control=(1, "300.00")))
    client.post(f"{address}zapisz/")
    page = client.post(f"{address}brakujace/", {"decyzja": "zostaw"}, follow=True)
    assert "zostają bez zmian" in words(page)
    assert client.get(f"{address}brakujace/").status_code == 302
    assert entries("N-2") == [("assessment", 30_000)]
