"""A preset with anything wrong in it is refused, and the message names the file and the place."""

import re
from pathlib import Path

import pytest

from tenants.directory.presets import Preset, PresetError, load_kind, load_preset, read_kind, read_preset

FOLDER = Path(__file__).parents[4] / "tenants" / "directory" / "presets"


def settings(gmina: str) -> str:
    return (FOLDER / gmina / "gmina.toml").read_text(encoding="utf-8")


def read(text: str) -> Preset:
    return read_preset("test", text, regulation_text="Regulamin", crest_svg="<svg/>")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('label = "borki"', 'label = "Borki"', "gmina: label"),
        ('kind = "rural"', 'kind = "village"', "'village' is none of"),
        ('kind = "rural"', 'kind = "urban"', "0615022 is not the code of a gmina of the kind urban"),
        ('teryt = "0615022"', "teryt = 615022", "expected str"),
        ('teryt = "0615022"', 'teryt = "061502"', "gmina: teryt"),
        ('phone = "+48', 'telephone = "+48', "phone is missing"),
        ("[office]\n", '[office]\nmotto = "Razem"\n', "office: unknown key motto"),
        ("[gmina]\n", 'motto = "Razem"\n\n[gmina]\n', "test/gmina.toml: unknown key motto"),
        ('email = "urzad@borki.example"', 'email = "urzad"', "office: email"),
        ('portal_url = ""', 'portal_url = "http://borki.example/"', "office: portal_url"),
        ('brand_colour = "#1f6b3b"', 'brand_colour = "green"', "office: brand_colour"),
        ('policy = "clerk_then_admin"', 'policy = "nobody"', "registration_policy"),
        (
            "login_gov = true\ntakes_local_accounts = true",
            "login_gov = false\ntakes_local_accounts = false",
            "no resident could sign in",
        ),
        ("effective_on = 2020-01-28\nbip", "effective_on = 2020-01-27\nbip", "before the day of the act"),
        ("act_on = 2020-01-28", "act_on = 2020-01-28T10:00:00", "expected date"),
        ("act_on = 2020-01-28", 'act_on = "2020-01-28"', "expected date"),
        ("31999900130000100020000101", "32999900130000100020000101", "accounts 1: nrb"),
        ("04999900130000100020000102", "31999900130000100020000101", "stands twice"),
        ('interest_regime = "tax"', 'interest_regime = "public"', "liability_types 1: interest_regime"),
        ('interest_regime = "tax"', 'interest_regime = "contract"', "contract_rate_bp"),
        ('interest_regime = "tax"', 'interest_regime = "tax"\ncontract_rate_bp = 800', "contract_rate_bp"),
        ('account = "tax"', 'account = "taxes"', "liability_types 1: account: 'taxes' is none of"),
        ('account = "tax"\n', "", "liability_types 1: account is missing"),
        ('department = "FN"', 'department = "XY"', "department: 'XY' is none of"),
        ("is_payable_online = true", "is_payable_online = 1", "expected bool"),
        ("position = 10", "position = true", "expected int"),
        ("position = 10", "position = -10", "is negative"),
        ('code = "forest_tax"', 'code = "property_tax"', "'property_tax' stands twice"),
        ('account = "civil"', 'account = "tax"', "allocated by other rules"),
        ('ratio_base = "rounded"', 'ratio_base = "half"', "ratio_base"),
        ('threshold_scope = "instalment"', 'threshold_scope = "year"', "threshold_scope"),
        ('threshold_scope = "instalment"\n', "", "threshold_scope is missing"),
        ('blik = "other"', 'blik = "card"', "payment_terms: blik"),
        ("resolution_on = 2020-01-28\n", "", "payment_terms: resolution_on is missing"),
        ('resolution_number = "POKAZ/1/2020"', 'resolution_number = ""', "unknown key resolution_on"),
        ("settlement_days = 1", "settlement_days = 30", "payment_terms: settlement_days: is over 10"),
        ('method_group = "transfer"', 'method_group = "cheque"', "lines 1: method_group"),
        ('method_group = "other"', 'method_group = "traditional"', "method group 'other'"),
        ('method_group = "blik"', 'method_group = "transfer"', "'transfer' stands twice"),
        ("max_gr = 1500", "max_gr = 50", "max_gr"),
        ("percent_bp = 120", "percent_bp = 1200", "percent_bp"),
        ("fixed_gr = 100", "fixed_gr = 1.00", "expected int"),
        ('pos_id = "610101"', "pos_id = 610101", "pos_id: expected a string"),
        ('pos_id = "610101"', 'pos_id = "abc"', "pos_id"),
        (', pos_id = "610101"', "", "pos_id is missing"),
        ('pos_id = "610101"', 'pos_id = "610101", crc = "0123456789"', "unknown key crc"),
        ('610102", pos_id = "610102"', '610101", pos_id = "610101"', "stands twice"),
        ('operator = "przelewy24"', 'operator = "bank"', "operator_accounts 1: operator"),
        ('profile = "emulator"\naccount = "waste"', 'profile = "emulator"\naccount = "tax"', "stands twice"),
        ('name = "Gmina Borki"', 'name = "Gmina Borki', "toml"),
    ],
)
def test_a_wrong_setting_is_refused_and_its_place_named(old: str, new: str, message: str) -> None:
    text = settings("borki")
    assert old in text
    with pytest.raises(PresetError, match=re.escape(message)) as refusal:
        read(text.replace(old, new, 1))
    assert str(refusal.value).startswith("test/gmina.toml: ")


def test_consent_alone_is_no_legal_basis() -> None:
    text = settings("borki").replace("lit. c RODO", "lit. a RODO").replace("lit. e RODO", "lit. a RODO")
    with pytest.raises(PresetError, match="office: legal_basis"):
        read(text)


def test_one_table_where_a_list_belongs_is_refused() -> None:
    text = settings("borki")
    first, second = (found.start() for found in re.finditer(r"\[\[departments\]\]", text))
    single = text[:first] + text[first:second].replace("[[departments]]", "[departments]")
    with pytest.raises(PresetError, match="departments: expected list"):
        read(single + text[text.index("[[accounts]]") :])


def test_what_is_payable_online_needs_an_operator_account() -> None:
    text = settings("borki")
    last = text.rindex("[[operator_accounts]]")
    with pytest.raises(PresetError, match="lease is payable online, but no operator account"):
        read(text[:last])
    offline = re.sub(r'(account = "civil"\n)is_payable_online = true', r"\1is_payable_online = false", text)
    assert len(read(offline[: offline.rindex("[[operator_accounts]]")]).operator_accounts) == 2


def test_a_contract_rate_goes_with_the_contract_regime() -> None:
    rate = 'interest_regime = "contract"\ncontract_rate_bp = 800'
    preset = read(settings("borki").replace('interest_regime = "civil"', rate, 1))
    assert [one.contract_rate_bp for one in preset.liability_types if one.interest_regime == "contract"] == [
        800
    ]


def test_the_preset_of_a_kind_has_no_place_for_an_account_number() -> None:
    text = (FOLDER / "kinds" / "rural.toml").read_text(encoding="utf-8")
    assert read_kind("rural", text, crest_svg="").departments
    with pytest.raises(PresetError, match="unknown key account"):
        read_kind("rural", text.replace("position = 10", 'account = "tax"\nposition = 10', 1), crest_svg="")


@pytest.mark.parametrize("name", ["kinds", "", ".", "..", "../directory", "warszawa", "borki/"])
def test_only_known_gminas_can_be_loaded(name: str) -> None:
    with pytest.raises(PresetError, match="there are borki, dabrowa-gornicza"):
        load_preset(name)


def test_only_known_kinds_can_be_loaded() -> None:
    with pytest.raises(PresetError, match="no kind of gmina"):
        load_kind("../borki/gmina")
