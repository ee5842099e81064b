"""A gmina counts itself; the platform keeps the numbers."""

from dataclasses import asdict, fields
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.errors import NotFound
from portal import jobs
from services.accounts.models import Payer, Resident
from services.payments.figures import Figures, figures_of_gmina
from services.payments.models import Payment
from tenants.configuration.models import OperatorAccount
from tenants.directory.actions import store_figures
from tenants.directory.models import TenantFigures
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory


def pay(state: str, amount_gr: int, days_ago: int | None) -> Payment:
    now = timezone.now()
    account, payer = OperatorAccount.objects.first(), Payer.objects.get(external_id="K-anna")
    return Payment.objects.create(
        reference=uuid4().hex[:24],
        state=state,
        resident=Resident.objects.get(representations__payer=payer),
        payer=payer,
        operator_account=account,
        allocation_regime="tax",
        account_nrb=account.account_nrb,
        title="Podatek",
        amount_gr=amount_gr,
        fee_gr=100,
        method_id="25",
        method_name="Bank",
        method_group="transfer",
        quoted_on=timezone.localdate(),
        start_key=uuid4(),
        paid_at=None if days_ago is None else now - timedelta(days=days_ago),
        booked_at=now if state == "booked" else None,
    )


def test_a_gmina_without_anything_counts_to_its_cast(in_borki):
    figures = figures_of_gmina()
    assert asdict(figures) == {
        "residents": 3,
        "registrations_waiting": 0,
        "liabilities": 0,
        "outstanding_gr": 0,
        "payments": 0,
        "payments_to_book": 0,
        "booked_gr": 0,
        "last_payment_at": None,
        "discrepancies": 0,
        "reconciled_at": None,
    }


def test_everything_is_counted_where_it_belongs(in_borki):
    for trait in ("submitted", "verified", "duplicate", "rejected", "blocked", "deactivated"):
        ResidentFactory(**{trait: True})
    payer = Payer.objects.get(external_id="K-anna")
    LiabilityFactory(payer=payer, principal_gr=10_000)
    LiabilityFactory(payer=payer, principal_gr=2_501)
    latest = pay("paid", 300, 1)
    pay("booked", 1_000, 5)
    pay("booked", 2_000, 9)
    for state in ("created", "started", "failed", "expired"):
        pay(state, 7_777, None)
    figures = figures_of_gmina()
    assert (figures.residents, figures.registrations_waiting) == (3, 3)
    assert (figures.liabilities, figures.outstanding_gr) == (2, 12_501)
    assert (figures.payments, figures.payments_to_book, figures.booked_gr) == (3, 1, 3_000)
    assert figures.last_payment_at == latest.paid_at


def test_eight_queries_are_enough(in_borki, django_assert_num_queries):
    with django_assert_num_queries(8):
        figures_of_gmina()


def test_the_figures_fit_the_platforms_table_and_hold_only_numbers_and_a_time():
    columns = {field.name for field in TenantFigures._meta.concrete_fields} - {"id", "tenant", "measured_at"}
    assert {field.name for field in fields(Figures)} == columns
    kinds = {TenantFigures._meta.get_field(name).get_internal_type() for name in columns}
    assert kinds == {"IntegerField", "BigIntegerField", "DateTimeField"}


def test_the_job_keeps_each_gminas_own_figures(borki, dabrowa):
    with tenancy.enter(dabrowa):
        LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), principal_gr=4_200)
    jobs.run_now("measure", [borki.tenant_id, dabrowa.tenant_id])
    with tenancy.public():
        kept = {
            row.tenant.teryt: row.outstanding_gr for row in TenantFigures.objects.select_related("tenant")
        }
    assert kept == {"0615022": 0, "2465011": 4_200}


def test_trouble_in_one_gmina_does_not_stop_the_others(borki, dabrowa, monkeypatch):
    def fail_in_borki():
        if tenancy.current_tenant_id() == "0615022":
            raise ConnectionError("away")
        return figures_of_gmina()

    monkeypatch.setattr(jobs, "figures_of_gmina", fail_in_borki)
    jobs.run_now("measure", [borki.tenant_id, dabrowa.tenant_id])
    with tenancy.public():
        assert [row.tenant.teryt for row in TenantFigures.objects.select_related("tenant")] == ["2465011"]


def test_figures_of_an_unknown_gmina_are_refused(in_borki):
    with pytest.raises(NotFound):
        store_figures("0000000", asdict(figures_of_gmina()))
    with tenancy.public():
        assert not TenantFigures.objects.exists()
