"""Visits: what the browser sends is kept for a short time, numbers stay (S87, S88, art. 89 RODO)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from services.privacy.actions import erase_expired
from services.privacy.domain.visits import Client as Browser
from services.privacy.domain.visits import client_of, shares
from services.privacy.models import Visit, VisitCount
from services.privacy.visits import forget_written

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Mobile Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36 Edg/141.0.3537.57"
)


@pytest.fixture(autouse=True)
def counting(settings):
    settings.COUNT_VISITS = True
    forget_written()
    yield
    forget_written()


@pytest.fixture
def visitor(borki) -> Client:
    return Client(
        headers={"host": borki.host, "user-agent": FIREFOX},
        SERVER_NAME=borki.host,
        REMOTE_ADDR="198.51.100.23",
    )


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (FIREFOX, Browser("Windows", "Firefox", "143")),
        (CHROME, Browser("Android", "Chrome", "141")),
        (SAFARI, Browser("iPhone", "Safari", "18")),
        (EDGE, Browser("Windows", "Edge", "141")),
        ("curl/8.5.0", Browser("inne", "inne", "")),
        ("", Browser("inne", "inne", "")),
    ],
)
def test_the_browser_is_read_as_far_as_it_tells(header, found):
    assert client_of(header) == found


@pytest.mark.covers("S87")
def test_a_visit_keeps_address_system_browser_and_version(visitor, borki):
    assert visitor.get("/").status_code == 200
    with tenancy.enter(borki):
        row = Visit.objects.get()
        assert (row.address, row.system, row.browser, row.version) == (
            "198.51.100.23",
            "Windows",
            "Firefox",
            "143",
        )
        assert row.day == timezone.localdate()


def test_a_visitor_counts_once_a_day_whatever_is_read_and_by_every_process(visitor, borki):
    for path in ("/", "/kontakt/", "/"):
        visitor.get(path)
    forget_written()  # another process
    visitor.get("/")
    with tenancy.enter(borki):
        assert Visit.objects.count() == 1
        assert VisitCount.objects.get().visits == 1
    visitor.get("/", headers={"user-agent": CHROME})
    with tenancy.enter(borki):
        assert VisitCount.objects.count() == 2


def test_files_posts_refusals_and_the_desk_are_no_visits(visitor, client_for, borki):
    visitor.get("/marka.css")
    visitor.get("/nie-ma-takiej-strony/")
    visitor.get("/konto/")
    visitor.post("/logowanie/", {"email": "x", "password": "y"})
    client_for("filip", borki).get("/urzad/")
    with tenancy.enter(borki):
        assert not Visit.objects.exists()
        assert not VisitCount.objects.exists()


def test_no_cookie_is_made_for_it(visitor):
    assert visitor.get("/").cookies == {}


def test_the_address_is_not_readable_in_the_database_and_nothing_leads_to_the_account(client_for, borki):
    client = client_for("anna", borki)
    client.get("/konto/", headers={"user-agent": FIREFOX}, REMOTE_ADDR="198.51.100.23")
    with tenancy.enter(borki), connection.cursor() as cursor:
        assert Visit.objects.count() == 1
        cursor.execute("SELECT v::text FROM privacy_visit v")
        written = cursor.fetchone()[0]
    assert "198.51.100.23" not in written
    assert b"198.51.100.23".hex() not in written
    names = {field.name for field in Visit._meta.get_fields()}
    assert names == {"id", "public_id", "day", "visitor", "address", "system", "browser", "version"}


@pytest.mark.covers("S85", "S88")
def test_after_a_month_only_the_numbers_are_left(visitor, borki):
    visitor.get("/")
    today = timezone.localdate()
    with tenancy.enter(borki):
        assert erase_expired(today, is_dry_run=False, actor=system("tests")).counts["visits"] == 0
        later = today + timedelta(days=33)
        assert erase_expired(later, is_dry_run=False, actor=system("tests")).counts["visits"] == 1
        assert not Visit.objects.exists()
        assert VisitCount.objects.get().visits == 1


def old_visits(count: int) -> None:
    today = timezone.localdate()
    for number in range(count):
        Visit.objects.create(
            day=today - timedelta(days=60),
            visitor=bytes([number]),
            address="198.51.100.23",
            system="",
            browser="",
        )


def test_a_night_erases_all_that_is_past_its_time_however_many_there_are(in_borki, monkeypatch):
    monkeypatch.setattr("services.privacy.actions.retention.AT_ONCE", 2)
    old_visits(5)
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=system("tests")).counts["visits"] == 5
    assert not Visit.objects.exists()


def test_a_night_that_is_too_short_leaves_the_rest_to_the_next(in_borki, monkeypatch):
    monkeypatch.setattr("services.privacy.actions.retention.AT_ONCE", 2)
    monkeypatch.setattr("services.privacy.actions.retention.is_time_up", lambda: True)
    old_visits(5)
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=system("tests")).counts["visits"] == 2
    assert Visit.objects.count() == 3


def test_a_suspended_portal_counts_nothing(visitor, borki):
    from tenants.directory.models import Tenant

    with tenancy.public():
        Tenant.objects.filter(teryt=borki.tenant_id).update(state="suspended")
    visitor.get("/")
    with tenancy.enter(borki):
        assert not Visit.objects.exists()


def test_a_failure_of_counting_spoils_no_page(visitor, borki, failing_visits):
    assert visitor.get("/").status_code == 200


@pytest.fixture
def failing_visits(borki):
    """The gmina's table cannot be written."""
    with tenancy.enter(borki), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_visitcount ADD CHECK (visits < 0)")


@pytest.mark.covers("S88")
def test_small_groups_are_put_together_without_a_number():
    told = shares([("Chrome 141", 40), ("Firefox 143", 5), ("Opera 9", 4), ("inne", 1)])
    assert [(one.label, one.visits) for one in told] == [("Chrome 141", 40), ("Firefox 143", 5), ("", None)]
    assert sum(one.percent for one in told) == 100
    assert shares([]) == ()
