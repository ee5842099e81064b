"""The operator keeps the legal tables: adds, corrects, confirms, and imports the NBP's file after a look at it."""

from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kernel import tenancy
from tenants.rates.models import InterestRate, RatesConfirmation
from tenants.rates.queries import forget_rates, last_row, rate_table
from tests.frontend.reading import hidden, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_anew():
    forget_rates()
    yield
    forget_rates()


def nbp(reference: str, lombard: str, day=None) -> bytes:
    day = day or timezone.localdate()
    return (
        '<?xml version="1.0" encoding="UTF-8"?><stopy_procentowe><tabela id="stoproc">'
        f'<pozycja id="ref" oprocentowanie="{reference}" obowiazuje_od="{day}"/>'
        f'<pozycja id="lom" oprocentowanie="{lombard}" obowiazuje_od="{day}"/>'
        "</tabela></stopy_procentowe>"
    ).encode()


def show(operator, content: bytes):
    return operator.post("/stopy/import/", {"file": SimpleUploadedFile("stopy_procentowe.xml", content)})


def rows() -> int:
    with tenancy.public():
        return InterestRate.objects.count()


def form(**changes: str) -> dict[str, str]:
    return {
        "valid_from": timezone.localdate().isoformat(),
        "value": "10,00",
        "act": "M.P. 2026 poz. 1300",
    } | changes


def test_a_row_is_added_and_counts_at_once(operator):
    assert "Ostatni wiersz" in words(operator.get("/stopy/nowy/tax/"))
    assert operator.post("/stopy/nowy/tax/", form())["Location"] == "/stopy/"
    assert rate_table().tax.row_on(timezone.localdate()).rate_bp == 1000
    assert "10,00 %" in words(operator.get("/stopy/"))


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": "2020-01-01"},
        {"value": "dużo"},
        {"value": "200"},
        {"act": ""},
        {"valid_from": "wczoraj"},
    ],
)
def test_a_wrong_row_is_told_beside_its_field_and_not_written(changes, operator):
    before = rows()
    assert operator.post("/stopy/nowy/tax/", form(**changes)).status_code == 422
    assert rows() == before


def test_the_newest_row_is_corrected_with_a_reason_and_the_page_keeps_the_wrong_one(operator):
    row_id = str(last_row_id())
    assert f'value="{row_id}"' in operator.get("/stopy/popraw/tax/").content.decode()
    sent = form(valid_from="2026-03-05", value="10,25", row_id=row_id)
    assert operator.post("/stopy/popraw/tax/", sent).status_code == 422
    assert operator.post("/stopy/popraw/tax/", sent | {"reason": "literówka"})["Location"] == "/stopy/"
    assert rate_table().tax.row_on(timezone.localdate()).rate_bp == 1025
    seen = words(operator.get("/stopy/"))
    assert "Poprawione wiersze" in seen
    assert "literówka" in seen
    assert operator.post("/stopy/popraw/tax/", sent | {"reason": "jeszcze raz"}).status_code == 422


def last_row_id() -> int:
    with tenancy.public():
        return last_row("tax").pk


def test_a_table_that_does_not_exist_has_no_page(operator):
    assert operator.get("/stopy/nowy/vat/").status_code == 404
    assert operator.post("/stopy/popraw/vat/", form()).status_code == 404


def test_tables_nobody_confirmed_for_five_weeks_warn_until_somebody_does(operator):
    with tenancy.public():
        RatesConfirmation.objects.update(known_on=timezone.localdate() - timedelta(days=36))
    forget_rates()
    assert "ponad 35 dni" in words(operator.get("/stopy/"))
    future = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert operator.post("/stopy/potwierdz/", {"known_on": future}).status_code == 422
    today = timezone.localdate().isoformat()
    assert operator.post("/stopy/potwierdz/", {"known_on": today})["Location"] == "/stopy/"
    assert rate_table().known_on == timezone.localdate()
    assert "ponad 35 dni" not in words(operator.get("/stopy/"))


def test_the_nbps_file_is_shown_first_and_written_after_a_yes(operator):
    before = rows()
    page = show(operator, nbp("3,50", "4,00"))
    seen = words(page)
    assert "10,50 %" in seen
    assert "10,00 %" in seen
    assert rows() == before
    assert (
        operator.post("/stopy/import/zapisz/", {"proposal": hidden(page, "proposal")[0]})["Location"]
        == "/stopy/"
    )
    today = timezone.localdate()
    assert (rate_table().tax.row_on(today).rate_bp, rate_table().civil.row_on(today).rate_bp) == (1000, 900)
    assert rate_table().known_on == today


def test_the_same_proposal_twice_writes_once(operator):
    proposal = {"proposal": hidden(show(operator, nbp("3,50", "4,00")), "proposal")[0]}
    operator.post("/stopy/import/zapisz/", proposal)
    after = rows()
    assert operator.post("/stopy/import/zapisz/", proposal)["Location"] == "/stopy/import/"
    assert rows() == after


@pytest.mark.parametrize("proposal", ["", "zmyślone", "W10:1a:zzz"])
def test_a_proposal_that_we_did_not_make_writes_nothing(proposal, operator):
    before = rows()
    assert operator.post("/stopy/import/zapisz/", {"proposal": proposal})["Location"] == "/stopy/import/"
    assert rows() == before


@pytest.mark.parametrize(
    "content", [b"", b"PK", b'<!DOCTYPE s [<!ENTITY a "b">]><s>&a;</s>', b"x" * (1024 * 1024 + 1)]
)
def test_another_file_is_refused(content, operator, settings):
    settings.NBP_RATES_URL = "http://127.0.0.1:9/"
    before = rows()
    assert show(operator, content).status_code == 422
    assert rows() == before


class _Nbp(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = nbp("3,50", "4,00")
        self.send_response(302 if self.path == "/inny.xml" else 200)
        self.send_header("Location", "/stopy.xml")
        self.end_headers()
        with suppress(ConnectionError):  # who is told too much hangs up
            self.wfile.write(content if self.path != "/duzy.xml" else b" " * (1024 * 1024 + 1))

    def log_message(self, *arguments: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def published():
    server = HTTPServer(("127.0.0.1", 0), _Nbp)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_without_a_file_it_is_fetched_from_the_configured_address(operator, settings, published):
    settings.NBP_RATES_URL = f"{published}/stopy.xml"
    assert "Nowe wiersze" in words(operator.post("/stopy/import/", {}))


@pytest.mark.parametrize("path", ["/inny.xml", "/duzy.xml"])
def test_an_address_that_answers_otherwise_is_told(path, operator, settings, published):
    settings.NBP_RATES_URL = f"{published}{path}"
    page = operator.post("/stopy/import/", {})
    assert page.status_code == 422
    assert "nie odpowiada" in words(page)


def test_tables_that_disagree_with_the_file_are_not_confirmed_on_the_way(operator):
    known_on = rate_table().known_on
    page = show(operator, nbp("4,00", "4,50", "2026-03-05"))
    assert "Tabela mówi co innego niż plik" in words(page)
    operator.post("/stopy/import/zapisz/", {"proposal": (hidden(page, "proposal") or [""])[0]})
    assert rate_table().known_on == known_on
    assert rate_table().tax.row_on(timezone.localdate()).rate_bp == 1050
