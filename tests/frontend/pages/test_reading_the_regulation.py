"""The regulation page: the gmina's own text, whole, with contents, act and versions."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from tenants.configuration import actions_regulation as actions
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.queries import current_regulation
from tests.factories.regulations import change_published
from tests.frontend.reading import heading, main, plain, words

pytestmark = pytest.mark.django_db
ACTOR = system("tests")


@pytest.fixture
def regulation(borki):
    with tenancy.enter(borki):
        yield current_regulation(timezone.localdate())


def publish(text: str, effective_on, scope) -> int:
    act = {"act_kind": "zarządzenie", "act_number": "5", "act_issuer": "Wójt Gminy Borki", "act_on": effective_on,
           "effective_on": effective_on, "bip_url": "https://bip.example/5"}  # fmt: skip
    with tenancy.enter(scope):
        row = actions.draft_regulation(text=text, act=act, number=None, actor=ACTOR)
        actions.publish_regulation(number=row.number, actor=ACTOR)
        return row.number


@pytest.mark.covers("S1")
def test_the_page_shows_the_act_of_borki(client_for, borki):
    shown = words(client_for(None, borki).get("/regulamin/"))
    for fact in ("Załącznik nr 1", "zarządzenie nr 17", "Wójt Gminy Borki", "28 stycznia 2020"):
        assert fact in shown


@pytest.mark.covers("D1", "D2")
def test_the_page_shows_the_act_of_dabrowa_under_its_own_portal_name(client_for, dabrowa):
    page = client_for(None, dabrowa).get("/regulamin/")
    shown = words(page)
    for fact in ("zarządzenie nr 2230.2022", "13 stycznia 2022", "Prezydent Miasta Dąbrowa Górnicza"):
        assert fact in shown
    assert "eKasa" in plain(page.content.decode())


@pytest.mark.covers("S2")
def test_the_contents_lead_to_every_section(client_for, borki, regulation):
    page = client_for(None, borki).get("/regulamin/")
    html = main(page)
    sections = Regulation.from_json(regulation.content).sections
    assert heading(page) == Regulation.from_json(regulation.content).title
    assert [f"#{section.anchor}" for section in sections] == re.findall(r'<li><a href="(#[^"]+)"', html)
    for section in sections:
        assert html.count(f'<h2 id="{section.anchor}"') == 1


@pytest.mark.covers("D24", "D101")
@pytest.mark.parametrize("gmina", ["borki", "dabrowa"])
@pytest.mark.parametrize("reader", [None, "anna"])
def test_every_word_of_the_text_is_there_before_and_after_signing_in(gmina, reader, request, client_for):
    scope = request.getfixturevalue(gmina)
    with tenancy.enter(scope):
        whole = Regulation.from_json(current_regulation(timezone.localdate()).content).plain_text()
    shown = words(client_for(reader, scope).get("/regulamin/"))
    missing = [line for line in map(plain, whole.splitlines()) if line not in shown]
    assert missing == []


@pytest.mark.covers("S3", "S5")
def test_two_gminas_show_two_texts(client_for, borki, dabrowa):
    one, other = (words(client_for(None, scope).get("/regulamin/")) for scope in (borki, dabrowa))
    assert "Urząd Gminy w Borkach" in one or "Gminy Borki" in one
    assert "Dąbrowie Górniczej" in other
    assert "Dąbrow" not in one
    assert "Borki" not in other


@pytest.mark.covers("D100", "D105")
def test_a_version_of_tomorrow_is_announced_and_not_yet_in_force(client_for, borki, regulation):
    tomorrow = timezone.localdate() + timedelta(days=1)
    number = publish("REGULAMIN NOWY\n\n§ 1\nPostanowienia\n\n1. Zdanie nowe.", tomorrow, borki)
    client = client_for(None, borki)
    current = words(client.get("/regulamin/"))
    assert "Zdanie nowe" not in current
    assert "Wejdzie w życie" in current
    announced = client.get(f"/regulamin/wersja/{number}/")
    assert "Zdanie nowe." in words(announced)
    assert 'href="https://bip.example/5"' in main(announced)
    assert "zacznie obowiązywać" in words(announced)


@pytest.mark.covers("D103")
def test_the_earlier_version_stays_readable_and_says_that_it_is_not_in_force(client_for, borki, regulation):
    publish("REGULAMIN NOWY\n\n§ 1\nPostanowienia\n\n1. Zdanie nowe.", timezone.localdate(), borki)
    client = client_for(None, borki)
    assert "Zdanie nowe." in words(client.get("/regulamin/"))
    earlier = words(client.get(f"/regulamin/wersja/{regulation.number}/"))
    assert "Wersja nieobowiązująca" in earlier
    assert "Przewiduje się trzy role użytkowników Portalu" in earlier


def test_a_draft_is_nobodys_business(client_for, borki):
    act = {"act_kind": "zarządzenie", "act_number": "9", "act_issuer": "Wójt", "act_on": timezone.localdate(),
           "effective_on": timezone.localdate()}  # fmt: skip
    with tenancy.enter(borki):
        number = actions.draft_regulation(
            text="Regulamin\n\nProjekt.", act=act, number=None, actor=ACTOR
        ).number
    client = client_for(None, borki)
    assert client.get(f"/regulamin/wersja/{number}/").status_code == 404
    assert client.get(f"/regulamin/wersja/{number}/tekst/").status_code == 404
    assert f"/regulamin/wersja/{number}/" not in client.get("/regulamin/").content.decode()


def test_the_text_can_be_kept_as_a_file(client_for, borki, regulation):
    file = client_for(None, borki).get(f"/regulamin/wersja/{regulation.number}/tekst/")
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"].startswith("attachment")
    assert file.content.decode() == Regulation.from_json(regulation.content).plain_text()


def test_without_a_regulation_in_force_the_page_says_so_and_registration_is_closed(client_for, borki):
    with tenancy.enter(borki):
        change_published(effective_on=timezone.localdate() + timedelta(days=3))
    client = client_for(None, borki)
    assert "Dziś nie obowiązuje jeszcze żaden regulamin" in words(client.get("/regulamin/"))
    closed = client.get("/rejestracja/")
    assert "Rejestracja jeszcze nie działa" in words(closed)
    assert "<form" not in main(closed)
