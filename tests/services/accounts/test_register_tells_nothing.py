"""What a visitor sees of a registration is the same for a new person, a known person and a known address (S8, S63).

Through the real pages, because that is where a stranger would look.
"""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from kernel import tenancy
from services.accounts.models import Resident
from services.notices.models import Message
from services.users.models import User
from tests.fixtures.cast import RESIDENTS
from tests.fixtures.signing import sign_in

pytestmark = pytest.mark.django_db

FORM = {
    "first_name": "Zdzisława",
    "last_name": "Źrebięcka",
    "pesel": "75870300048",
    "address": "ul. Próbna 4, 21-345 Borki",
    "email": "zdzislawa@poczta.example",
    "phone": "",
    "password": "cztery zwykle slowa razem",
    "password_again": "cztery zwykle slowa razem",
    "accepts_regulation": "on",
}
CASES = {
    "new": {},
    "known person": {"pesel": RESIDENTS["anna"], "email": "obca@poczta.example"},
    "known address": {"pesel": "75870300055", "email": "anna@mieszkaniec.example"},
    "both known": {"pesel": RESIDENTS["anna"], "email": "anna@mieszkaniec.example"},
}


@pytest.fixture
def visit(client_for: Callable[..., Client], borki: tenancy.Scope) -> Callable[..., tuple[object, ...]]:
    """Send the form as a fresh visitor; returns everything that comes back, from the answer to the page after it."""
    cache.clear()

    def send(**changes: str) -> tuple[object, ...]:
        client = client_for(None, borki)
        form = client.get("/rejestracja/")
        regulation = re.search(r'name="regulation_id" value="([^"]+)"', form.text)
        assert regulation
        answer = client.post("/rejestracja/", FORM | changes | {"regulation_id": regulation.group(1)})
        after = client.get(answer.headers.get("Location", "/rejestracja/"))
        headers = {name: value for name, value in answer.headers.items() if name != "Date"}
        return (
            answer.status_code,
            headers,
            answer.content,
            sorted(client.cookies),
            after.status_code,
            after.text,
        )

    return send


@pytest.mark.covers("S8", "S63")
@pytest.mark.parametrize("case", [name for name in CASES if name != "new"])
def test_a_known_person_or_address_looks_like_a_new_one(visit, borki, case):
    assert visit(**CASES[case]) == visit(**CASES["new"])
    with tenancy.enter(borki):
        assert Message.objects.count() >= 2  # both were really handled


@pytest.mark.covers("S50", "D98")
@pytest.mark.parametrize(
    "field", ["first_name", "last_name", "pesel", "address", "email", "password", "accepts_regulation"]
)
def test_without_a_required_item_no_account_is_made(visit, borki, field):
    status, *_, page = visit(**{field: ""})
    assert status == 422
    assert page
    with tenancy.enter(borki):
        assert User.objects.find("zdzislawa@poczta.example", "resident") is None
        assert not Resident.objects.filter(state="submitted").exists()
        assert not Message.objects.exists()


@pytest.mark.covers("S8")
def test_the_second_account_of_a_person_shows_no_more_than_one_that_waits(client_for, visit, borki):
    """Not even later, signed in with the second address, is it told that the person has an account."""
    pages = []
    for case in ("new", "known person"):
        visit(**CASES[case])
        with tenancy.enter(borki):
            user = User.objects.find((FORM | CASES[case])["email"], "resident")
            assert user is not None
            user.email_confirmed_at = user.created_at
            user.save()
            client = client_for(None, borki)
            sign_in(client, user)
        page = client.get("/konto/stan/")
        assert page.status_code == 200
        # The token of the forms, and the minute in which each was sent, differ.
        text = re.sub(r'(value|data-token)="[A-Za-z0-9]{64}"', "", page.text)
        pages.append(re.sub(r"\d\d:\d\d(:[\d.]+)?", "", text))
    assert pages[0] == pages[1]


@pytest.mark.covers("S108", "S109")
def test_a_refused_form_does_not_give_the_password_back(visit):
    *_, page = visit(email="", password="tajne-haslo-wpisane", password_again="tajne-haslo-wpisane")
    assert "tajne-haslo-wpisane" not in page
