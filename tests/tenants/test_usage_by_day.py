"""A gmina writes down what it used, day by day; the same day twice is the same day (P9)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.dates import WARSAW
from kernel.errors import NotFound
from services.accounts.models import Payer, Resident
from services.notices.models import Message
from services.payments import usage as counting
from services.payments.models import Payment
from services.payments.usage import measure_days, usage_on
from tenants.configuration.models import OperatorAccount
from tenants.directory.models import Tenant
from tenants.metering import counters, usage
from tenants.metering.domain import Usage
from tenants.metering.models import UsageDay

pytestmark = pytest.mark.django_db
BORKI = "0615022"
USAGE = Usage(payments=1, payments_gr=100, messages=2, residents=3, storage_bytes=4)


@pytest.fixture(autouse=True)
def another_process() -> Iterator[None]:
    """Nothing is known of what other tests have measured."""
    counting._measured_until.clear()
    yield
    counting._measured_until.clear()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WARSAW)


def pay(
    paid_at: datetime | None, amount_gr: int, state: str = "paid", received_gr: int | None = None
) -> Payment:
    account, payer = OperatorAccount.objects.first(), Payer.objects.get(external_id="K-anna")
    return Payment.objects.create(
        reference=uuid4().hex[:24], state=state, resident=Resident.objects.get(representations__payer=payer),
        payer=payer, operator_account=account, allocation_regime="tax", account_nrb=account.account_nrb, title="Podatek",
        amount_gr=amount_gr, fee_gr=100, method_id="25", method_name="Bank", method_group="transfer",
        quoted_on=timezone.localdate(), start_key=uuid4(), paid_at=paid_at, received_gr=received_gr,
    )  # fmt: skip


def send(sent_at: datetime | None, state: str = "sent") -> None:
    Message(
        kind="payment_paid", recipient="a@b.example", subject="x", body="y", state=state,
        sent_at=sent_at, next_attempt_at=timezone.now(),
    ).save()  # fmt: skip


def opened_on(day: date, teryt: str = BORKI) -> None:
    with tenancy.public():
        Tenant.objects.filter(teryt=teryt).update(opened_at=at(day, 12))


def rows(teryt: str = BORKI) -> list[UsageDay]:
    with tenancy.public():
        return list(UsageDay.objects.filter(tenant__teryt=teryt))


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 2, 28)])
def test_p9_a_payment_belongs_to_the_day_of_warsaw_on_which_it_was_confirmed(day, in_borki):
    pay(at(day, 0), 10_000)
    pay(at(day, 23, 59), 5_000)
    pay(at(day - timedelta(days=1), 23, 59), 1)
    pay(at(day + timedelta(days=1), 0), 1)
    pay(None, 1, state="started")
    used = usage_on(day)
    assert (used.payments, used.payments_gr) == (2, 15_000)


def test_p9_a_payment_that_is_given_back_later_stays_in_its_day(in_borki):
    day = date(2026, 2, 28)
    pay(at(day, 12), 10_000, state="refunded")
    pay(at(day, 12), 10_000, state="chargeback")
    pay(at(day, 12), 10_000, received_gr=7_100)
    assert (usage_on(day).payments, usage_on(day).payments_gr) == (3, 27_000)


def test_p9_only_letters_that_went_out_are_counted(in_borki):
    day = date(2026, 2, 28)
    send(at(day, 10))
    send(at(day, 23, 59))
    send(at(day + timedelta(days=1), 0))
    send(None, state="waiting")
    send(None, state="dead")
    used = usage_on(day)
    assert used.messages == 2
    assert used.residents == 3
    assert used.storage_bytes > 100_000


def test_p9_the_job_writes_every_finished_day_since_the_opening_and_not_today(in_borki):
    today = timezone.localdate()
    opened_on(today - timedelta(days=3))
    assert measure_days() == 3
    assert [row.day for row in rows()] == [today - timedelta(days=number) for number in (3, 2, 1)]
    assert all(row.measured_at for row in rows())
    assert rows("2465011") == []


def test_p9_a_second_run_of_the_day_changes_nothing(in_borki):
    opened_on(timezone.localdate() - timedelta(days=2))
    measure_days()
    before = [(row.pk, row.measured_at) for row in rows()]
    assert measure_days() == 0
    counting._measured_until.clear()
    assert measure_days() == 0, "another process finds everything written"
    assert [(row.pk, row.measured_at) for row in rows()] == before


def test_p9_a_day_that_was_left_out_is_written_later(in_borki):
    today = timezone.localdate()
    opened_on(today - timedelta(days=4))
    usage.store_usage(BORKI, today - timedelta(days=2), USAGE)
    assert measure_days() == 3
    assert len(rows()) == 4


def test_p9_a_gmina_of_years_is_looked_back_at_for_two_months_only(in_borki):
    opened_on(date(2020, 1, 1))
    assert measure_days() == usage.LOOK_BACK_DAYS


def test_p9_a_gmina_that_was_never_opened_has_nothing_to_write(in_borki):
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(opened_at=None)
    assert measure_days() == 0
    assert rows() == []


def test_p9_a_suspended_gmina_is_measured_too(in_borki):
    day = timezone.localdate() - timedelta(days=1)
    opened_on(day)
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(state="suspended")
    pay(at(day, 12), 12_300)
    assert measure_days() == 1
    assert [(row.payments, row.payments_gr) for row in rows()] == [(1, 12_300)]


def test_p9_a_day_written_again_has_the_new_sums_and_the_size_that_was_measured_first(in_borki):
    day = timezone.localdate() - timedelta(days=1)
    usage.store_usage(BORKI, day, USAGE)
    usage.store_usage(
        BORKI, day, Usage(payments=9, payments_gr=900, messages=8, residents=77, storage_bytes=66)
    )
    (row,) = rows()
    assert (row.payments, row.payments_gr, row.messages) == (9, 900, 8)
    assert (row.residents, row.storage_bytes) == (3, 4)
    assert usage.last_storage_bytes(BORKI) == 4
    assert usage.last_storage_bytes("2465011") == 0


def test_p9_calls_of_the_api_come_home_once_and_stay_when_the_day_is_measured(in_borki):
    today = timezone.localdate()
    for _ in range(3):
        counters.take(usage.api_call())
    assert usage.gather_api_calls() == 1
    assert usage.gather_api_calls() == 0
    counters.take(usage.api_call())
    usage.sweep_counters()
    (row,) = rows()
    assert (row.day, row.api_requests, row.measured_at) == (today, 4, None)
    usage.store_usage(BORKI, today, USAGE)
    assert rows()[0].api_requests == 4


def test_calls_of_one_gmina_are_not_those_of_another(borki, dabrowa):
    for scope, calls in ((borki, 2), (dabrowa, 5)):
        with tenancy.enter(scope):
            for _ in range(calls):
                counters.take(usage.api_call())
    usage.gather_api_calls()
    assert [rows(teryt)[0].api_requests for teryt in (BORKI, "2465011")] == [2, 5]


def test_the_use_of_an_unknown_gmina_is_refused(in_borki):
    with pytest.raises(NotFound):
        usage.store_usage("0000000", timezone.localdate(), USAGE)
    with tenancy.public():
        assert not UsageDay.objects.exists()


def test_p9_the_gminas_own_job_measures_and_the_platform_brings_the_calls_home(in_borki):
    from portal import jobs

    opened_on(timezone.localdate() - timedelta(days=1))
    counters.take(usage.api_call())
    jobs.measure()
    jobs.run_now("measure", [BORKI])
    assert [bool(row.measured_at) for row in rows()] == [True, False]
    assert rows()[1].api_requests == 1
