"""P2, P11, P12, P5: the acts of a gmina's life through the pages of the console, and what residents see of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from tenants.directory.domain_readiness import Found, Line, Verdict
from tenants.directory.models import Announcement, Domain, DomainClaim, Offboarding, Tenant
from tenants.directory.readiness import store_readiness
from tests.fixtures.name_server import NameServer, reply
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words

BORKI, OWN = "0615022", "naleznosci.borki.example"
PAGE = f"/gminy/{BORKI}/"


def row() -> Tenant:
    with tenancy.public():
        return Tenant.objects.prefetch_related("domains").get(teryt=BORKI)


@pytest.fixture
def trial(operator):
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(state="trial", activated_at=None)
    return operator


def lines(*without: Line) -> None:
    today = timezone.localdate()
    store_readiness(BORKI, [Found(one, Verdict.MET, today, 1) for one in Line if one not in without])


def test_p2_the_list_shows_every_line_with_its_day_and_where_to_mend_it(trial):
    lines(Line.DPO)
    page = words(trial.get(PAGE + "uruchomienie/"))
    assert "Regulamin jest opublikowany i obowiązuje" in page
    assert f"{timezone.localdate():%d.%m.%Y}" in page
    assert "nie sprawdzono" in page
    assert "Urząd: Dane osobowe, Informacja dla osób." in page


def test_p2_two_clicks_and_a_full_list_end_the_trial(trial):
    lines()
    assert "Lista jest pełna" in words(trial.get(PAGE + "uruchomienie/potwierdz/"))
    assert row().state == "trial"
    assert trial.post(PAGE + "uruchomienie/potwierdz/").status_code == 422
    assert row().state == "trial"
    assert trial.post(PAGE + "uruchomienie/potwierdz/", {"is_sure": "on"})["Location"] == PAGE
    assert row().state == "active"


def test_p2_gaps_need_a_reason_that_stays_in_the_audit_log(trial):
    lines(Line.TEST_PAYMENT)
    refused = trial.post(PAGE + "uruchomienie/potwierdz/", {"is_sure": "on"})
    assert refused.status_code == 422
    assert "Próbna wpłata przeszła" in words(refused)
    assert row().state == "trial"
    trial.post(PAGE + "uruchomienie/potwierdz/", {"is_sure": "on", "override_reason": "Wójt zdecydował."})
    assert row().state == "active"
    told = words(trial.get("/dziennik/"))
    assert "Wójt zdecydował." in told
    assert "Braki: Próbna wpłata przeszła." in told


def test_p2_residents_of_a_trial_are_told_and_robots_are_sent_away(trial):
    portal = browser("borki.localhost").get("/")
    assert "Wersja próbna portalu." in portal.content.decode()
    assert portal["X-Robots-Tag"] == "noindex, nofollow"
    other = browser("dabrowa-gornicza.localhost").get("/")
    assert "Wersja próbna portalu." not in other.content.decode()
    assert "X-Robots-Tag" not in other


def test_p2_limits_are_changed_with_their_trace(trial):
    sent = {"residents": "5", "payments": "7", "sum_gr": "1 234,50"}
    assert trial.post(PAGE + "limity-proby/", sent)["Location"] == PAGE
    assert (row().trial_residents, row().trial_payments, row().trial_sum_gr) == (5, 7, 1234_50)
    assert trial.post(PAGE + "limity-proby/", sent | {"sum_gr": "0"}).status_code == 422
    assert row().trial_sum_gr == 1234_50
    assert "Zmieniono limity wersji próbnej" in words(trial.get("/dziennik/"))


@pytest.fixture
def name_server(settings) -> Iterator[NameServer]:
    running = NameServer()
    settings.DNS_SERVERS = [running.address]
    yield running
    running.stop()


def claim(operator, domain: str = OWN) -> DomainClaim:
    assert operator.post(PAGE + "adresy/", {"zrob": "zglos", "domain": domain}).status_code == 302
    with tenancy.public():
        return DomainClaim.objects.get(domain=domain)


def verify(operator, one: DomainClaim) -> str:
    sent = {"zrob": "sprawdz", "zgloszenie": str(one.public_id)}
    return words(operator.post(PAGE + "adresy/", sent, follow=True))


def test_p11_an_own_domain_serves_the_gmina_once_its_dns_says_so(operator, name_server):
    one = claim(operator)
    name_server.answer = lambda question: reply(question, "skarbnik-weryfikacja=co-innego")
    assert "Nie ma ani rekordu TXT" in verify(operator, one)
    assert browser(OWN).get("/").status_code == 404
    name_server.answer = lambda question: reply(question, f"skarbnik-weryfikacja={one.token}")
    assert "Domena jest potwierdzona" in verify(operator, one)
    with tenancy.public():
        assert Domain.objects.get(domain=OWN).is_primary is False
    assert "Borki" in browser(OWN).get("/").content.decode()
    operator.post(PAGE + "adresy/", {"zrob": "glowny", "domena": OWN})
    assert row().primary_host == OWN
    operator.post(PAGE + "adresy/", {"zrob": "usun", "domena": OWN})
    assert browser(OWN).get("/").status_code == 200
    for done in ("Zgłoszono własną domenę", "Potwierdzono własną domenę", "Zmieniono główny adres portalu"):
        assert done in words(operator.get("/dziennik/"))


def test_p11_an_address_that_leads_here_shows_its_token_and_nothing_else(operator, name_server, settings):
    one = claim(operator)
    settings.SECURE_SSL_REDIRECT = True  # there is no certificate yet: the proof is asked for by plain HTTP
    shown = browser(OWN).get("/.well-known/skarbnik-weryfikacja.txt")
    assert (shown.status_code, shown.content.decode()) == (200, one.token)
    assert browser(OWN).get("/").status_code == 301
    settings.SECURE_SSL_REDIRECT = False
    other = "/gminy/2465011/adresy/"
    assert operator.post(other, {"zrob": "zglos", "domain": OWN}).status_code == 302
    assert browser(OWN).get("/.well-known/skarbnik-weryfikacja.txt").status_code == 404
    assert browser("obca.example").get("/.well-known/skarbnik-weryfikacja.txt").status_code == 404


@pytest.mark.parametrize(
    "domain", ["https://borki.pl", "borki", "nowa.localhost", "borki.localhost", "a..pl", "1.2.3.4", "-x.pl"]
)
def test_p11_what_is_no_domain_of_the_gmina_is_not_claimed(domain, operator):
    assert operator.post(PAGE + "adresy/", {"zrob": "zglos", "domain": domain}).status_code == 422
    with tenancy.public():
        assert not DomainClaim.objects.exists()


def announce(operator, **changes):
    now = timezone.localtime()
    sent = {
        "text": "W sobotę od 22:00 do 23:00 nie będzie można płacić.",
        "audience": "residents",
        "shown_from": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "shown_to": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "gminas": BORKI,
    }
    return operator.post("/ogloszenia/nowe/", sent | changes)


def test_p12_planned_works_are_told_to_those_whom_they_concern_until_they_are_withdrawn(
    operator, client_for, borki
):
    assert announce(operator)["Location"] == "/ogloszenia/"
    told = "nie będzie można płacić"
    assert told in browser("borki.localhost").get("/").content.decode()
    assert told in client_for("anna", borki).get("/naleznosci/").content.decode()
    assert told not in client_for("filip", borki).get("/urzad/").content.decode()
    assert told not in browser("dabrowa-gornicza.localhost").get("/").content.decode()
    with tenancy.public():
        one = Announcement.objects.get()
    operator.post("/ogloszenia/", {"komunikat": str(one.public_id)})
    assert told not in browser("borki.localhost").get("/").content.decode()
    log = words(operator.get("/dziennik/"))
    assert "Opublikowano komunikat" in log
    assert "Wycofano komunikat" in log


def test_p12_an_announcement_waits_for_its_time_and_may_be_for_all_offices(operator, client_for, borki):
    announce(operator, gminas="", audience="staff", text="Kopia zapasowa w niedzielę.")
    later = f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    announce(operator, gminas="", audience="everybody", text="Jeszcze nie teraz.", shown_from=later)
    desk = client_for("filip", borki).get("/urzad/").content.decode()
    assert "Kopia zapasowa w niedzielę." in desk
    assert "Jeszcze nie teraz." not in desk


@pytest.mark.parametrize(
    "changes", [{"text": ""}, {"shown_to": "2020-01-01T10:00"}, {"gminas": "9999999"}, {"audience": "nikt"}]
)
def test_p12_an_announcement_that_cannot_be_right_is_not_published(changes, operator):
    assert announce(operator, **changes).status_code == 422
    with tenancy.public():
        assert not Announcement.objects.exists()


def test_p5_the_pages_lead_a_gmina_out_by_two_people(operator, client_for, borki):
    day = timezone.localdate() + timedelta(days=5)
    start = {"rozpocznij-reason": "Koniec umowy.", "rozpocznij-leaves_on": day.isoformat()}
    refused = operator.post(PAGE + "odejscie/", {"zrob": "rozpocznij", **start})
    assert refused.status_code == 422
    assert row().state == "active"
    operator.post(PAGE + "odejscie/", {"zrob": "rozpocznij", "rozpocznij-is_sure": "on", **start})
    assert row().state == "offboarding"
    resident = browser("borki.localhost").get("/")
    assert resident.status_code == 503
    assert "Portal kończy działanie" in resident.content.decode()
    assert client_for("filip", borki).get("/urzad/").status_code == 200

    handed = {"zrob": "przekaz", "przekaz-sha256": "0" * 64, "przekaz-note": "Nośnik"}
    assert operator.post(PAGE + "odejscie/", handed).status_code in (404, 422)
    refused = words(operator.post(PAGE + "odejscie/", {"zrob": "potwierdz"}, follow=True))
    assert "Najpierw przekaż gminie eksport danych" in refused
    with tenancy.public():
        assert Offboarding.objects.get().confirmed_at is None
    operator.post(PAGE + "odejscie/", {"zrob": "odwolaj", "odwolaj-reason": "Zostają."})
    assert row().state == "suspended"


def test_a_closed_gmina_answers_that_it_is_gone(operator):
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(state="closed")
    for page in ("/", "/urzad/", "/naleznosci/"):
        answer = browser("borki.localhost").get(page)
        assert answer.status_code == 410
        assert "Portal zakończył działanie" in answer.content.decode()
