"""Clerks find people by the beginnings of their names although the names are encrypted (S43, S107)."""

import pytest
from django.db import connection

from kernel import crypto, names, tenancy
from services.accounts.models import Payer
from services.liabilities.queries import liabilities_for
from services.privacy.tasks import complete_name_tokens
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def zofia(in_borki):
    payer = PayerFactory(name="Zofia Żółć-Gęślą", external_id="P-zofia")
    LiabilityFactory(payer=payer, external_id="N-zofia")
    LiabilityFactory(payer=PayerFactory(name="Jan Złotowski", external_id="P-jan"), external_id="N-jan")
    return payer


def found(daria, text: str) -> set[str]:
    return {row.external_id for row in liabilities_for(daria, search=text)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("żół", {"N-zofia"}),
        ("ZOLC", {"N-zofia"}),
        ("gęśl zof", {"N-zofia"}),
        ("zof jan", set()),
        ("złot", {"N-jan"}),
        ("zl", set()),
        ("ofia", set()),
    ],
)
def test_beginnings_of_words_find_the_person_with_and_without_polish_letters(daria, zofia, typed, expected):
    assert found(daria, typed) == expected


def test_a_changed_name_is_found_and_the_old_one_is_not(daria, zofia):
    zofia.name = "Zofia Nowa"
    zofia.save()
    assert found(daria, "nowa") == {"N-zofia"}
    assert found(daria, "gesla") == set()


def test_a_save_that_never_opened_the_name_keeps_it_findable(daria, zofia):
    row = Payer.objects.get(pk=zofia.pk)
    row.save()
    assert found(daria, "gesla") == {"N-zofia"}


def test_payers_from_before_the_search_are_completed(daria, zofia):
    Payer.objects.update(name_tokens=None)
    assert found(daria, "gesla") == set()
    complete_name_tokens()
    assert found(daria, "gesla") == {"N-zofia"}


def test_the_numbers_tell_no_letter_and_differ_in_each_gmina(borki, dabrowa, zofia):
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM accounts_payer p WHERE id = %s", [zofia.pk])
        row = cursor.fetchone()[0].casefold()
    assert "gesla" not in row
    assert "zofia ż" not in row
    with tenancy.enter(borki):
        here = names.tokens_of("Gęślą")
    with tenancy.enter(dabrowa):
        assert not set(here) & set(names.tokens_of("Gęślą"))
        assert crypto.keyring()


def test_words_are_folded_in_one_way():
    assert names.folded_words("ŁÓDŹ  Święto-Jańska 3") == ["lodz", "swieto", "janska", "3"]
