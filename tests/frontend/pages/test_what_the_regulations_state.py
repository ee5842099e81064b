"""Sentences that a regulation has to state: they stand on the public page of the gmina that states them, and in its PDF."""

import re
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from kernel import tenancy
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.queries import current_regulation
from tests.frontend.reading import main, plain, words

pytestmark = pytest.mark.django_db


def covering(row: str, gmina: str, *sentences: str):
    return pytest.param(gmina, sentences, id=row, marks=pytest.mark.covers(row))


STATED = [
    covering("D4", "dabrowa", "stanowi regulamin w rozumieniu art. 8 ustawy z dnia 18 lipca 2002 r. o świadczeniu usług "
             "drogą elektroniczną"),
    covering("D14", "dabrowa", "Gmina– Gmina Dąbrowa Górnicza"),
    covering("D18", "dabrowa", "RODO – rozporządzenie Parlamentu Europejskiego i Rady (UE) 2016/679"),
    covering("D39", "dabrowa", "Administrator portalu nie ponosi odpowiedzialności za jakiekolwiek zachowania klienta "
             "naruszające postanowienia niniejszego regulaminu."),
    covering("D40", "dabrowa", "Administrator portalu nie ponosi odpowiedzialności za skutki ujawnienia przez klienta "
             "parametrów logowania osobom nieupoważnionym."),
    covering("D106", "dabrowa", "W kwestiach nieuregulowanych regulaminem stosuje się przepisy obowiązującego prawa",
             "Kodeksu cywilnego oraz ustawy o świadczeniu usług drogą elektroniczną"),
    covering("D110", "dabrowa", "Urząd może odmówić klientowi świadczenia usług na portalu lub zablokować dostęp do konta",
             "Urząd nie ponosi z tego tytułu odpowiedzialności."),
    covering("S13", "borki", "wykonanie usługi, które następuje przez wysyłanie i odbieranie danych za pomocą systemów "
             "teleinformatycznych, ich przechowywanie i selekcjonowanie."),
    covering("S19", "borki", "RODO - rozporządzenie Parlamentu Europejskiego i Rady (UE) 2016/679"),
    covering("S20", "borki", "w rozumieniu art. 4 pkt 1 RODO"),
    covering("S66", "borki", "niedopuszczalne jest umieszczanie wpisów mających charakter reklamowy/komercyjny."),
    covering("S73", "borki", "Korzystając z Portalu Uczestnik wyraża zgodę na przetwarzanie swoich danych osobowych"),
    covering("S76", "borki", "przetwarzać dane osobowe Uczestnika tylko za jego zgodą;"),
]  # fmt: skip
"""What the regulation merely states; what the portal does about S66, S73 and S76 is shown by other tests too."""


@pytest.mark.parametrize(("gmina", "sentences"), STATED)
@pytest.mark.parametrize("reader", [None, "anna"])
def test_the_public_regulation_of_the_gmina_states_it(gmina, sentences, reader, request, client_for):
    shown = words(client_for(reader, request.getfixturevalue(gmina)).get("/regulamin/"))
    for sentence in sentences:
        assert plain(sentence) in shown


@pytest.mark.covers("D4", "D24", "D101")
@pytest.mark.parametrize("gmina", ["borki", "dabrowa"])
def test_the_pdf_is_tagged_needs_no_sign_in_and_has_every_word(gmina, request, client_for):
    """L-13: art. 8 ust. 1 pkt 2 u.ś.u.d.e. wants a form that can be kept; PDF/UA can also be read aloud."""
    scope = request.getfixturevalue(gmina)
    answer = client_for(None, scope).get("/regulamin/wersja/1/regulamin.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="regulamin-wersja-1.pdf"'
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/Lang(pl-PL)", b"/S/LI"):
        assert mark in answer.content
    found = without_footers(letters(page.extract_text()) for page in PdfReader(BytesIO(answer.content)).pages)
    with tenancy.enter(scope):
        whole = Regulation.from_json(current_regulation(timezone.localdate()).content).plain_text()
    assert [line for line in whole.splitlines() if letters(line) not in found] == []


def letters(text: str) -> str:
    """Only letters and digits: where lines break, and how words are divided there, does not count."""
    return "".join(one for one in text if one.isalnum())


def without_footers(pages) -> str:
    footer = re.compile(r"Regulaminportalu\w{1,60}wersja1obowiązujeod\w{1,40}?Strona\d+z\d+")
    return "".join(footer.sub("", page) for page in pages)


def test_a_version_that_is_not_published_has_no_pdf(client_for, borki):
    assert client_for(None, borki).get("/regulamin/wersja/7/regulamin.pdf").status_code == 404


def test_the_page_offers_the_pdf_and_the_text(client_for, borki):
    html = main(client_for(None, borki).get("/regulamin/"))
    assert 'href="/regulamin/wersja/1/regulamin.pdf"' in html
    assert 'href="/regulamin/wersja/1/tekst/"' in html
