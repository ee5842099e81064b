"""P9: the statements of all gminas at once, and of one that leaves in mid-month."""

from datetime import date

import pytest

from kernel import tenancy
from kernel.errors import Conflict
from portal import fleet
from tenants.directory.models import Offboarding, Tenant
from tenants.fleet import slices
from tenants.fleet.models import FleetJob, FleetJobGmina, JobKind
from tenants.metering.domain import charged_days, next_month
from tenants.metering.models import Statement
from tests.fixtures.database import ACTOR
from tests.tenants.test_monthly_statements import (
    BORKI,
    DABROWA,
    FEBRUARY,
    draft,
    issued,
    live_on,
    measured,
    prices,
)

__all__ = ["prices"]

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def february(prices) -> None:
    prices()
    for teryt in (BORKI, DABROWA):
        live_on(LONG_AGO, teryt)
        measured(FEBRUARY, next_month(FEBRUARY), teryt, payments=1)


def leave(on: date, teryt: str = BORKI, state: str = "closed") -> Offboarding:
    row = Tenant.objects.get(teryt=teryt)
    Tenant.objects.filter(teryt=teryt).update(state=state)
    return Offboarding.objects.create(tenant=row, reason="Koniec umowy.", leaves_on=on, started_by="olga")


def draft_all() -> dict[str, tuple[str, str]]:
    """A job over all gminas, done; what came of each."""
    kind = JobKind.STATEMENTS
    slices.plan(
        kind,
        states=["active", "trial", "suspended", "offboarding", "closed"],
        target=FEBRUARY.isoformat(),
        actor=ACTOR,
    )
    while slices.run_slice(kind, fleet.WORKS[kind], actor=fleet.WORKER):
        pass
    with tenancy.public():
        job = FleetJob.objects.filter(kind=kind).first()
        return {part.teryt: (part.state, part.error) for part in FleetJobGmina.objects.filter(job=job)}


def test_p9_one_order_drafts_the_month_of_every_gmina(february):
    assert draft_all() == {BORKI: ("done", ""), DABROWA: ("done", "")}
    assert {row.teryt: row.net_gr for row in Statement.objects.all()} == {BORKI: 28_900, DABROWA: 28_900}


def test_p9_who_has_an_issued_statement_or_pays_nothing_is_passed_over(february):
    number = issued().number
    live_on(date(2026, 3, 1), DABROWA)
    assert draft_all() == {
        BORKI: ("skipped", "statement.issued"),
        DABROWA: ("skipped", "statement.not_live"),
    }
    assert [row.number for row in Statement.objects.all()] == [number]


def test_p9_what_stops_one_gmina_stops_no_other(february):
    from tenants.metering.models import PriceList

    PriceList.objects.all().delete()
    assert draft_all() == {BORKI: ("failed", "price_list.missing"), DABROWA: ("failed", "price_list.missing")}
    assert not Statement.objects.exists()


@pytest.mark.parametrize("state", ["offboarding", "closed"])
def test_p9_a_gmina_that_leaves_in_mid_month_pays_to_its_last_day(state, february):
    leave(date(2026, 2, 14), state=state)
    lines = {line.charge: (line.quantity, line.amount_gr) for line in draft().lines.all()}
    assert lines["month"] == (14, 14_000)
    assert lines["payments"] == (14, 200)
    assert issued().number


def test_p9_days_after_the_last_one_are_not_missed(prices):
    prices()
    live_on(LONG_AGO)
    leave(date(2026, 2, 14))
    measured(FEBRUARY, date(2026, 2, 15))
    assert issued().number


def test_p9_after_its_last_month_there_is_nothing_to_charge(february):
    leave(date(2026, 1, 31))
    with pytest.raises(Conflict, match=r"statement\.left"):
        draft()
    assert draft_all() == {BORKI: ("skipped", "statement.left"), DABROWA: ("done", "")}


def test_p9_who_stays_after_all_pays_the_whole_month(february):
    row = leave(date(2026, 2, 14), state="suspended")
    row.called_off_at = row.started_at
    row.save()
    assert draft().lines.get(charge="month").quantity == 28


@pytest.mark.parametrize(
    ("left_on", "days"), [(date(2026, 2, 1), 1), (date(2026, 2, 28), 28), (date(2026, 3, 5), 28), (None, 28)]
)
def test_p9_the_last_day_is_charged_too(left_on, days):
    assert len(charged_days(FEBRUARY, LONG_AGO, left_on)) == days
