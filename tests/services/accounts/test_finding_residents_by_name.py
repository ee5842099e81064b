"""Clerks find residents by the beginnings of their names although the names are encrypted (S43, S107)."""

import pytest
from django.db import connection

from services.accounts.models import Resident
from services.accounts.queries import MOST_FOUND, residents_named
from services.privacy.actions.erasing import erase_identity
from services.privacy.tasks import complete_name_tokens
from tests.factories.accounts import ResidentFactory
from tests.fixtures.database import ACTOR
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/mieszkancy/"


@pytest.fixture
def zofia(in_borki) -> Resident:
    ResidentFactory(first_name="Jan", last_name="Złotowski")
    return ResidentFactory(first_name="Zofia", last_name="Żółć-Gęślą")


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("żół", True),
        ("GESLA", True),
        ("zof zolc", True),
        ("zof jan", False),
        ("olc", False),
        ("zo", False),
        ("", False),
    ],
)
def test_beginnings_of_names_find_the_person_with_and_without_polish_letters(zofia, typed, is_found):
    assert list(residents_named(typed)) == ([zofia] if is_found else [])


def test_a_changed_and_an_erased_name_are_found_no_more(zofia):
    zofia.last_name = "Nowa"
    zofia.save()
    assert list(residents_named("nowa")) == [zofia]
    assert not residents_named("gesla")
    erase_identity(zofia, actor=ACTOR)
    assert not residents_named("nowa")
    assert not residents_named("zofia")


def test_residents_from_before_the_search_are_completed(zofia):
    Resident.objects.update(name_tokens=None)
    assert not residents_named("gesla")
    complete_name_tokens()
    assert list(residents_named("gesla")) == [zofia]
    assert not Resident.objects.filter(name_tokens__isnull=True).exists()


def test_no_letter_of_the_name_is_readable_in_the_database(zofia):
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM accounts_resident r WHERE id = %s", [zofia.pk])
        written = cursor.fetchone()[0].casefold()
    for word in ("zofia", "gesla", "gęślą"):
        assert word not in written


def test_the_other_gmina_finds_nobody_by_it(zofia, dabrowa):
    from kernel import tenancy

    with tenancy.enter(dabrowa):
        assert not residents_named("gesla")


def test_the_list_shows_who_fits_with_the_number_masked_and_the_name_is_in_no_address(
    client_for, zofia, borki
):
    answer = client_for("daria", borki).post(LIST, {"name": "Gęśl"})
    assert answer.status_code == 200
    page = words(answer)
    assert "Zofia Żółć-Gęślą" in page
    assert "Złotowski" not in page
    assert zofia.pesel not in answer.content.decode()
    assert f"{LIST}{zofia.public_id}/" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({}, "pesel", "Wpisz numer PESEL albo nazwisko."),
        ({"name": "Nieznana"}, "name", "Nie ma konta osoby"),
        ({"name": "Zo"}, "name", "Nie ma konta osoby"),
    ],
)
def test_what_finds_nobody_says_so_beside_the_field(client_for, zofia, borki, values, field, told):
    answer = client_for("daria", borki).post(LIST, values)
    assert answer.status_code == 422
    assert told in error_beside(answer, field)


def test_only_so_many_are_shown_at_once(in_borki):
    for _ in range(MOST_FOUND + 1):
        ResidentFactory(last_name="Powszechna")
    assert len(residents_named("powszechna")) == MOST_FOUND


def test_a_moderator_finds_nobody(client_for, zofia, borki):
    answer = client_for("edyta", borki).post(LIST, {"name": "Gęśl"})
    assert answer.status_code == 404
    assert "Gęślą" not in answer.content.decode()
