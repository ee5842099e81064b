"""Import of dues at the desk: checked first, written only when confirmed, each refused line named."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.liabilities.models import ImportRun, Liability
from tests.fixtures.signing import sign_in
from tests.frontend.reading import error_beside, heading, main, words

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
        (b"PK\x03\x04" + b"\x00" * 50, "arkusz"),
    ],
    ids=["empty", "no rows", "columns", "encoding", "a spreadsheet"],
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
