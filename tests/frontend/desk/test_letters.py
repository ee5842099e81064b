"""At the desk: letters that did not arrive, and the gmina's own words in letters."""

import pytest

from services.notices.actions import write_message
from services.notices.claims import tell_undelivered
from services.notices.domain import Reason
from services.notices.models import BadAddress, LetterText, Message, MessageState, Undelivered
from services.notices.queries import address_index, own_texts
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/wiadomosci/niedoreczone/"
TEXTS = "/urzad/ustawienia/listy/"
TEXT = f"{TEXTS}account_active/"


@pytest.fixture
def dead(in_borki) -> Undelivered:
    message = write_message(kind="address_taken", recipient="anna@mieszkaniec.example", context={})
    Message.objects.filter(pk=message.pk).update(state=MessageState.RETURNED)
    tell_undelivered(message, Reason.NO_MAILBOX, "5.1.1")
    return Undelivered.objects.get()


def test_the_list_says_who_what_why_and_what_to_do(desk, dead):
    page = words(desk("daria").get(PAGE))
    for text in (
        "anna@mieszkaniec.example",
        "Masz już konto z tym adresem",
        "Nie ma takiej skrzynki (5.1.1)",
        "Zapytaj osobę o poprawny adres.",
    ):
        assert text in page


def test_an_empty_list_says_that_all_arrived(desk):
    assert "Wszystkie wiadomości dotarły" in words(desk("daria").get(PAGE))


def test_one_press_sends_again_and_one_settles(desk, dead):
    client = desk("daria")
    answer = client.post(f"{PAGE}{dead.public_id}/zalatwione/", follow=True)
    assert "oznaczona jako załatwiona" in words(answer)
    assert "anna@mieszkaniec.example" in words(client.get(f"{PAGE}?stan=zalatwione"))
    assert "już ktoś inny" in words(client.post(f"{PAGE}{dead.public_id}/wyslij/", follow=True))
    assert Message.objects.get().state == MessageState.RETURNED
    Undelivered.objects.update(settled_at=None)
    client.post(f"{PAGE}{dead.public_id}/wyslij/", follow=True)
    assert Message.objects.get().state == MessageState.WAITING


def test_all_are_sent_again_after_a_page_that_says_how_many(desk, dead):
    client = desk("filip")
    assert "Wiadomości do wysłania: 1" in words(client.get(f"{PAGE}wszystkie/"))
    assert Message.objects.get().state == MessageState.RETURNED
    assert "Liczba wiadomości: 1" in words(client.post(f"{PAGE}wszystkie/", follow=True))
    assert Message.objects.get().state == MessageState.WAITING


def test_the_clerk_sees_at_the_person_that_letters_come_back(desk, in_borki, person):
    from services.accounts.models import Resident

    BadAddress.objects.create(
        address_index=address_index("anna@mieszkaniec.example"), since="2026-03-05T10:00:00Z"
    )
    resident = Resident.objects.get(user=person("anna").user_id)
    page = words(desk("daria").get(f"/urzad/mieszkancy/{resident.public_id}/"))
    assert "Listy do tej osoby wracają Od 5 marca 2026" in page


def test_the_administrator_sees_variables_preview_and_the_fixed_part(desk):
    client = desk("filip")
    assert "Przypomnienie o terminie płatności" in words(client.get(TEXTS))
    page = words(client.get(f"{TEXTS}due_reminder/"))
    for text in ("{lista}", "Musi być", "Podgląd z przykładowymi danymi", "Nie jest wezwaniem do zapłaty"):
        assert text in page


def test_a_preview_saves_nothing(desk):
    page = words(
        desk("filip").post(
            TEXT, {"subject": "Witamy", "body": "Gmina <b>{gmina}</b>.", "version": "0", "preview": "1"}
        )
    )
    assert "Gmina <b>" in page
    assert not LetterText.objects.exists()


def test_an_unknown_variable_is_refused_beside_the_field_with_the_known_ones(desk):
    answer = desk("filip").post(TEXT, {"subject": "Witamy", "body": "{pesel}", "version": "0"})
    assert answer.status_code == 422
    assert "Nie ma zmiennej {pesel}. Możesz użyć: {portal}, {adres_portalu}, {gmina}." in words(answer)
    assert not LetterText.objects.exists()


def test_a_text_is_saved_shown_with_its_writer_and_taken_back(desk, in_borki):
    client = desk("filip")
    client.post(TEXT, {"subject": "Witamy", "body": "Witaj w {portal}.", "version": "0"})
    assert own_texts(["account_active"])["account_active"].body == "Witaj w {portal}."
    page = words(client.get(TEXT))
    assert "własna treść" in page
    assert "Filip" in page
    assert "Twoje konto jest aktywne" in words(client.get(f"{TEXT}z-programu/"))
    assert "treść z programu" in words(client.post(f"{TEXT}z-programu/", {"version": "1"}, follow=True))
    assert own_texts(["account_active"]) == {}
    assert LetterText.objects.count() == 2


def test_there_is_no_page_for_letters_of_the_program(desk):
    client = desk("filip")
    for kind in ("password_reset", "nieznane"):
        assert client.get(f"{TEXTS}{kind}/").status_code == 404
        assert client.post(f"{TEXTS}{kind}/z-programu/").status_code == 404
