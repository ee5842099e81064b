"""Twoje konto: where the registration stands, own data, in whose name to act."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from kernel.dates import add_working_days, warsaw_day
from services.accounts.models import Payer, Representation
from services.users.models import User
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.signing import sign_in
from tests.frontend.reading import heading, main, plain, words

pytestmark = pytest.mark.django_db


def browser_of(resident, scope) -> Client:
    client = Client(headers={"host": scope.host}, SERVER_NAME=scope.host)
    sign_in(client, User.objects.get(pk=resident.user_id))
    return client


@pytest.mark.covers("D32")
def test_who_waits_is_told_until_when_the_office_decides(scope):
    resident = ResidentFactory(submitted=True)
    page = browser_of(resident, scope).get("/konto/stan/")
    deadline = add_working_days(warsaw_day(resident.submitted_at), 7)
    assert heading(page) == "Urząd sprawdza Twoje konto"
    assert f'<time datetime="{deadline.isoformat()}">' in main(page)


@pytest.mark.covers("S53")
def test_in_borki_the_page_tells_of_the_administrators_step(scope):
    shown = words(browser_of(ResidentFactory(verified=True), scope).get("/konto/stan/"))
    assert "Konto musi jeszcze dopuścić administrator." in shown
    assert "Administrator dopuszcza konto" in shown


def test_in_dabrowa_there_is_no_such_step(dabrowa):
    with tenancy.enter(dabrowa):
        shown = words(browser_of(ResidentFactory(submitted=True), dabrowa).get("/konto/stan/"))
    assert "Administrator dopuszcza konto" not in shown


def neutral(page) -> str:
    """The whole page without what differs between any two sessions."""
    changing = r'name="csrfmiddlewaretoken" value="\w+"|data-token="\w+"|data-ends-in="\d+"'
    return re.sub(changing, "", page.content.decode())


@pytest.mark.covers("S8", "S63")
def test_a_second_registration_of_a_person_looks_exactly_like_any_other_that_waits(scope):
    now = timezone.now()
    plain_one = ResidentFactory(submitted=True, submitted_at=now)
    second = ResidentFactory(duplicate=True, submitted_at=now)
    User.objects.update(email_confirmed_at=now)
    for address in ("/konto/stan/", "/konto/"):
        pages = [browser_of(resident, scope).get(address) for resident in (plain_one, second)]
        one, other = (neutral(page) for page in pages)
        for resident in (plain_one, second):
            for own in (resident.user.email, resident.pesel[-4:]):
                one, other = one.replace(own, ""), other.replace(own, "")
        one, other = (re.sub(r"<time[^>]*>[^<]*</time>", "", text) for text in (one, other))
        assert one == other


def test_a_closed_account_says_so_without_a_word_of_dues(scope):
    page = browser_of(ResidentFactory(deactivated=True), scope).get("/konto/stan/")
    assert heading(page) == "To konto nie jest aktywne"
    assert "/naleznosci/" not in main(page)


@pytest.mark.covers("D107", "D109")
def test_a_blocked_account_says_why_and_how_to_pay_at_the_counter(scope):
    blocked = ResidentFactory(blocked=True, block_reason="Naruszenie § 5.", blocked_at=timezone.now())
    browser = browser_of(blocked, scope)
    page = browser.get("/konto/stan/")
    assert heading(page) == "Urząd zablokował Twoje konto"
    assert "Naruszenie § 5." in words(page)
    assert "zwykłym przelewem albo w urzędzie" in words(page)
    assert browser.get("/naleznosci/")["Location"] == "/konto/stan/"


def test_an_active_account_goes_on_to_the_dues(browser):
    assert browser.get("/konto/stan/")["Location"] == "/naleznosci/"


@pytest.mark.covers("D92")
def test_own_data_are_shown_with_the_pesel_number_masked(browser, resident):
    page = browser.get("/konto/")
    shown = words(page)
    for value in ("Anna Przykładowa", resident.address, "anna@mieszkaniec.example"):
        assert value in shown
    assert resident.pesel not in page.content.decode()
    assert f"*******{resident.pesel[-4:]}" in shown


@pytest.mark.covers("S56")
def test_the_accepted_version_is_listed_with_its_time(browser):
    assert re.search(r"Wersja 1 zarządzenie nr 17 \d+ \w+ \d{4}, \d\d:\d\d", words(browser.get("/konto/")))


@pytest.fixture
def company(scope) -> Payer:
    return Payer.objects.get(external_id="K-firma")


@pytest.mark.covers("D12", "D13")
def test_a_person_sees_own_dues_or_those_of_a_represented_company_never_both(
    client_for, scope, company, person
):
    own = LiabilityFactory(
        payer=Payer.objects.get(public_id=person("bartek").payer_id), title="Własna należność"
    )
    theirs = LiabilityFactory(payer=company, title="Należność zakładu")
    client = client_for("bartek", scope)
    before = words(client.get("/naleznosci/"))
    assert (own.title in before, theirs.title in before) == (True, False)
    answer = client.post("/konto/w-imieniu/", {"payer": str(company.public_id)})
    assert answer["Location"] == "/naleznosci/"
    after = client.get("/naleznosci/")
    assert (own.title in words(after), theirs.title in words(after)) == (False, True)
    assert "Działasz w imieniu: Zakład Próbny sp. z o.o." in plain(after.content.decode())


@pytest.mark.parametrize("wanted", ["anna", "nonsense"])
def test_nobody_can_act_for_a_foreign_payer(wanted, client_for, scope, person, company):
    LiabilityFactory(payer=Payer.objects.get(public_id=person("anna").payer_id), title="Należność Anny")
    client = client_for("bartek", scope)
    value = str(person("anna").payer_id) if wanted == "anna" else "nonsense"
    assert client.post("/konto/w-imieniu/", {"payer": value}).status_code == 404
    assert "acting_for" not in client.session
    assert "Należność Anny" not in client.get("/naleznosci/").content.decode()


def test_a_representation_that_has_ended_falls_back_to_the_own_file(client_for, scope, company):
    theirs = LiabilityFactory(payer=company, title="Należność zakładu")
    client = client_for("bartek", scope)
    client.post("/konto/w-imieniu/", {"payer": str(company.public_id)})
    Representation.objects.filter(payer=company).update(valid_to=timezone.localdate().replace(year=2021))
    page = client.get("/naleznosci/")
    assert page.status_code == 200
    assert theirs.title not in page.content.decode()
