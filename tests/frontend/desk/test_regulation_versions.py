"""The regulation at the desk: drafted with a preview, published after a question, never edited afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.configuration.models import RegulationVersion
from tests.factories.regulations import complete_text
from tests.frontend.reading import error_beside, heading, hidden, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/regulamin/"
TEXT = "REGULAMIN PORTALU\n\n§ 1\nPostanowienia\n\n1. Regulamin określa zasady.\n\n§ 2\nKońcowe\n\n1. Wchodzi w życie."


def draft(**changes):
    return {
        "title": "",
        "act_annex": "",
        "act_kind": "zarządzenie",
        "act_number": "99",
        "act_issuer": "Wójt Gminy Borki",
        "act_on": "2026-11-02",
        "effective_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
        "bip_url": "https://bip.borki.example/99",
        "text": TEXT,
        **changes,
    }


def newest() -> RegulationVersion:
    return RegulationVersion.objects.order_by("-number").first()


@pytest.mark.covers("D102", "D105")
def test_a_moderator_prepares_a_draft_that_residents_do_not_see(desk):
    answer = desk("edyta").post(f"{LIST}nowy/", draft())
    assert answer["Location"] == f"{LIST}2/"
    row = newest()
    assert (row.state, row.number, row.act_number) == ("draft", 2, "99")
    assert [section["number"] for section in row.content["sections"]] == ["§ 1", "§ 2"]
    assert desk(None).get("/regulamin/wersja/2/").status_code == 404


def test_a_preview_shows_how_the_text_was_read_and_saves_nothing(desk):
    page = desk("edyta").post(f"{LIST}nowy/", draft(preview="1"))
    assert page.status_code == 200
    assert "To jest podgląd. Projekt nie jest jeszcze zapisany." in words(page)
    assert "§ 2 Końcowe" in words(page)
    assert RegulationVersion.objects.count() == 1


@pytest.mark.parametrize("more", [{}, {"preview": "1"}], ids=["saving", "previewing"])
def test_a_text_that_cannot_be_read_is_refused_beside_the_field(more, desk):
    page = desk("edyta").post(f"{LIST}nowy/", draft(text="\x07 dzwonek", **more))
    assert page.status_code == 422
    assert error_beside(page, "text")
    assert RegulationVersion.objects.count() == 1


def test_an_act_without_its_number_is_no_act(desk):
    page = desk("edyta").post(f"{LIST}nowy/", draft(act_number=""))
    assert error_beside(page, "act_number")
    assert RegulationVersion.objects.count() == 1


def test_a_draft_can_be_corrected_without_losing_its_words(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowy/", draft())
    page = client.get(f"{LIST}2/popraw/")
    shown = hidden(page, "shown")[0]
    before = newest().content
    client.post(f"{LIST}2/popraw/", draft(act_number="100", shown=shown))
    assert newest().act_number == "100"
    assert newest().content == before
    assert RegulationVersion.objects.count() == 2


@pytest.mark.covers("S35")
def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowy/", draft())
    shown = hidden(client.get(f"{LIST}2/popraw/"), "shown")[0]
    RegulationVersion.objects.filter(number=2).update(act_number="cudzy")
    page = client.post(f"{LIST}2/popraw/", draft(act_number="moj", shown=shown))
    assert page.status_code == 422
    assert "Ktoś zmienił to ustawienie" in words(page)
    assert newest().act_number == "cudzy"


def approve(client) -> None:
    (digest,) = hidden(client.get(f"{LIST}2/zatwierdz/"), "digest")
    client.post(f"{LIST}2/zatwierdz/", {"digest": digest})


@pytest.mark.covers("D103", "D100", "D105")
def test_publishing_asks_first_and_cannot_be_undone(desk):
    desk("edyta").post(f"{LIST}nowy/", draft(text=complete_text()))
    client = desk("filip")
    approve(client)
    assert newest().state == "approved"
    page = client.get(f"{LIST}2/opublikuj/")
    assert "Po publikacji nie da się jej zmienić ani cofnąć" in words(page)
    assert newest().state == "approved"
    client.post(f"{LIST}2/opublikuj/", {"shown": ""})
    row = newest()
    assert row.state == "published"
    assert row.published_at is not None
    assert desk(None).get("/regulamin/wersja/2/").status_code == 200
    client.post(f"{LIST}2/popraw/", draft(act_number="po cichu"))
    assert newest().act_number == "99"
    assert client.get(f"{LIST}2/popraw/")["Location"] == f"{LIST}2/"


@pytest.mark.covers("D103")
def test_the_author_is_told_that_somebody_else_approves(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowy/", draft())
    assert "Masz udział w tym projekcie, więc zatwierdza go ktoś inny" in words(client.get(f"{LIST}2/"))
    page = client.get(f"{LIST}2/zatwierdz/")
    assert "Zatwierdzić musi ktoś inny" in words(page)
    (digest,) = hidden(desk("filip").get(f"{LIST}2/zatwierdz/"), "digest")
    refused = client.post(f"{LIST}2/zatwierdz/", {"digest": digest}, follow=True)
    assert "Masz udział w tym projekcie, więc zatwierdzić go musi ktoś inny" in words(refused)
    assert newest().state == "draft"


def test_a_draft_without_approval_leads_back_from_publishing(desk):
    desk("edyta").post(f"{LIST}nowy/", draft())
    client = desk("filip")
    for answer in (client.get(f"{LIST}2/opublikuj/"), client.post(f"{LIST}2/opublikuj/", {"knows": "on"})):
        assert answer["Location"] == f"{LIST}2/"
    assert newest().state == "draft"


def test_what_changed_after_the_page_was_opened_is_not_approved(desk):
    desk("edyta").post(f"{LIST}nowy/", draft())
    client = desk("filip")
    (digest,) = hidden(client.get(f"{LIST}2/zatwierdz/"), "digest")
    RegulationVersion.objects.filter(number=2).update(act_number="inny")
    told = client.post(f"{LIST}2/zatwierdz/", {"digest": digest}, follow=True)
    assert "Ktoś zmienił" in words(told)
    assert newest().state == "draft"


def test_what_the_review_found_is_read_before_publishing_and_confirmed(desk):
    """L-13: a warning stops nobody, and nobody passes it unseen."""
    desk("edyta").post(f"{LIST}nowy/", draft())
    client = desk("filip")
    approve(client)
    assert "Brakuje trybu postępowania reklamacyjnego" in words(client.get(f"{LIST}2/"))
    page = client.get(f"{LIST}2/opublikuj/")
    assert "art. 8 ust. 3 pkt 2 lit. b u.ś.u.d.e." in words(page)
    (shown,) = hidden(page, "shown")
    without = client.post(f"{LIST}2/opublikuj/", {"shown": shown})
    assert without.status_code == 422
    assert error_beside(without, "knows") == "Zaznacz, że znasz uwagi, albo popraw projekt."
    only_some = client.post(f"{LIST}2/opublikuj/", {"shown": "technical", "knows": "on"})
    assert only_some.status_code == 422
    assert newest().state == "approved"
    client.post(f"{LIST}2/opublikuj/", {"shown": shown, "knows": "on"})
    assert newest().state == "published"


def test_an_approval_can_be_taken_back_and_a_draft_thrown_away(desk):
    desk("edyta").post(f"{LIST}nowy/", draft())
    client = desk("filip")
    approve(client)
    client.post(f"{LIST}2/cofnij-zatwierdzenie/")
    assert newest().state == "draft"
    client.post(f"{LIST}2/usun/")
    assert newest().number == 1
    client.post(f"{LIST}1/usun/")
    assert newest().number == 1


def test_a_moderator_cannot_publish_and_is_told_who_does(desk):
    client = desk("edyta")
    client.post(f"{LIST}nowy/", draft())
    approve(desk("filip"))
    assert client.post(f"{LIST}2/opublikuj/", {"shown": "", "knows": "on"}).status_code == 403
    assert newest().state == "approved"
    assert "Projekt publikuje administrator lokalny." in words(client.get(f"{LIST}2/"))


def test_a_moderator_is_the_second_person_for_an_administrators_draft(desk):
    desk("filip").post(f"{LIST}nowy/", draft())
    approve(desk("edyta"))
    assert newest().state == "approved"


def test_a_clerk_has_nothing_to_do_with_it(desk):
    assert desk("daria").post(f"{LIST}nowy/", draft()).status_code == 403
    for act in ("zatwierdz", "cofnij-zatwierdzenie", "opublikuj", "usun"):
        assert desk("daria").post(f"{LIST}1/{act}/").status_code == 403
    assert newest().state == "published"
    assert RegulationVersion.objects.count() == 1


@pytest.mark.covers("S1")
def test_the_version_in_force_is_shown_with_its_act(desk):
    page = desk("edyta").get(f"{LIST}1/")
    assert "zarządzenie nr 17" in words(page)
    assert "Wójt Gminy Borki" in words(page)
    assert "obowiązuje" in words(page)
    assert heading(page)
    assert "Wersja 1" in words(desk("edyta").get(LIST))
