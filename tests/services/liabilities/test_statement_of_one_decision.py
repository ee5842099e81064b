"""A gmina that charges the interest of one decision together (art. 54 § 1 pkt 5 and 63 § 1 O.p., law.md 1.5)."""

from datetime import date

import pytest

from kernel.actors import system
from services.liabilities.models import Liability
from services.liabilities.queries import due_as_of, dues_of, statement
from services.payments.booking import claims_of
from services.payments.domain.allocation import AllocationRegime, allocate
from services.payments.queries import basket
from tenants.configuration.actions import set_allocation_rule
from tenants.configuration.domain import AllocationRule, ThresholdScope
from tenants.configuration.models import AllocationRuleVersion
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.services.liabilities.statements import AS_OF, pay_at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(in_borki):
    return PayerFactory()


@pytest.fixture
def jointly(in_borki):
    """The rule of this gmina from July 2026 on."""
    AllocationRuleVersion.objects.filter(effective_on__gt=date(2026, 6, 30)).delete()
    AllocationRuleVersion.objects.create(
        effective_on=date(2026, 7, 1),
        ratio_base="rounded",
        threshold="rounded",
        civil_interest_first=True,
        threshold_scope="decision",
    )


def interest(payer, day=AS_OF) -> dict[str, int]:
    return {due.external_id: due.interest_gr for due in statement(payer, day).dues}


def two(payer, **more) -> tuple[Liability, Liability]:
    """300 zł and 250 zł of one decision: 5.6959 and 4.7466 zł for 66 days; alone both are below the minimum."""
    return (
        LiabilityFactory(payer=payer, instalment=2, principal_gr=30_000, external_id="II", **more),
        LiabilityFactory(payer=payer, instalment=3, principal_gr=25_000, external_id="III", **more),
    )


def test_by_default_each_instalment_stands_alone(payer):
    two(payer)
    assert interest(payer) == {"II": 0, "III": 0}


def test_together_they_exceed_the_minimum_and_each_bears_its_part(payer, jointly):
    two(payer)
    assert interest(payer) == {"II": 545, "III": 455}  # 569.59 + 474.66 gr = 10 zł rounded


def test_a_new_version_says_nothing_of_the_days_before_it(payer, jointly):
    two(payer, due_on=date(2026, 2, 16))
    assert allocation_rule(date(2026, 6, 30)).threshold_scope is ThresholdScope.INSTALMENT
    alone = interest(payer, date(2026, 6, 30))
    assert set(alone.values()) == {1_200, 1_000}  # 134 days: 11.66 and 9.71 zł, each rounded by itself


def test_one_due_alone_bears_the_same_interest_as_in_the_statement(payer, jointly):
    first, second = two(payer)
    assert due_as_of(first, AS_OF).interest_gr == 545
    (alone,) = dues_of(Liability.objects.filter(pk=second.pk), AS_OF)
    assert (alone.external_id, alone.interest_gr) == ("III", 455)


def test_a_due_without_a_document_of_another_year_or_type_stands_alone(payer, jointly):
    two(payer)
    LiabilityFactory(payer=payer, external_id="other year", year=2025, principal_gr=30_000)
    LiabilityFactory(payer=payer, external_id="other document", document_number="FN.9", principal_gr=30_000)
    LiabilityFactory(payer=payer, external_id="none", document_number="", principal_gr=30_000)
    LiabilityFactory(payer=payer, external_id="none too", document_number="", principal_gr=30_000)
    LiabilityFactory(payer=payer, external_id="lease", lease=True, principal_gr=30_000)
    found = interest(payer)
    assert (found["II"], found["III"]) == (545, 455)
    assert {found[name] for name in ("other year", "other document", "none", "none too")} == {0}
    assert found["lease"] == 502  # civil: 9.25 % for 66 days, to the grosz, without a minimum


def test_the_same_number_at_another_payer_is_another_decision(payer, jointly):
    LiabilityFactory(payer=payer, external_id="mine", principal_gr=30_000)
    LiabilityFactory(payer=PayerFactory(), external_id="foreign", principal_gr=30_000)
    assert interest(payer) == {"mine": 0}


def test_instalments_owed_by_different_people_are_not_charged_together(payer, jointly):
    """One shared instalment and one of my own under one number: what the other co-owner sees must not depend on mine."""
    mine = LiabilityFactory(payer=payer, external_id="mine", principal_gr=30_000)
    shared = LiabilityFactory(payer=payer, external_id="shared", principal_gr=30_000)
    neighbour = PayerFactory()
    shared.debtors.add(neighbour)
    assert interest(payer) == {"mine": 0, "shared": 0}
    mine.debtors.add(neighbour)
    assert interest(payer) == interest(neighbour) == {"mine": 550, "shared": 550}


def test_an_enforced_instalment_takes_no_part(payer, jointly):
    LiabilityFactory(payer=payer, external_id="enforced", enforced=True)
    LiabilityFactory(payer=payer, external_id="mine")
    assert interest(payer) == {"enforced": 0, "mine": 0}


def test_a_paid_instalment_takes_no_part_any_more(payer, jointly):
    first, _second = two(payer)
    pay_at_the_desk(first, first.principal_gr)
    assert interest(payer) == {"III": 0}


def test_the_basket_and_the_allocation_charge_what_the_statement_shows(payer, jointly):
    first, second = two(payer)
    (group,) = basket(payer, [first.public_id, second.public_id], AS_OF, None).groups
    assert group.amount_gr == 30_000 + 25_000 + 1_000
    split = allocate(
        group.amount_gr,
        AS_OF,
        claims_of(statement(payer, AS_OF).dues),
        regime=AllocationRegime.TAX,
        rule=allocation_rule(AS_OF),
        rates=rate_table(),
        indicated="property_tax",
    )
    assert split.overpaid_gr == 0
    assert sorted(share.amount_gr for share in split.shares) == [455, 545, 25_000, 30_000]


def test_the_choice_is_kept_as_a_version_of_the_rule(in_borki):
    rule = AllocationRule(threshold_scope=ThresholdScope.DECISION)
    day = date(2031, 1, 1)
    set_allocation_rule(rule, effective_on=day, note="zarządzenie", actor=system("tests"))
    assert allocation_rule(day) == rule
    assert allocation_rule(date(2030, 12, 31)).threshold_scope is ThresholdScope.INSTALMENT
