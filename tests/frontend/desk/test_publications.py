"""News, bulletins and questions at the desk (A1): written, read by another person, published, withdrawn, corrected."""

import pytest
from django.utils import timezone

from services.publishing.models import Publication
from tests.factories.publishing import publish
from tests.frontend.reading import error_beside, hidden, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/ogloszenia/"


def sent(**changes):
    return {
        "version": "0", "kind": "bulletin", "title": "Przerwa w płatnościach",
        "body": "W niedzielę **od 2:00** nie zapłacisz.",
        "visible_from": timezone.localdate().isoformat(), "visible_to": "", "is_important": "on", "topic": "",
        "position": "100", **changes,
    }  # fmt: skip


def newest() -> Publication:
    return Publication.objects.order_by("-pk")[0]


def page_of(row) -> str:
    return f"{LIST}{row.public_id}/"


def versioned(row) -> dict[str, str]:
    return {"version": str(row.version)}


def test_a_bulletin_goes_from_one_person_through_another_to_everybody(desk):
    moderator, administrator, resident = desk("edyta"), desk("filip"), desk(None)
    assert "Urząd nic jeszcze nie ogłosił" in words(moderator.get(LIST))
    answer = moderator.post(f"{LIST}nowe/", sent())
    row = newest()
    assert answer["Location"] == page_of(row)
    own = words(moderator.get(page_of(row)))
    assert "przeczytać i zatwierdzić musi go ktoś inny" in own
    assert "Zatwierdź treść" not in own
    assert "Przerwa w płatnościach" not in words(resident.get("/"))
    administrator.post(f"{page_of(row)}sprawdz/", versioned(row))
    assert "Przerwa w płatnościach" not in words(resident.get("/"))
    administrator.post(f"{page_of(row)}opublikuj/", versioned(row))
    for address in ("/", "/logowanie/", "/aktualnosci/"):
        assert "Przerwa w płatnościach" in words(resident.get(address)), address
    assert "Przerwa w płatnościach" in words(desk("anna").get("/naleznosci/"))
    assert "<strong>od 2:00</strong>" in resident.get(f"/aktualnosci/{row.public_id}/").content.decode()
    assert "Przerwa w płatnościach" not in words(desk(None).get("/urzad/logowanie/"))
    administrator.post(f"{page_of(row)}wycofaj/", {"reason": "Prace skończone."})
    assert "Przerwa w płatnościach" not in words(resident.get("/"))
    assert resident.get(f"/aktualnosci/{row.public_id}/").status_code == 404
    assert "Prace skończone." in words(moderator.get(page_of(row)))


def test_the_author_is_refused_as_the_second_person(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowe/", sent())
    row = newest()
    told = client.post(f"{page_of(row)}sprawdz/", versioned(row), follow=True)
    assert "sprawdzić je musi ktoś inny" in words(told)
    client.post(f"{page_of(row)}opublikuj/", versioned(row))
    assert newest().state == "draft"


def test_a_preview_saves_nothing(desk):
    page = desk("edyta").post(f"{LIST}nowe/", sent(preview="1"))
    assert "To jest podgląd. Projekt nie jest jeszcze zapisany." in words(page)
    assert "<strong>od 2:00</strong>" in page.content.decode()
    assert Publication.objects.count() == 0


def test_what_is_wrong_is_said_beside_its_field(desk):
    day = timezone.localdate()
    page = desk("edyta").post(
        f"{LIST}nowe/", sent(visible_to=day.replace(year=day.year - 1, day=1).isoformat())
    )
    assert page.status_code == 422
    assert error_beside(page, "visible_to") == "Ostatni dzień nie może być przed pierwszym. Popraw daty."
    assert Publication.objects.count() == 0


@pytest.mark.covers("S35")
def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowe/", sent())
    row = newest()
    (version,) = hidden(client.get(f"{page_of(row)}popraw/"), "version")
    desk("filip").post(f"{page_of(row)}popraw/", sent(version=version, title="Cudzy tytuł"))
    page = client.post(f"{page_of(row)}popraw/", sent(version=version, title="Mój tytuł"))
    assert page.status_code == 422
    assert "Cudzy tytuł" in words(page)
    assert newest().title == "Cudzy tytuł"


def test_a_published_text_is_corrected_by_a_new_one(desk):
    old, client = publish(title="Stary tytuł"), desk("edyta")
    assert client.get(f"{page_of(old)}popraw/")["Location"] == page_of(old)
    page = client.get(f"{LIST}nowe/?poprawka={old.public_id}")
    assert "Poprawiasz ogłoszenie „Stary tytuł”" in words(page)
    client.post(f"{LIST}nowe/?poprawka={old.public_id}", sent(title="Nowy tytuł"))
    assert newest().replaces == old
    assert Publication.objects.get(pk=old.pk).title == "Stary tytuł"


@pytest.mark.parametrize("reason", ["", "x" * 301])
def test_withdrawing_wants_a_reason(reason, desk):
    row = publish()
    page = desk("filip").post(f"{page_of(row)}wycofaj/", {"reason": reason})
    assert page.status_code == 422
    assert newest().state == "published"


def test_a_clerk_has_nothing_to_do_with_it(desk):
    row, client = publish(), desk("daria")
    assert client.get(LIST).status_code == 403
    for act in ("sprawdz", "opublikuj", "wycofaj", "usun"):
        assert client.post(f"{page_of(row)}{act}/", {"reason": "powód", **versioned(row)}).status_code == 403
    assert newest().state == "published"


def test_a_draft_can_be_thrown_away(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowe/", sent())
    assert client.post(f"{page_of(newest())}usun/")["Location"] == LIST
    assert Publication.objects.count() == 0
