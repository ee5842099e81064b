"""Data protection at the desk: restriction, processors, where the data are, visits, and records that can be shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.actors import system
from services.accounts.actions.restricting import restrict
from services.accounts.domain.restriction import Ground
from services.accounts.models import Resident, Restriction
from services.accounts.queries_rights import restriction_of
from services.notices.models import Message
from services.privacy.actions import install_activities
from services.privacy.domain.processing import ACTIVITIES
from services.privacy.models import DataRequest, Processor, VisitCount
from services.users.models import SecrecyStatement
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
AREA = "/urzad/dane-osobowe/"
PROVIDER = {
    "name": "Serwerownia Próbna sp. z o.o.",
    "address": "ul. Serwerowa 1, 00-001 Próba",
    "service": "utrzymanie serwerów bazy danych",
    "place": "Warszawa, Polska",
    "agreement_number": "OR.2720.4.2026",
    "agreed_on": "2026-01-15",
    "keeps_database": "on",
    "version": "0",
}


@pytest.fixture
def resident(anna) -> Resident:
    return Resident.objects.get(representations__payer=anna, representations__is_self=True)


@pytest.mark.covers("D94")
def test_a_request_is_granted_with_its_ground_and_the_desk_sees_it_at_the_person(desk, resident):
    row = DataRequest.objects.create(
        resident=resident,
        kind="restriction",
        text="Na czas sprawy.",
        received_on=timezone.localdate(),
        due_on=timezone.localdate() + timedelta(days=30),
    )
    filip = desk("filip")
    path = f"{AREA}zadania/{row.public_id}/"
    assert "Co robi ograniczenie" in words(filip.get(path))
    without = filip.post(path, {"version": row.version, "decision": "granted", "answer": ""})
    assert without.status_code == 422
    assert "Zaznacz podstawę ograniczenia" in words(without)
    assert not Restriction.objects.exists()
    sent = {"version": row.version, "decision": "granted", "answer": "", "ground": "accuracy"}
    assert filip.post(path, sent).status_code == 302
    for name in ("daria", "filip"):
        page = words(desk(name).get(f"/urzad/mieszkancy/{resident.public_id}/"))
        assert "Przetwarzanie danych tej osoby jest ograniczone (art. 18 RODO)" in page
        assert ("Zakończ ograniczenie" in page) == (name == "filip")


def test_the_end_is_told_first_and_refused_sooner_than_in_seven_days(desk, resident):
    """Art. 18 ust. 3 RODO."""
    restrict(resident, Ground.CLAIMS, request_ref=None, actor=system("tests"))
    path = f"{AREA}ograniczenia/{resident.public_id}/koniec/"
    filip = desk("filip")
    soon = filip.post(path, {"on": str(timezone.localdate()), "reason": "Koniec sprawy."})
    assert soon.status_code == 422
    assert "najwcześniej za 7 dni" in words(soon)
    assert not Message.objects.filter(kind="restriction_ends").exists()
    later = timezone.localdate() + timedelta(days=10)
    assert filip.post(path, {"on": str(later), "reason": "Koniec sprawy."}).status_code == 302
    assert Message.objects.filter(kind="restriction_ends").count() == 1
    assert restriction_of(resident).ends_at is not None


@pytest.mark.covers("D90", "S105")
def test_the_gminas_own_list_of_processors_and_place_of_data_stand_on_its_privacy_page(
    desk, client_for, dabrowa
):
    """Art. 13 ust. 1 lit. e, art. 28 RODO: another gmina names others."""
    filip = desk("filip")
    assert "Dane są w bazach urzędu." in words(filip.get("/prywatnosc/"))
    assert filip.post(f"{AREA}podmioty/nowy/", PROVIDER).status_code == 302
    page = words(filip.get("/prywatnosc/"))
    assert "Serwerownia Próbna sp. z o.o., ul. Serwerowa 1, 00-001 Próba: utrzymanie" in page
    assert "prowadzi: Serwerownia Próbna sp. z o.o. (Warszawa, Polska)." in page
    other = words(client_for(None, dabrowa).get("/prywatnosc/"))
    assert "Serwerownia Próbna" not in other
    assert "Dane są w bazach urzędu." in other


@pytest.mark.covers("D89", "D90")
@pytest.mark.parametrize("missing", ["agreement_number", "agreed_on", "place"])
def test_without_an_agreement_and_a_place_nobody_gets_on_the_list(desk, missing):
    """Art. 28 ust. 3 RODO."""
    answer = desk("filip").post(f"{AREA}podmioty/nowy/", PROVIDER | {missing: ""})
    assert answer.status_code == 422
    assert not Processor.objects.exists()


def test_an_agreement_that_has_ended_leaves_the_privacy_page_and_stays_on_the_list(desk):
    filip = desk("filip")
    filip.post(f"{AREA}podmioty/nowy/", PROVIDER)
    row = Processor.objects.get()
    path = f"{AREA}podmioty/{row.public_id}/"
    early = filip.post(path, {"koniec": "1", "version": row.version, "on": "2025-12-31"})
    assert early.status_code == 422
    assert Processor.objects.get().ended_on is None
    assert filip.post(path, {"koniec": "1", "version": row.version, "on": "2026-06-30"}).status_code == 302
    assert "Serwerownia Próbna" not in words(filip.get("/prywatnosc/"))
    assert "Serwerownia Próbna" in words(filip.get(f"{AREA}podmioty/"))
    stale = filip.post(path, PROVIDER | {"name": "Inna", "version": row.version})
    assert stale.status_code == 422
    assert Processor.objects.get().name == "Serwerownia Próbna sp. z o.o."


@pytest.mark.covers("S88", "S81")
def test_the_report_of_visits_has_numbers_and_no_small_groups(desk):
    """Art. 89 ust. 1 RODO: statistics that point at nobody."""
    today = timezone.localdate()
    for system_name, browser, version, visits in (
        ("Android", "Chrome", "141", 40),
        ("Windows", "Firefox", "143", 12),
        ("Linux", "Opera", "9", 2),
    ):
        VisitCount.objects.create(
            day=today, system=system_name, browser=browser, version=version, visits=visits
        )
    VisitCount.objects.create(
        day=today - timedelta(days=40), system="macOS", browser="Safari", version="18", visits=7
    )
    filip = desk("filip")
    page = words(filip.get(f"{AREA}odwiedziny/"))
    assert "Razem 54 odwiedzin" in page
    for fact in ("Chrome 141 40 74%", "Firefox 143 12 22%", "Android 40 74%", "mniej niż 5 każde"):
        assert fact in page, fact
    for hidden in ("Opera", "Linux", "Safari"):
        assert hidden not in page
    assert "Safari 18 7" in words(filip.get(f"{AREA}odwiedziny/?dni=365"))


@pytest.mark.parametrize("path", ["odwiedziny/", "podmioty/", "podmioty/nowy/"])
def test_nobody_else_of_the_office_sees_them(desk, path):
    for name in ("daria", "edyta"):
        assert desk(name).get(f"{AREA}{path}").status_code == 403


@pytest.mark.covers("S22", "S68", "S80")
def test_the_register_tells_kinds_of_processing_and_the_very_columns_and_mends_itself(desk, person):
    """Art. 30 ust. 1 RODO; the measures can be shown to an auditor as a file."""
    install_activities(actor=person("filip").actor)
    filip = desk("filip")
    page = words(filip.get(f"{AREA}czynnosci/"))
    assert "mieszkaniec (accounts.resident: first_name, last_name, name_tokens, pesel" in page
    file = filip.get(f"{AREA}czynnosci.csv").content.decode()
    assert file.count("\n") > len(ACTIVITIES)
    assert "notices.message: recipient, subject, body" in file
    assert "ujawnianie przez przesłanie" in file
    assert "Portal robi więcej" not in page
    from services.privacy.models import ProcessingActivity

    ProcessingActivity.objects.filter(code="statystyka").delete()
    ProcessingActivity.objects.filter(code="konta").update(operations="")
    assert "Portal robi więcej, niż jest w rejestrze" in words(filip.get(f"{AREA}czynnosci/"))
    filip.post(f"{AREA}czynnosci/")
    assert ProcessingActivity.objects.filter(code="statystyka").exists()
    assert ProcessingActivity.objects.get(code="konta").operations


def test_nothing_of_secrecy_is_kept_in_a_gmina(in_borki):
    """Statements of the platform's people are the platform's."""
    assert not SecrecyStatement.objects.exists()
