"""Pages are small enough for a slow connection, and need no other server (S9: works at 3G speed, without a VPN).

At 400 kbit/s, a poor 3G, 150 kB take three seconds; every further page is only its HTML. What is counted is what a browser
fetches: the page as it is compressed on its way, stylesheets with everything they import, the program, fonts, pictures.
"""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from services.accounts.models import Payer
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db

FIRST_VISIT = 150_000
"""Bytes of the first page with all that it brings."""
NEXT_PAGE = 20_000
"""Bytes of a further page: what it brought is kept by the browser."""
REQUESTS = 40
PUBLIC = ("/", "/logowanie/", "/rejestracja/", "/regulamin/", "/prywatnosc/", "/kalkulator/", "/ustawienia/")
OWN = ("/naleznosci/", "/konto/", "/konto/moje-dane/", "/platnosci/")
LINKS = re.compile(r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src)="([^"]+)"')


@pytest.fixture
def anna(client_for, borki, person) -> Client:
    """With thirty dues, as a family with a farm may have."""
    with tenancy.enter(borki):
        payer = Payer.objects.get(public_id=person("anna").payer_id)
        for number in range(30):
            LiabilityFactory(
                payer=payer,
                title=f"Podatek rolny, działka {number}",
                instalment=number % 4 + 1,
                due_on=timezone.localdate() + timedelta(days=number),
            )
    return client_for("anna", borki)


def sent(content: bytes) -> int:
    """Bytes on the wire: WhiteNoise and every usual proxy compress text."""
    return len(gzip.compress(content, 6))


def files_of(sheet: Path) -> set[Path]:
    """A stylesheet with all that it imports or names: the most that a browser may fetch."""
    text = sheet.read_text(encoding="utf-8")
    found = {sheet}
    for name in re.findall(r'(?:@import\s+(?:url\()?|url\()["\']?([^"\')]+)', text):
        if name.startswith("data:"):
            continue
        path = (sheet.parent / name).resolve()
        found |= files_of(path) if path.suffix == ".css" else {path}
    return found


def brought(client: Client, page: str) -> dict[str, int]:
    """Everything that the page makes a browser fetch, with its bytes on the way."""
    sizes: dict[str, int] = {}
    for address in LINKS.findall(page):
        assert not re.match(r"https?:|//", address), f"another server is needed: {address}"
        if address.startswith("data:"):
            continue
        if not address.startswith("/static/"):
            sizes[address] = sent(client.get(address).content)
            continue
        path = Path(str(finders.find(address.removeprefix("/static/"))))
        for file in files_of(path) if path.suffix == ".css" else {path}:
            content = file.read_bytes()
            sizes[str(file)] = len(content) if file.suffix == ".woff2" else sent(content)
    return sizes


@pytest.mark.covers("S9")
@pytest.mark.parametrize("path", PUBLIC)
def test_a_first_visit_is_light(path, client_for, borki):
    client = client_for(None, borki)
    answer = client.get(path)
    assert answer.status_code == 200
    sizes = brought(client, answer.content.decode())
    assert any(name.endswith(".css") for name in sizes)
    assert any(name.endswith(".woff2") for name in sizes)
    whole = sent(answer.content) + sum(sizes.values())
    assert whole <= FIRST_VISIT, (whole, sizes)
    assert len(sizes) + 1 <= REQUESTS, sorted(sizes)


@pytest.mark.covers("S9")
@pytest.mark.parametrize("path", OWN)
def test_a_further_page_of_a_resident_is_light(path, anna):
    answer = anna.get(path)
    assert answer.status_code == 200
    assert sent(answer.content) <= NEXT_PAGE, sent(answer.content)
    assert sum(brought(anna, answer.content.decode()).values()) <= FIRST_VISIT


def test_the_measure_notices_a_heavy_page_and_another_server(client_for, borki):
    client = client_for(None, borki)
    light = client.get("/").content.decode()
    with pytest.raises(AssertionError, match="another server"):
        brought(client, light.replace("<head>", '<head><script src="https://cdn.example/x.js">'))
    import os

    assert sent(light.encode() + os.urandom(FIRST_VISIT)) > FIRST_VISIT
