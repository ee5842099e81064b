"""The clerk brings the postings of the finance system: looks at each row first, then lets them be booked."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from integrations.finance.exchange.formats import POSTINGS
from integrations.finance.exchange.reading import Shape
from integrations.finance.exchange.values import Head, Posting
from integrations.finance.exchange.writing import write_exchange
from services.banking import actions
from services.banking.models import PostingRun
from services.ledger.models import Entry
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
PLACE = "/urzad/ksiegowania/"
NUMBER = "FN.3120.1001.2026/3"


@pytest.fixture
def due(anna):
    return LiabilityFactory(payer=anna, external_id=NUMBER)


@pytest.fixture
def daria(desk):
    return desk("daria")


def content(*rows: Posting, shape: Shape = Shape.XLSX) -> bytes:
    file = io.BytesIO()
    write_exchange(file, shape, POSTINGS, Head(False, date(2026, 9, 21)), iter(rows))
    return file.getvalue()


def upload(client, data: bytes, name: str = "ksiegowania.xlsx"):
    return client.post(PLACE, {"file": SimpleUploadedFile(name, data)})


def posting(number: str = "K-1", gr: int = 30_000, due: str = NUMBER) -> Posting:
    return Posting(number, due, gr, date(2026, 9, 21))


@pytest.mark.covers("D61")
def test_a_file_is_checked_row_by_row_then_booked_and_its_remarks_are_taken_away(daria, due):
    assert "Nie wczytano jeszcze żadnego pliku" in words(daria.get(PLACE))
    page = upload(daria, content(posting(), posting("K-2", due="N-nieznana")))
    shown = words(daria.get(page.url))
    assert "Plik sprawdzony, nic jeszcze nie zaksięgowano" in shown
    assert "Nie ma takiej należności wśród tych, które wolno księgować temu kontu" in shown
    assert not Entry.objects.filter(code="receipt").exists()
    daria.post(f"{page.url}ksieguj/")
    waiting = daria.get(page.url)
    assert waiting["Refresh"]
    assert "praca się nie przerwie" in words(waiting)
    assert "Refresh" not in daria.get(f"{page.url}?bez-odswiezania=1")
    actions.carry_on_postings(PostingRun.objects.get().public_id)
    done = daria.get(page.url)
    assert "Plik jest wczytany" in words(done)
    assert "Refresh" not in done
    daria.post(f"{page.url}ksieguj/")  # a second click is the same click
    assert Entry.objects.filter(code="receipt").count() == 1
    taken = daria.get(f"{page.url}wiersze.csv")
    assert taken["Content-Type"].startswith("text/csv")
    assert "odrzucony" in taken.content.decode("utf-8-sig")
    assert "ksiegowania.xlsx" in words(daria.get(PLACE))


def test_a_file_whose_sums_do_not_agree_is_refused_beside_the_field(daria, due):
    broken = content(posting(), shape=Shape.CSV).replace(b"300.00", b"300.01", 1)
    answer = upload(daria, broken, "ksiegowania.csv")
    assert answer.status_code == 422
    assert "Wiersz" in error_beside(answer, "file")
    assert not PostingRun.objects.exists()


def test_a_file_in_which_all_is_known_has_nothing_to_book(daria, due):
    for _ in range(2):
        page = upload(daria, content(posting()))
        daria.post(f"{page.url}ksieguj/")
        actions.carry_on_postings(PostingRun.objects.latest("pk").public_id)
    page = upload(daria, content(posting()))
    assert "Nie ma czego księgować" in words(daria.get(page.url))
    assert Entry.objects.filter(code="receipt").count() == 1


def test_of_a_file_of_the_folder_a_clerk_sees_only_rows_of_own_dues(daria, person, anna, due):
    from guardian.shortcuts import remove_perm

    from services.users.models import User

    lease = LiabilityFactory(payer=anna, lease=True, external_id="N-czynsz")
    told = io.BytesIO(content(posting(), posting("K-2", due="N-czynsz"), shape=Shape.CSV))
    run = actions.take_postings(told, Shape.CSV, file_name="k.csv", claimed_as="1__k.csv")
    actions.carry_on_postings(run.public_id)
    assert "N-czynsz" in words(daria.get(f"{PLACE}{run.public_id}/"))
    user = User.objects.get(pk=person("daria").user_id)
    remove_perm("configuration.handle_department", user, lease.liability_type.department)
    shown = words(daria.get(f"{PLACE}{run.public_id}/"))
    assert NUMBER in shown
    assert "N-czynsz" not in shown


def test_only_who_books_payments_brings_postings(desk, due):
    for name in ("edyta", "filip"):
        assert upload(desk(name), content(posting())).status_code in (403, 404)
    assert not PostingRun.objects.exists()
