"""Twoje konto: own data, the address, representing somebody, a new regulation, giving the account up."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from services.accounts.models import EmailChange, RegulationAcceptance, RepresentationRequest, Resident
from services.notices.models import Message
from tenants.configuration.models import RegulationVersion
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import error_beside, heading, main, words

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\npelnomocnictwo\n%%EOF\n"


@pytest.fixture
def row(scope, person) -> Resident:
    return Resident.objects.select_related("user").get(user_id=person("anna").user_id)


@pytest.fixture
def anna(client_for, scope):
    """Anna's browser, in which she has just signed in."""
    return client_for("anna", scope)


@pytest.mark.covers("S44", "D92", "D93")
def test_names_and_address_are_changed_on_the_page(anna, row):
    page = anna.get("/konto/dane/")
    assert 'value="Przykładowa"' in main(page)
    sent = {"first_name": "Anna", "last_name": "Nowak", "address": "ul. Inna 2", "version": 1}
    assert anna.post("/konto/dane/", sent)["Location"] == "/konto/"
    row.refresh_from_db()
    assert (row.last_name, row.address) == ("Nowak", "ul. Inna 2")
    assert "Zmieniono dane" in words(anna.get("/konto/"))


def test_an_empty_name_is_said_beside_its_field_and_an_old_page_is_not_saved(anna, row):
    sent = {"first_name": "", "last_name": "Nowak", "address": "ul. Inna 2", "version": 1}
    assert error_beside(anna.post("/konto/dane/", sent), "first_name")
    stale = anna.post("/konto/dane/", sent | {"first_name": "Anna", "version": 7})
    assert "gdy strona była otwarta" in words(stale)
    row.refresh_from_db()
    assert row.last_name == "Przykładowa"


def test_the_telephone_number_is_set_and_taken_away(anna, row):
    anna.post("/konto/telefon/", {"phone": "600 000 001", "version": 1})
    row.refresh_from_db()
    assert row.phone == "600 000 001"
    anna.post("/konto/telefon/", {"phone": "", "version": 2})
    row.refresh_from_db()
    assert row.phone == ""


def test_a_new_address_waits_for_its_mailbox_and_only_the_button_confirms(anna, row):
    anna.post("/konto/e-mail/", {"email": "nowy@poczta.example"})
    assert "nowy@poczta.example czeka na potwierdzenie" in words(anna.get("/konto/"))
    body = Message.objects.get(kind="email_change_link").body
    link = next(word for word in body.split() if "/potwierdz/" in word).partition("localhost")[2]
    assert heading(anna.get(link)) == "Potwierdź nowy adres e-mail"
    row.user.refresh_from_db()
    assert row.user.email == "anna@mieszkaniec.example"
    anna.post(link)
    row.user.refresh_from_db()
    assert row.user.email == "nowy@poczta.example"
    dead = anna.post("/konto/e-mail/potwierdz/zmyslony/")
    assert dead.status_code == 404
    assert "Adres e-mail się nie zmienił." in words(dead)


def test_a_change_of_the_address_can_be_taken_back(anna):
    anna.post("/konto/e-mail/", {"email": "nowy@poczta.example"})
    anna.post("/konto/e-mail/wycofaj/")
    assert "czeka na potwierdzenie" not in words(anna.get("/konto/"))
    assert not EmailChange.objects.exists()


# --- representing --------------------------------------------------------------------------------------------------------


def request_of(**changes):
    values = {
        "name": "Piekarnia Próbna",
        "identifier": "526-025-02-74",
        "title": "attorney",
        "level": "pay",
        "extent": "whole",
        "valid_from": f"{timezone.localdate():%Y-%m-%d}",
        "valid_to": "",
        "note": "",
        "document": SimpleUploadedFile("pełnomocnictwo.pdf", PDF, "application/x-msdownload"),
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


@pytest.mark.covers("D13")
def test_a_request_with_a_document_is_sent_shown_and_withdrawn(anna):
    assert "Działasz tylko we własnym imieniu" in words(anna.get("/konto/reprezentowanie/"))
    answer = anna.post("/konto/reprezentowanie/nowe/", request_of())
    assert answer["Location"] == "/konto/reprezentowanie/"
    shown = words(anna.get("/konto/reprezentowanie/"))
    assert "Piekarnia Próbna" in shown
    assert "czeka na urząd" in shown
    asked = RepresentationRequest.objects.get()
    anna.post(f"/konto/reprezentowanie/wnioski/{asked.public_id}/wycofaj/")
    assert "wycofany" in words(anna.get("/konto/reprezentowanie/"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": None}, "document"),
        ({"document": SimpleUploadedFile("skan.pdf", b"MZ program", "application/pdf")}, "document"),
        ({"identifier": "123"}, "identifier"),
        ({"extent": "chosen"}, "types"),
        ({"level": None}, "level"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
    ],
)
def test_what_has_to_be_mended_is_said_beside_its_field(anna, changes, field):
    page = anna.post("/konto/reprezentowanie/nowe/", request_of(**changes))
    assert page.status_code == 422
    assert error_beside(page, field)
    assert not RepresentationRequest.objects.exists()


@pytest.mark.covers("D13")
def test_in_whose_name_one_acts_stands_on_every_page(client_for, scope, person):
    bartek = client_for("bartek", scope)
    company = PayerFactory._meta.model.objects.get(external_id="K-firma")
    LiabilityFactory(payer=company)
    bartek.post("/konto/w-imieniu/", {"payer": str(company.public_id)})
    for path in (
        "/naleznosci/",
        "/platnosci/",
        "/nadplaty/",
        "/konto/",
        "/konto/reprezentowanie/",
        "/konto/dane/",
    ):
        page = bartek.get(path).content.decode()
        assert "Działasz w imieniu:</p>" in page or "Działasz w imieniu: <strong>Zakład Próbny" in page, path


def test_a_right_is_given_up_after_a_second_look_and_the_choice_falls_back(client_for, scope, person):
    bartek = client_for("bartek", scope)
    right = Resident.objects.get(user_id=person("bartek").user_id).representations.get(is_self=False)
    bartek.post("/konto/w-imieniu/", {"payer": str(right.payer.public_id)})
    path = f"/konto/reprezentowanie/{right.public_id}/zrezygnuj/"
    assert "stracisz dostęp" in words(bartek.get(path))
    right.refresh_from_db()
    assert right.revoked_at is None
    bartek.post(path)
    assert "Zakład Próbny" in words(bartek.get("/konto/reprezentowanie/"))  # said once, and kept as ended
    assert "Zakład Próbny" not in words(bartek.get("/naleznosci/"))
    foreign = client_for("celina", scope).post(path)
    assert foreign.status_code == 404


# --- regulation ----------------------------------------------------------------------------------------------------------


def publish(days: int = 0) -> RegulationVersion:
    old, today = RegulationVersion.objects.get(number=1), timezone.localdate()
    content = {**old.content, "sections": [dict(one) for one in old.content["sections"]]}
    first = content["sections"][0]
    first["blocks"] = [
        *first["blocks"],
        {"kind": "paragraph", "level": 0, "marker": "", "text": "Zupełnie nowe zdanie."},
    ]
    gone = content["sections"].pop()
    row = RegulationVersion.objects.create(
        number=2, state="published", title=old.title, act_kind=old.act_kind, act_number="99", act_issuer=old.act_issuer,
        act_on=today, effective_on=today + timedelta(days=days), content=content, published_at=timezone.now(),
    )  # fmt: skip
    row.gone = gone  # type: ignore[attr-defined]
    return row


@pytest.mark.covers("D3", "D102")
def test_a_new_regulation_stands_before_the_dues_and_says_what_changes(anna):
    new = publish()
    assert anna.get("/naleznosci/")["Location"] == "/konto/regulamin/"
    page = anna.get("/konto/regulamin/")
    assert "Zupełnie nowe zdanie.</ins>" in main(page)
    assert "usunięty" in words(page)
    anna.post("/konto/regulamin/", {"regulation_id": str(new.public_id)})
    assert anna.get("/naleznosci/").status_code == 200
    assert anna.get("/konto/regulamin/")["Location"] == "/konto/"


def test_before_its_day_the_new_one_can_be_read_and_nothing_is_barred(anna):
    publish(days=14)
    assert anna.get("/naleznosci/").status_code == 200
    assert "nie musisz nic robić" in words(anna.get("/konto/regulamin/"))
    assert "Jest nowa wersja regulaminu" in words(anna.get("/konto/"))


def test_who_does_not_accept_keeps_the_account_and_may_close_it(anna, row):
    publish()
    assert "Zamknij konto" in words(anna.get("/konto/regulamin/"))
    anna.post("/konto/regulamin/", {"regulation_id": "nie numer"})
    assert RegulationAcceptance.objects.filter(user=row.user).count() == 1
    assert anna.get("/konto/").status_code == 200
    assert anna.get("/konto/zamknij/").status_code == 200


@pytest.mark.covers("D96")
def test_closing_says_what_stays_and_ends_the_session(anna, row):
    page = anna.get("/konto/zamknij/")
    assert "tak długo, jak każą przepisy" in words(page)
    row.refresh_from_db()
    assert row.state == "active"
    anna.post("/konto/zamknij/", {"version": 1})
    row.refresh_from_db()
    assert row.state == "deactivated"
    assert "/logowanie/" in anna.get("/konto/")["Location"]
