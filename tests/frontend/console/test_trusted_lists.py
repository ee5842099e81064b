"""The console's page about the trusted list: how the copy stands, and every version by which signatures were judged."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from tenants.trust_lists.models import TrustedListCopy, TrustedListWatch
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/zaufana-lista/"


@pytest.fixture
def olga(client_for):
    return client_for("olga")


def copy(number: int, *, lasts: timedelta) -> None:
    now = timezone.now()
    with tenancy.public():
        TrustedListCopy.objects.create(
            territory="PL", sequence_number=number, issued_at=now - timedelta(days=30), next_update_at=now + lasts,
            sha256=f"{number:064x}", content=b"<x/>", issuers="", source_url="https://lista.example/PL_TSL.xml",
            fetched_at=now, unreadable_services=2,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        (timedelta(days=90), "aktualna"),
        (timedelta(days=10), "Nowa wersja powinna już przyjść"),
        (timedelta(days=-1), "Lista straciła ważność"),
    ],
)
def test_the_state_of_the_copy_is_told(lasts, said, olga):
    copy(41, lasts=timedelta(days=-1))
    copy(42, lasts=lasts)
    page = words(olga.get(PAGE))
    assert said in page
    assert (
        page.index("Przechowywane wersje")
        < page.index("42", page.index("Przechowywane"))
        < page.index(" 41 ")
    )


def test_without_a_copy_the_page_says_what_waits(olga):
    page = words(olga.get(PAGE))
    assert "Nie ma jeszcze żadnej wersji" in page
    assert "jeszcze nie było" in page


def test_the_last_trouble_is_named_by_its_code(olga):
    copy(42, lasts=timedelta(days=90))
    with tenancy.public():
        TrustedListWatch.objects.create(
            territory="PL", tried_at=timezone.now(), problem="download.unavailable"
        )
    page = words(olga.get(PAGE))
    assert "Ostatnia próba się nie udała" in page
    assert "download.unavailable" in page


def test_people_of_a_gmina_do_not_find_it(client_for, borki):
    for name in ("anna", "filip", None):
        assert client_for(name, borki).get(PAGE).status_code == 404
