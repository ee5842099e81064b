"""The presets of the two gminas and of the four kinds of gminas are complete and follow the law."""

import re
from datetime import date
from pathlib import Path

import pytest

from integrations.payments.registry import entry
from kernel.identifiers import is_valid_nrb
from tenants.configuration.domain_regulation import parse
from tenants.configuration.domain_terms import PaymentTerms
from tenants.directory.presets import (
    KINDS,
    load_kind,
    load_preset,
    names,
)

FOLDER = Path(__file__).parents[4] / "tenants" / "directory" / "presets"
GMINAS = ("borki", "dabrowa-gornicza")
EKASA_8 = {
    "property_tax",
    "agricultural_tax",
    "forest_tax",
    "joint_assessment",
    "vehicle_tax",
    "lease",
    "perpetual_usufruct",
    "conversion_fee",
}
TAX = ("tax", "tax", "debit", "zloty", True)
CIVIL = ("civil", "civil", "credit", "grosz", False)
LAW = {  # law.md section 0: interest, allocation, day of payment, rounding of the principal, reminder costs
    **dict.fromkeys(
        ["property_tax", "agricultural_tax", "forest_tax", "joint_assessment", "vehicle_tax"], TAX
    ),
    "waste_fee": ("tax", "tax", "debit", "grosz", True),
    "road_lane": ("civil", "tax", "debit", "grosz", True),
    **dict.fromkeys(["lease", "perpetual_usufruct", "conversion_fee"], CIVIL),
    "lease_business": ("commercial", "civil", "credit", "grosz", False),
}


def regimes(types: tuple) -> dict[str, tuple]:
    return {
        one.code: (
            one.interest_regime,
            one.allocation_regime,
            one.payment_day_rule,
            one.principal_rounding,
            one.reminder_costs_apply,
        )
        for one in types
    }


def sort_code_is_valid(nrb: str) -> bool:
    """The 8th digit of a Polish bank sort code is a check digit: the weighted sum ends in 0."""
    weights = (3, 9, 7, 1, 3, 9, 7, 1)
    return sum(int(digit) * weight for digit, weight in zip(nrb[2:10], weights, strict=True)) % 10 == 0


def test_the_two_gminas_are_there() -> None:
    assert names() == GMINAS
    assert [load_preset(name).slug for name in names()] == list(GMINAS)


def test_borki_is_what_its_regulation_says() -> None:
    preset = load_preset("borki")
    assert (preset.name, preset.teryt, preset.kind, preset.label) == (
        "Gmina Borki",
        "0615022",
        "rural",
        "borki",
    )
    office = preset.office
    assert office.portal_name == "Portal eNALEŻNOŚCI"
    assert office.office_name == "Urząd Gminy w Borkach"
    assert (office.address, office.postal_address) == ("ul. Wojska Polskiego 41", "21-345 Borki")
    assert office.registration_policy == "clerk_then_admin"
    assert office.takes_login_gov
    assert office.takes_local_accounts
    assert office.takes_signed_registrations
    act = preset.regulation_act
    assert (act.act_annex, act.act_kind, act.act_number) == ("Załącznik nr 1", "zarządzenie", "17")
    assert (act.act_issuer, act.act_on) == ("Wójt Gminy Borki", date(2020, 1, 28))


def test_art_61a_dabrowa_knows_transfers_alone_and_borki_shows_a_resolution() -> None:
    """§ 10 ust. 2 and 8 of Dąbrowa's regulation: a bank from the list, paid when its account is debited."""
    dabrowa, borki = (load_preset(name).payment_terms for name in ("dabrowa-gornicza", "borki"))
    assert dabrowa.terms == PaymentTerms()
    assert dabrowa.terms.has_resolution is False
    assert borki.terms.has_resolution is True
    assert "pokazowe" in borki.note


def test_dabrowa_is_what_its_regulation_says() -> None:
    preset = load_preset("dabrowa-gornicza")
    assert (preset.teryt, preset.kind, preset.label) == ("2465011", "city_county", "dabrowa-gornicza")
    office = preset.office
    assert office.portal_name == "eKasa"
    assert office.portal_url == "https://ekasa.dg.pl/"
    assert office.controller_name == "Prezydent Miasta Dąbrowa Górnicza"
    assert office.dpo_email == "iodo@dabrowa-gornicza.pl"
    assert office.discrepancy_email == "ekasa@dabrowa-gornicza.pl"
    assert office.registration_policy == "clerk"
    assert office.takes_login_gov
    assert not office.takes_local_accounts
    assert office.takes_signed_registrations
    act = preset.regulation_act
    assert (act.act_number, act.act_on, act.effective_on) == (
        "2230.2022",
        date(2022, 1, 13),
        date(2022, 1, 13),
    )
    assert preset.fee_tariff.bearer == "payer"


@pytest.mark.parametrize("gmina", GMINAS)
def test_what_the_seeds_do_not_name_is_plainly_synthetic(gmina: str) -> None:
    preset = load_preset(gmina)
    seed = preset.regulation_text
    office = preset.office
    for email in (office.email, office.dpo_email, office.discrepancy_email):
        assert email.endswith(".example") or email in seed
    assert office.phone.endswith("000 00 00")
    assert {account.profile for account in preset.operator_accounts} == {"emulator"}


@pytest.mark.parametrize("gmina", GMINAS)
def test_the_legal_basis_is_duty_and_public_task_not_consent(gmina: str) -> None:
    basis = load_preset(gmina).office.legal_basis
    assert "art. 6 ust. 1 lit. c" in basis
    assert "art. 6 ust. 1 lit. e" in basis
    assert "lit. a" not in basis


@pytest.mark.parametrize("gmina", GMINAS)
def test_every_account_number_is_valid(gmina: str) -> None:
    preset = load_preset(gmina)
    numbers = {account.nrb for account in preset.accounts}
    assert len(numbers) == len(preset.accounts) >= 2
    assert all(is_valid_nrb(number) and sort_code_is_valid(number) for number in numbers)
    assert {one.account_nrb for one in preset.liability_types} == numbers


@pytest.mark.parametrize("gmina", GMINAS)
def test_taxes_share_an_account_and_civil_dues_have_another(gmina: str) -> None:
    accounts = {one.code: one.account_nrb for one in load_preset(gmina).liability_types}
    taxes = {accounts[code] for code in ("property_tax", "agricultural_tax", "forest_tax", "vehicle_tax")}
    civil = {accounts[code] for code in ("lease", "perpetual_usufruct", "conversion_fee")}
    assert len(taxes) == len(civil) == 1
    assert taxes != civil


@pytest.mark.parametrize("gmina", GMINAS)
def test_every_kind_of_paragraph_8_is_there_and_one_more(gmina: str) -> None:
    codes = {one.code for one in load_preset(gmina).liability_types}
    assert codes > EKASA_8


def test_the_further_kinds_of_the_two_gminas_differ() -> None:
    further = {gmina: {one.code for one in load_preset(gmina).liability_types} - EKASA_8 for gmina in GMINAS}
    assert further == {"borki": {"waste_fee"}, "dabrowa-gornicza": {"lease_business", "road_lane"}}


@pytest.mark.parametrize("gmina", GMINAS)
def test_each_kind_of_due_of_a_gmina_follows_its_law(gmina: str) -> None:
    found = regimes(load_preset(gmina).liability_types)
    assert found == {code: LAW[code] for code in found}


@pytest.mark.parametrize("gmina", GMINAS)
def test_an_operator_account_settles_on_each_account_with_its_own_point_of_sale(gmina: str) -> None:
    preset = load_preset(gmina)
    assert {one.account_nrb for one in preset.operator_accounts} == {one.nrb for one in preset.accounts}
    points = [one.merchant_ids["pos_id"] for one in preset.operator_accounts]
    assert len(set(points)) == len(points)


def test_no_merchant_number_belongs_to_both_gminas() -> None:
    numbers = [
        {number for one in load_preset(gmina).operator_accounts for number in one.merchant_ids.values()}
        for gmina in GMINAS
    ]
    assert not numbers[0] & numbers[1]


def test_no_preset_holds_a_secret() -> None:
    secrets = [field.name for field in entry("przelewy24").secret_fields]
    assert secrets
    for path in FOLDER.rglob("*.toml"):
        keys = re.findall(r"(\w+)\s*=", path.read_text(encoding="utf-8"))
        assert not set(keys) & {*secrets, "secret", "password", "key"}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("crest.svg")), ids=lambda path: path.parent.name)
def test_an_emblem_is_described_and_loads_nothing(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert re.search(r"<title id=\"[\w-]+\">\S", svg)
    assert "nie herb" in svg
    assert not re.search(r"<script|\bon\w+=|href|url\(|<style|<image|<foreignObject|<!", svg)
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("gmina", GMINAS)
def test_an_emblem_has_the_colour_of_its_gmina(gmina: str) -> None:
    preset = load_preset(gmina)
    assert preset.office.brand_colour in preset.crest_svg


def test_the_gminas_look_different() -> None:
    borki, dabrowa = (load_preset(gmina) for gmina in GMINAS)
    assert borki.office.brand_colour != dabrowa.office.brand_colour
    assert borki.crest_svg != dabrowa.crest_svg
    assert parse(borki.regulation_text) != parse(dabrowa.regulation_text)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_gmina_starts_without_accounts(kind: str) -> None:
    preset = load_kind(kind)
    assert preset.kind == kind
    assert {one.account_nrb for one in preset.liability_types} == {""}
    assert {one.code for one in preset.liability_types} > EKASA_8
    assert {one.department for one in preset.liability_types} == {one.code for one in preset.departments}
    assert preset.allocation_rule.effective_on is None
    found = regimes(preset.liability_types)
    assert found == {code: LAW[code] for code in found}


def test_the_choices_are_those_of_the_configuration() -> None:
    from tenants.configuration import models
    from tenants.directory.models import TenantKind
    from tenants.directory.presets import settings as checked

    assert set(models.InterestRegime.values) == checked.INTEREST_REGIMES
    assert set(models.AllocationRegime.values) == checked.ALLOCATION_REGIMES
    assert set(models.PaymentDayRule.values) == checked.PAYMENT_DAY_RULES
    assert set(models.PrincipalRounding.values) == checked.PRINCIPAL_ROUNDINGS
    assert set(models.RegistrationPolicy.values) == checked.REGISTRATION_POLICIES
    assert set(models.FeeBearer.values) == checked.FEE_BEARERS
    assert set(TenantKind.values) == set(KINDS)
