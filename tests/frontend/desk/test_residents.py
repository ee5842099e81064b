"""The clerk's and the administrator's pages about residents: what waits, one account, and the acts on it."""

import pytest
from django.utils import timezone

from services.accounts.actions import OwnData, change_own_data
from services.accounts.models import Representation, Resident
from services.accounts.queries import own_file_of
from services.notices.models import Message
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.fixtures.cast import RESIDENTS
from tests.frontend.reading import error_beside, heading, main, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(in_borki, person) -> Resident:
    return Resident.objects.select_related("user").get(user_id=person("anna").user_id)


def page_of(row, *rest: str) -> str:
    return "/".join(["/urzad/mieszkancy", str(row.public_id), *rest]) + "/"


def send(client, row, act: str, **values):
    return client.post(page_of(row, act), {"version": row.version, "reason": "Powód próbny."} | values)


def state_of(row) -> str:
    return Resident.objects.get(pk=row.pk).state


def test_a_resident_is_found_by_pesel_without_the_number_in_any_address(desk, row):
    answer = desk("daria").post("/urzad/mieszkancy/", {"pesel": RESIDENTS["anna"]})
    assert answer["Location"] == page_of(row)
    unknown = desk("daria").post("/urzad/mieszkancy/", {"pesel": "75870300055"})
    assert unknown.status_code == 422
    assert "Nikt z tym numerem PESEL nie ma konta" in error_beside(unknown, "pesel")


def test_the_page_of_a_resident_masks_the_number_and_shows_data_file_and_history(desk, row):
    page = desk("daria").get(page_of(row))
    assert heading(page) == "Anna Przykładowa"
    assert RESIDENTS["anna"] not in page.content.decode()
    assert "K-anna" in words(page)
    assert "Zablokuj" not in main(page)


@pytest.mark.parametrize("path", ["/urzad/mieszkancy/", "row"])
def test_a_moderator_has_no_such_pages(desk, row, path):
    assert desk("edyta").get(page_of(row) if path == "row" else path).status_code == 404


# --- files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def unmatched(in_borki):
    """Active; two files with the same number."""
    resident = ResidentFactory(last_name="Wątpliwa")
    files = [PayerFactory(identifier=resident.pesel, external_id=f"K-{n}") for n in (71, 72)]
    return resident, files


def test_accounts_whose_file_is_in_doubt_are_listed_with_the_reason_until_a_clerk_decides(desk, unmatched):
    resident, files = unmatched
    shown = words(desk("daria").get("/urzad/mieszkancy/"))
    assert "Genowefa Wątpliwa" in shown
    assert "kilka kartotek z tym numerem PESEL" in shown
    form = desk("daria").get(page_of(resident, "kartoteka"))
    assert "nr K-71" in words(form)
    answer = desk("daria").post(
        page_of(resident, "kartoteka"), {"payer": str(files[1].public_id), "version": 1}
    )
    assert answer["Location"] == page_of(resident)
    assert own_file_of(resident) == files[1]
    assert "Genowefa Wątpliwa" not in words(desk("daria").get("/urzad/mieszkancy/"))


def test_a_clerk_may_say_that_none_of_them_is_the_person(desk, unmatched):
    resident, _ = unmatched
    desk("daria").post(page_of(resident, "kartoteka"), {"payer": "none", "version": 1})
    assert own_file_of(resident) is None
    assert "Genowefa Wątpliwa" not in words(desk("daria").get("/urzad/mieszkancy/"))


def test_a_payer_with_another_number_is_shown_once_more_before_it_is_linked(desk, unmatched):
    resident, _ = unmatched
    other = PayerFactory(external_id="K-99", name="Zenon Obcy")
    sent = {"payer": "number", "external_id": "K-99", "version": 1}
    page = desk("daria").post(page_of(resident, "kartoteka"), sent)
    assert heading(page) == "Czy to ten płatnik?"
    assert "Zenon Obcy" in words(page)
    assert own_file_of(resident) is None
    desk("daria").post(page_of(resident, "kartoteka"), sent | {"confirmed": "on"})
    assert own_file_of(resident) == other


def test_an_unknown_number_is_said_beside_its_field(desk, unmatched):
    resident, _ = unmatched
    page = desk("daria").post(
        page_of(resident, "kartoteka"), {"payer": "number", "external_id": "K-nikt", "version": 1}
    )
    assert "Nie ma płatnika o tym numerze" in error_beside(page, "external_id")


def test_another_persons_file_is_refused_with_a_sentence(desk, unmatched, row):
    resident, _ = unmatched
    sent = {"payer": "number", "external_id": "K-anna", "version": 1, "confirmed": "on"}
    page = desk("daria").post(page_of(resident, "kartoteka"), sent)
    assert page.status_code == 422
    assert "już powiązana z kontem innej osoby" in words(page)
    assert own_file_of(resident) is None


def test_a_wrong_file_is_taken_away(desk, row):
    payer = own_file_of(row)
    assert payer is not None
    send(desk("daria"), row, f"kartoteka/{payer.public_id}/odlacz")
    assert own_file_of(row) is None


# --- changed data --------------------------------------------------------------------------------------------------------


@pytest.mark.covers("S44")
def test_the_office_sees_what_changed_and_ticks_it_off(desk, row, person):
    change_own_data(OwnData(address="ul. Inna 2"), version=1, actor=person("anna").actor)
    assert "Anna Przykładowa" in words(desk("daria").get("/urzad/mieszkancy/zmienione-dane/"))
    page = desk("daria").get(page_of(row))
    assert "ul. Próbna 1, 00-001 Próba" in words(page)
    assert "ul. Inna 2" in words(page)
    change = row.data_changes.get()
    answer = desk("daria").post(page_of(row, "zmiany"), {"change": [str(change.public_id)]})
    assert answer["Location"] == "/urzad/mieszkancy/zmienione-dane/"
    change.refresh_from_db()
    assert change.seen_at is not None
    assert "Anna Przykładowa" not in words(desk("daria").get("/urzad/mieszkancy/zmienione-dane/"))


# --- blocking ------------------------------------------------------------------------------------------------------------


@pytest.mark.covers("D37", "D38", "D109")
def test_the_administrator_blocks_with_a_reason_and_opens_again(desk, row, client_for, in_borki):
    assert "Zablokuj" in main(desk("filip").get(page_of(row)))
    send(desk("filip"), row, "zablokuj")
    assert state_of(row) == "blocked"
    assert client_for("anna", in_borki).get("/naleznosci/")["Location"] == "/konto/stan/"
    row.refresh_from_db()
    send(desk("filip"), row, "odblokuj")
    assert state_of(row) == "active"
    assert client_for("anna", in_borki).get("/naleznosci/").status_code == 200


@pytest.mark.parametrize("act", ["zablokuj", "zamknij"])
def test_without_a_reason_or_with_an_old_page_nothing_happens(desk, row, act):
    empty = send(desk("filip"), row, act, reason=" ")
    assert empty.status_code == 422
    stale = send(desk("filip"), row, act, version=9)
    assert "gdy strona była otwarta" in words(stale)
    assert state_of(row) == "active"
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", ["zablokuj", "odblokuj", "zamknij"])
def test_a_clerk_may_not_block_or_close(desk, row, act):
    assert send(desk("daria"), row, act).status_code == 403
    assert state_of(row) == "active"


def test_closing_says_that_it_is_for_good(desk, row):
    page = desk("filip").get(page_of(row, "zamknij"))
    assert "Tego nie da się cofnąć" in words(page)
    send(desk("filip"), row, "zamknij")
    assert state_of(row) == "deactivated"


def test_a_right_is_taken_away_from_the_residents_page(desk, in_borki, person):
    bartek = Resident.objects.get(user_id=person("bartek").user_id)
    right = Representation.objects.get(resident=bartek, is_self=False)
    assert "Zakład Próbny" in words(desk("daria").get(page_of(bartek)))
    path = page_of(bartek, f"reprezentowanie/{right.public_id}/cofnij")
    desk("daria").post(path, {"version": right.version, "reason": "Wykreślono z KRS."})
    right.refresh_from_db()
    assert right.revoked_at is not None
    assert right.revoked_at <= timezone.now()
    foreign = Resident.objects.get(user_id=person("anna").user_id)
    assert desk("daria").get(page_of(foreign, f"reprezentowanie/{right.public_id}/cofnij")).status_code == 404
