"""Liability types, allocation rules and fee tariffs: new versions, refusals beside the field, history."""

from datetime import timedelta

import pytest
from django.utils import timezone

from frontend.desk.forms.rules import LiabilityTypeForm
from frontend.desk.forms.tariffs import FeeTariffForm
from tenants.configuration.models import AllocationRuleVersion, Department, FeeTariff, LiabilityType
from tenants.configuration.queries import allocation_rule, fee_tariff
from tests.frontend.reading import error_beside, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("being_set_up")]
TYPES = "/urzad/ustawienia/rodzaje/"
RULES = "/urzad/ustawienia/zaliczanie/nowa/"
TARIFFS = "/urzad/ustawienia/koszty/nowa/"


def new_type(**changes):
    return {
        "version": 0,
        "name": "Opłata targowa",
        "code": "market_fee",
        "department": str(Department.objects.get(code="FN").public_id),
        "account_nrb": "31 9999 0013 0000 1000 2000 0101",
        "interest_regime": "tax",
        "contract_rate_bp": "",
        "allocation_regime": "tax",
        "payment_day_rule": "debit",
        "principal_rounding": "grosz",
        "is_payable_online": "on",
        "position": "95",
        "is_active": "on",
        **changes,
    }


def of_row(row, **changes):
    known = {name: getattr(row, name) for name in LiabilityTypeForm.base_fields if hasattr(row, name)}
    known["department"] = str(row.department.public_id)
    known = {
        name: "on" if value is True else value for name, value in known.items() if value not in (None, False)
    }
    return known | changes


@pytest.mark.covers("D49")
def test_a_new_kind_of_due_needs_no_code(desk):
    answer = desk("filip").post(f"{TYPES}nowy/", new_type())
    assert answer["Location"] == TYPES
    row = LiabilityType.objects.get(code="market_fee")
    assert row.account_nrb == "31999900130000100020000101"
    assert row.version == 1


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("account_nrb", "31999900130000100020000102", "cyfry kontrolne"),
        ("code", "Zły kod", "małe litery"),
        ("code", "property_tax", "już"),
        ("department", "", ""),
        ("name", "", ""),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(field, wrong, sentence, desk):
    count = LiabilityType.objects.count()
    page = desk("filip").post(f"{TYPES}nowy/", new_type(**{field: wrong}))
    assert page.status_code == 422
    assert error_beside(page, field)
    assert sentence in error_beside(page, field)
    assert LiabilityType.objects.count() == count


def test_contractual_interest_needs_its_rate_and_only_it_keeps_one(desk):
    page = desk("filip").post(
        f"{TYPES}nowy/", new_type(interest_regime="contract", allocation_regime="civil")
    )
    assert "Podaj stopę z umowy." in error_beside(page, "contract_rate_bp")
    desk("filip").post(
        f"{TYPES}nowy/",
        new_type(
            interest_regime="contract", allocation_regime="civil", contract_rate_bp="7,5", account_nrb=""
        ),
    )
    assert LiabilityType.objects.get(code="market_fee").contract_rate_bp == 750
    desk("filip").post(f"{TYPES}nowy/", new_type(code="other_fee", contract_rate_bp="7,5"))
    assert LiabilityType.objects.get(code="other_fee").contract_rate_bp is None


@pytest.mark.covers("S35")
def test_a_type_that_somebody_changed_meanwhile_is_compared_first(desk):
    row = LiabilityType.objects.get(code="lease")
    mine = of_row(row, name="Czynsz dzierżawny")
    LiabilityType.objects.filter(pk=row.pk).update(name="Dzierżawa gruntów", version=row.version + 1)
    page = desk("filip").post(f"{TYPES}{row.public_id}/", mine)
    assert "Nazwa Dzierżawa gruntów Czynsz dzierżawny" in words(page)
    assert LiabilityType.objects.get(pk=row.pk).name == "Dzierżawa gruntów"


def test_the_history_of_a_type_says_what_changed(desk):
    row = LiabilityType.objects.get(code="lease")
    desk("filip").post(f"{TYPES}{row.public_id}/", of_row(row, name="Czynsz dzierżawny"))
    page = desk("filip").get(f"{TYPES}{row.public_id}/").content.decode()
    assert "Nazwa: Opłata za dzierżawę → Czynsz dzierżawny" in page


def test_a_new_allocation_rule_is_in_force_from_its_day(desk):
    day = timezone.localdate() + timedelta(days=10)
    sent = {
        "effective_on": day.isoformat(), "ratio_base": "exact", "threshold": "rounded", "threshold_scope": "decision",
        "note": "zarządzenie nr 1",
    }  # fmt: skip
    desk("filip").post(RULES, sent)
    assert allocation_rule(day).ratio_base == "exact"
    assert allocation_rule(day).civil_interest_first is False
    assert allocation_rule(day).threshold_scope == "decision"
    assert "zaległe raty jednej decyzji razem" in words(desk("filip").get("/urzad/ustawienia/zaliczanie/"))
    assert allocation_rule(day - timedelta(days=1)).ratio_base == "rounded"
    again = desk("filip").post(RULES, sent)
    assert "Na ten dzień jest już wersja" in error_beside(again, "effective_on")
    assert AllocationRuleVersion.objects.filter(effective_on=day).count() == 1


@pytest.mark.covers("D59")
def test_a_new_tariff_starts_from_the_old_one_and_keeps_it(desk):
    client = desk("filip")
    before = fee_tariff(timezone.localdate())
    initial = FeeTariffForm.initial_from(before)
    day = timezone.localdate() + timedelta(days=1)
    sent = initial | {"effective_on": day.isoformat(), "source_note": "umowa", "blik_fixed_gr": "0,59"}
    client.post(TARIFFS, sent)
    new = fee_tariff(day)
    changed = {line["method_group"]: line for line in new.lines}
    assert changed.pop("blik")["fixed_gr"] == 59
    assert changed == {line["method_group"]: line for line in before.lines if line["method_group"] != "blik"}
    assert fee_tariff(timezone.localdate()).public_id == before.public_id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"other_fixed_gr": "", "other_percent_bp": ""}, "other_fixed_gr"),
        ({"card_min_gr": "9", "card_max_gr": "3"}, "card_max_gr"),
        ({"card_fixed_gr": "-1"}, "card_fixed_gr"),
        ({"card_fixed_gr": "1.000,00"}, "card_fixed_gr"),
        ({"card_percent_bp": "dużo"}, "card_percent_bp"),
        ({"effective_on": ""}, "effective_on"),
    ],
)
def test_a_wrong_tariff_is_refused_beside_the_field(changes, field, desk):
    count = FeeTariff.objects.count()
    initial = FeeTariffForm.initial_from(fee_tariff(timezone.localdate()))
    sent = initial | {"effective_on": "2027-01-01", "source_note": "umowa"} | changes
    page = desk("filip").post(TARIFFS, sent)
    assert page.status_code == 422
    assert error_beside(page, field)
    assert FeeTariff.objects.count() == count


def test_a_tariff_without_costs_has_no_lines(desk):
    sent = {"effective_on": "2027-01-01", "source_note": "uchwała", "bearer": "none"}
    desk("filip").post(TARIFFS, sent)
    assert FeeTariff.objects.get(effective_on="2027-01-01").lines == []


def test_the_lists_say_which_version_is_in_force(desk):
    for place in ("zaliczanie", "koszty"):
        assert "obowiązuje" in words(desk("filip").get(f"/urzad/ustawienia/{place}/"))
