"""The moderator's queue at the desk: reported beside the text, hidden, shown again (S66, A2)."""

import pytest
from django.utils import timezone

from services.accounts.models import Resident
from services.accounts.models_requests import RepresentationRequest
from services.accounts.queries import person_index
from services.moderation.models import ModeratedText
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
QUEUE = "/urzad/moderacja/"
ADVERT = "Tanie kredyty! Zadzwoń."


@pytest.fixture
def row(in_borki, person) -> RepresentationRequest:
    resident = Resident.objects.get(user_id=person("anna").user_id)
    return RepresentationRequest.objects.create(
        resident=resident, name="Zakład Próbny", identifier="5260001246", identifier_index=person_index("5260001246"),
        title="attorney", level="see", valid_from=timezone.localdate(), note=ADVERT, reason="", asked_at=timezone.now(),
    )  # fmt: skip


def address_of(row) -> str:
    return f"{QUEUE}zglos/accounts-representationrequest/{row.public_id}/note/"


@pytest.mark.covers("S66")
def test_from_the_report_beside_the_text_to_hidden_and_back(row, desk):
    clerk, moderator = desk("daria"), desk("edyta")
    assert "Nikt nie zgłosił żadnej treści" in words(moderator.get(QUEUE))
    assert address_of(row) in clerk.get(f"/urzad/reprezentowanie/{row.public_id}/").content.decode()
    asked = clerk.get(address_of(row))
    assert ADVERT not in words(asked)
    clerk.post(address_of(row), {"ground": "advert", "note": "dzwonią stąd"})
    case = ModeratedText.objects.get()
    assert "uwagi we wniosku o reprezentowanie" in words(moderator.get(QUEUE))
    page = words(moderator.get(f"{QUEUE}{case.public_id}/"))
    for told in (ADVERT, "Anna Przykładowa", "Daria Urzędowa", "dzwonią stąd"):
        assert told in page
    moderator.post(f"{QUEUE}{case.public_id}/ukryj/", {"ground": "advert", "reason": "To jest reklama."})
    shown = words(clerk.get(f"/urzad/reprezentowanie/{row.public_id}/"))
    assert ADVERT not in shown
    assert "[Treść ukryta przez moderatora]" in shown
    moderator.post(f"{QUEUE}{case.public_id}/przywroc/", {"reason": "Jednak pomyłka."})
    assert ADVERT in words(clerk.get(f"/urzad/reprezentowanie/{row.public_id}/"))


def test_without_a_reason_nothing_is_hidden_and_the_field_says_so(row, desk):
    desk("daria").post(address_of(row), {"ground": "abuse", "note": ""})
    case = ModeratedText.objects.get()
    page = desk("edyta").post(f"{QUEUE}{case.public_id}/ukryj/", {"ground": "abuse", "reason": ""})
    assert page.status_code == 422
    assert error_beside(page, "reason")
    assert RepresentationRequest.objects.get().note == ADVERT


def test_a_clerk_and_an_administrator_see_no_queue(row, desk):
    desk("daria").post(address_of(row), {"ground": "abuse", "note": ""})
    case = ModeratedText.objects.get()
    for name in ("daria", "filip"):
        client = desk(name)
        assert client.get(QUEUE).status_code == 403
        assert client.get(f"{QUEUE}{case.public_id}/").status_code == 403
        assert client.post(f"{QUEUE}{case.public_id}/ukryj/", {"reason": "chcę tak"}).status_code == 403
    assert RepresentationRequest.objects.get().note == ADVERT


def test_a_text_that_nobody_registered_has_no_page(row, desk):
    address = f"{QUEUE}zglos/accounts-resident/{row.resident.public_id}/pesel/"
    assert desk("daria").get(address).status_code == 404
    assert ModeratedText.objects.count() == 0
