"""A preset becomes the gmina's configuration, whole and once, however often its installing is interrupted."""

from dataclasses import replace

import pytest

from kernel import tenancy
from kernel.errors import InvalidInput
from tenants.configuration import queries
from tenants.configuration.actions import save_office
from tenants.configuration.models import (
    AllocationRuleVersion,
    Department,
    FeeTariff,
    LiabilityType,
    Office,
    OperatorAccount,
    PaymentTermsVersion,
    RegulationVersion,
    Revision,
)
from tenants.directory.presets import load_preset
from tenants.directory.setup import install_preset
from tests.fixtures.database import ACTOR

MODELS = (
    Office, Department, LiabilityType, RegulationVersion, AllocationRuleVersion, PaymentTermsVersion, FeeTariff,
    OperatorAccount, Revision,
)  # fmt: skip
URL = "http://127.0.0.1:8102"
PLACES = ("actions.save_office", "actions.save_department", "actions.save_liability_type",
          "actions_regulation.draft_regulation", "actions_regulation.publish_regulation",
          "actions.set_allocation_rule", "actions.set_payment_terms", "actions.set_fee_tariff",
          "actions.save_operator_account")  # fmt: skip


def secrets_of(preset) -> dict[str, dict[str, str]]:
    return {account.account_nrb: {"crc": "crc-of-" + account.merchant_ids["pos_id"], "api_key": "k" * 32}
            for account in preset.operator_accounts}  # fmt: skip


def install(scope, name="borki", **changes):
    preset = load_preset(name)
    arguments = {"operator_secrets": secrets_of(preset), "operator_api_urls": {"przelewy24": URL}} | changes
    return install_preset(scope, preset, actor=ACTOR, **arguments)


def counts(scope) -> dict[str, int]:
    with tenancy.enter(scope):
        return {model.__name__: model.objects.count() for model in MODELS}


@pytest.mark.parametrize("name", ["borki", "dabrowa-gornicza"])
@pytest.mark.covers("S1", "S14", "D16", "D59")
def test_everything_of_the_preset_is_in_the_gmina(name, empty_gmina):
    preset = load_preset(name)
    assert install(empty_gmina, name) == ()
    with tenancy.enter(empty_gmina):
        office = queries.office()
        for field in (
            "portal_name",
            "office_name",
            "brand_colour",
            "registration_policy",
            "takes_login_gov",
            "takes_local_accounts",
            "takes_signed_registrations",
            "legal_basis",
            "dpo_email",
        ):
            assert getattr(office, field) == getattr(preset.office, field)
        assert office.crest_svg == preset.crest_svg
        assert {(one.code, one.name) for one in queries.departments()} == {
            (one.code, one.name) for one in preset.departments
        }
        assert queries.payment_terms(preset.payment_terms.effective_on) == preset.payment_terms.terms
        types = {one.code: one for one in queries.liability_types()}
        assert set(types) == {one.code for one in preset.liability_types}
        for wanted in preset.liability_types:
            found = types[wanted.code]
            assert found.department.code == wanted.department
            for field in (
                "account_nrb",
                "interest_regime",
                "allocation_regime",
                "payment_day_rule",
                "position",
            ):
                assert getattr(found, field) == getattr(wanted, field)
        regulation = queries.current_regulation(preset.regulation_act.effective_on)
        assert (regulation.act_number, regulation.act_issuer) == (
            preset.regulation_act.act_number,
            preset.regulation_act.act_issuer,
        )
        assert len(regulation.content["sections"]) > 5
        tariff = queries.fee_tariff(preset.fee_tariff.effective_on)
        assert [line["method_group"] for line in tariff.lines] == [
            one.method_group for one in preset.fee_tariff.lines
        ]


def test_an_emulators_account_talks_to_the_given_address(empty_gmina):
    install(empty_gmina)
    with tenancy.enter(empty_gmina):
        for account in OperatorAccount.objects.all():
            assert (account.profile, account.api_url) == (queries.LOCAL_PROFILE, URL)
            config = queries.operator_config(account)
            assert config.secret("crc") == "crc-of-" + account.merchant_ids["pos_id"]


def test_secrets_may_be_given_by_point_of_sale(empty_gmina):
    secrets = {"610102": {"crc": "0123456789abcdef", "api_key": "k" * 32}}
    left_out = install(empty_gmina, operator_secrets=secrets)
    assert left_out == ("Przelewy24 – podatki", "Przelewy24 – nieruchomości")
    with tenancy.enter(empty_gmina):
        assert [one.label for one in OperatorAccount.objects.all()] == ["Przelewy24 – odpady"]


def test_a_second_installing_changes_nothing(empty_gmina):
    install(empty_gmina)
    before = counts(empty_gmina)
    assert before["OperatorAccount"] == 3
    install(empty_gmina)
    assert counts(empty_gmina) == before


def test_secrets_given_later_complete_what_was_left_out(empty_gmina):
    install(empty_gmina, operator_secrets={})
    assert counts(empty_gmina)["OperatorAccount"] == 0
    assert install(empty_gmina) == ()
    assert counts(empty_gmina)["OperatorAccount"] == 3


@pytest.mark.parametrize("place", PLACES)
def test_an_interrupted_installing_is_completed_by_the_next_one(place, empty_gmina, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError("plug pulled")

    with monkeypatch.context() as patched:
        patched.setattr(f"tenants.configuration.{place}", fail)
        with pytest.raises(ConnectionError):
            install(empty_gmina)
    install(empty_gmina)
    found = counts(empty_gmina)
    install(empty_gmina)
    assert counts(empty_gmina) == found
    preset = load_preset("borki")
    assert found == {
        "Office": 1,
        "Department": len(preset.departments),
        "LiabilityType": len(preset.liability_types),
        "RegulationVersion": 1,
        "AllocationRuleVersion": 1,
        "FeeTariff": 1,
        "OperatorAccount": 3,
        "PaymentTermsVersion": 1,
        "Revision": 1 + len(preset.liability_types) + 1 + 1 + 1 + 3,
    }
    with tenancy.enter(empty_gmina):
        assert queries.regulation_versions().count() == 1


def test_what_the_office_has_changed_since_stays(empty_gmina):
    install(empty_gmina)
    with tenancy.enter(empty_gmina):
        save_office({"portal_name": "Nasz portal"}, version=1, actor=ACTOR)
        LiabilityType.objects.filter(code="lease").update(is_payable_online=False)
    install(empty_gmina)
    with tenancy.enter(empty_gmina):
        assert queries.office().portal_name == "Nasz portal"
        assert not LiabilityType.objects.get(code="lease").is_payable_online


def test_a_new_address_of_the_emulator_is_taken_over_and_the_secrets_keep_their_generations(empty_gmina):
    install(empty_gmina)
    install(empty_gmina, operator_api_urls={"przelewy24": "http://127.0.0.1:9999"})
    with tenancy.enter(empty_gmina):
        for account in OperatorAccount.objects.all():
            assert account.api_url == "http://127.0.0.1:9999"
            assert {name: len(values) for name, values in account.secrets.items()} == {"crc": 1, "api_key": 1}


def test_an_address_that_this_deployment_does_not_allow_is_refused(empty_gmina, settings):
    settings.PAYMENTS_ALLOW_LOOPBACK = False
    with pytest.raises(InvalidInput) as refused:
        install(empty_gmina)
    assert refused.value.code == "operator_account.incomplete"
    assert counts(empty_gmina)["OperatorAccount"] == 0


def test_a_preset_for_production_does_not_take_the_emulators_address(empty_gmina):
    preset = load_preset("borki")
    real = replace(
        preset,
        operator_accounts=tuple(replace(one, profile="production") for one in preset.operator_accounts),
    )
    install_preset(
        empty_gmina,
        real,
        operator_secrets=secrets_of(preset),
        operator_api_urls={"przelewy24": URL},
        actor=ACTOR,
    )
    with tenancy.enter(empty_gmina):
        for account in OperatorAccount.objects.all():
            assert (account.profile, account.api_url) == ("production", "")
            assert queries.operator_config(account).profile.api_url == "https://secure.przelewy24.pl"
