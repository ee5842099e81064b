"""Messages about a due on the pages of the resident and of the desk (S12, S24)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.accounts.models import Payer
from services.correspondence.models import DueMessage, DueThread
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import error_beside, hidden, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(in_borki, person):
    return LiabilityFactory(
        payer=Payer.objects.get(external_id="K-anna"), due_on=timezone.localdate() + timedelta(days=30)
    )


@pytest.mark.covers("S12", "S24")
def test_the_conversation_is_seen_from_both_sides(due, in_borki, client_for):
    anna, daria = client_for("anna", in_borki), client_for("daria", in_borki)
    address = f"/naleznosci/{due.public_id}/wiadomosci/"
    assert address in anna.get(f"/naleznosci/{due.public_id}/").content.decode()
    assert "Nie ma tu jeszcze żadnej wiadomości" in words(anna.get(address))
    assert anna.post(address, {"body": "Skąd ta kwota?"})["Location"] == address
    assert "Urząd jeszcze nie odpowiedział" in words(anna.get(address))
    queue = words(daria.get("/urzad/wiadomosci/"))
    assert "czeka na odpowiedź" in queue
    thread = f"/urzad/wiadomosci/{DueThread.objects.get().public_id}/"
    page = daria.get(thread)
    assert "Skąd ta kwota?" in words(page)
    (seen,) = hidden(page, "seen")
    daria.post(thread, {"body": "Z decyzji z 10 stycznia.", "seen": seen})
    assert "Z decyzji z 10 stycznia." in words(anna.get(address))
    assert DueThread.objects.get().is_read


def test_a_clerk_who_was_overtaken_sees_the_new_message_and_keeps_the_words(due, in_borki, client_for):
    anna, daria = client_for("anna", in_borki), client_for("daria", in_borki)
    anna.post(f"/naleznosci/{due.public_id}/wiadomosci/", {"body": "Pierwsza"})
    thread = f"/urzad/wiadomosci/{DueThread.objects.get().public_id}/"
    anna.post(f"/naleznosci/{due.public_id}/wiadomosci/", {"body": "Druga"})
    page = daria.post(thread, {"body": "Moja odpowiedź", "seen": "1"})
    assert page.status_code == 422
    assert "pojawiła się nowa wiadomość" in words(page)
    assert "Druga" in words(page)
    assert "Moja odpowiedź" in page.content.decode()
    assert DueMessage.objects.count() == 2
    daria.post(thread, {"body": "Moja odpowiedź", "seen": hidden(page, "seen")[0]})
    assert DueMessage.objects.count() == 3


def test_an_empty_message_is_refused_beside_the_field(due, in_borki, client_for):
    page = client_for("anna", in_borki).post(f"/naleznosci/{due.public_id}/wiadomosci/", {"body": "  "})
    assert page.status_code == 422
    assert error_beside(page, "body") == "Wpisz treść wiadomości."
    assert DueMessage.objects.count() == 0


def test_a_due_of_somebody_else_has_no_conversation(due, in_borki, client_for):
    address = f"/naleznosci/{due.public_id}/wiadomosci/"
    celina = client_for("celina", in_borki)
    assert celina.get(address).status_code == 404
    assert celina.post(address, {"body": "Wpuść mnie"}).status_code == 404
    assert DueThread.objects.count() == 0


def test_html_in_a_message_stays_letters(due, in_borki, client_for):
    client_for("anna", in_borki).post(
        f"/naleznosci/{due.public_id}/wiadomosci/", {"body": "<script>alert(1)</script>"}
    )
    page = client_for("daria", in_borki).get(f"/urzad/wiadomosci/{DueThread.objects.get().public_id}/")
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_a_double_click_sends_one_message_and_another_page_another(due, in_borki, client_for):
    anna, address = client_for("anna", in_borki), f"/naleznosci/{due.public_id}/wiadomosci/"
    sent = {"body": "Skąd ta kwota?", "key": hidden(anna.get(address), "key")[0]}
    assert anna.post(address, sent)["Location"] == anna.post(address, sent)["Location"] == address
    assert DueMessage.objects.count() == 1
    anna.post(address, {**sent, "key": hidden(anna.get(address), "key")[0]})
    assert DueMessage.objects.count() == 2
