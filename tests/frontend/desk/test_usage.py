"""The local administrator reads the gmina's limits and use; only the platform's operator changes them (P8, P9)."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from kernel import tenancy
from services.liabilities.models import Liability
from tenants.directory.models import Tenant
from tenants.metering import quotas, switchboard
from tenants.metering.actions import set_quota
from tenants.metering.models import UsageDay
from tenants.metering.quotas import IMPORTS, QUOTAS
from tests.fixtures.database import ACTOR
from tests.frontend.desk.test_importing_a_file import GOOD, HEADER, run_page
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/zuzycie/"


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    switchboard.forget()
    yield
    switchboard.forget()


def used(teryt: str, payments: int) -> None:
    with tenancy.public():
        UsageDay.objects.create(
            tenant=Tenant.objects.get(teryt=teryt), day=timezone.localdate(), payments=payments, payments_gr=123_400,
            messages=5, api_requests=6, residents=7, storage_bytes=1024**2, measured_at=timezone.now(),
        )  # fmt: skip


def test_p8_the_administrator_sees_every_limit_with_what_is_used_and_the_month(desk):
    used("0615022", 77)
    used("2465011", 99)
    quotas.take((IMPORTS, 3))
    page = words(desk("filip").get(PAGE))
    for quota in QUOTAS.values():
        assert quota.label in page
    assert f"3 z {IMPORTS.default}" in page
    assert "77" in page
    assert "99" not in page.split("Zużycie dzień po dniu")[1]
    assert "Wyczerpany limit" not in page


def test_p8_a_used_up_limit_is_said_with_what_to_do(desk):
    with tenancy.public():
        set_quota("0615022", "imports", most=2, reason="Prośba gminy", actor=ACTOR)
    quotas.take((IMPORTS, 2))
    page = words(desk("filip").get(PAGE))
    assert "Wyczerpany limit" in page
    assert "O wyższy limit prosimy operatora platformy." in page


def test_p8_an_import_over_the_limit_is_refused_at_the_desk_with_the_limit(desk):
    with tenancy.public():
        set_quota("0615022", "imports", most=0, reason="Prośba gminy", actor=ACTOR)
    daria = desk("daria")
    address = run_page(daria, HEADER + GOOD)
    answer = daria.post(f"{address}zapisz/", follow=True)
    assert "Wykorzystano limit importów na dobę: 0" in words(answer)
    assert not Liability.objects.exists()


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_nobody_but_the_administrator_reads_it(name, desk):
    assert desk(name).get(PAGE).status_code == 403


def test_the_navigation_leads_the_administrator_there_and_nobody_else(desk):
    assert f'href="{PAGE}"' in desk("filip").get("/urzad/").content.decode()
    assert f'href="{PAGE}"' in desk("filip").get(PAGE).content.decode()
    assert PAGE not in desk("daria").get("/urzad/").content.decode()


def test_it_is_only_read(desk):
    assert desk("filip").post(PAGE).status_code == 405
