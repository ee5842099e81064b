"""TERYT codes and host names that a gmina can have, and those that it cannot."""

import pytest

from kernel import tenancy
from kernel.errors import Conflict, InvalidInput
from tenants.directory.actions import register_tenant
from tenants.directory.domain import RESERVED_LABELS, check_label, check_teryt
from tenants.directory.models import Domain, Tenant
from tenants.directory.presets import load_preset, names
from tests.fixtures.database import ACTOR


@pytest.mark.parametrize(
    ("teryt", "kind"),
    [
        ("0615022", "rural"),
        ("2465011", "city_county"),
        ("1465011", "city_county"),
        ("0201011", "urban"),
        ("3217033", "urban_rural"),
    ],
)
def test_codes_of_gminas(teryt, kind):
    check_teryt(teryt, kind)


@pytest.mark.parametrize("name", names())
def test_the_presets_pass_the_same_rules(name):
    preset = load_preset(name)
    check_teryt(preset.teryt, preset.kind)
    check_label(preset.label)


@pytest.mark.parametrize(
    "teryt", ["", "061502", "06150222", "061502a", "0715022", "0015022", "3415022", "0600022", "0615002", "0615024",
              "0615028", "٠٦١٥٠٢٢", " 615022", "0615022\n"],
)  # fmt: skip
def test_what_is_no_code_of_a_gmina(teryt):
    with pytest.raises(InvalidInput) as refused:
        check_teryt(teryt, "rural")
    assert refused.value.code == "tenant.teryt"
    assert refused.value.params["field"] == "teryt"


@pytest.mark.parametrize(
    ("teryt", "kind"),
    [
        ("0615022", "urban"),
        ("0615021", "city_county"),
        ("2465011", "urban"),
        ("0615023", "rural"),
        ("0615022", ""),
    ],
)
def test_a_code_of_another_kind(teryt, kind):
    with pytest.raises(InvalidInput) as refused:
        check_teryt(teryt, kind)
    assert refused.value.code == "tenant.teryt_kind"


@pytest.mark.parametrize("label", ["a", "borki", "dabrowa-gornicza", "4wolka", "x" * 63])
def test_labels_of_host_names(label):
    check_label(label)


@pytest.mark.parametrize(
    "label", ["", "Borki", "bor_ki", "bor.ki", "-borki", "borki-", "bór", "x" * 64, "xn--br-eka", "bo rki", "borki\n",
              "a/b", "ab--cd"],
)  # fmt: skip
def test_what_is_no_label_of_a_host_name(label):
    with pytest.raises(InvalidInput) as refused:
        check_label(label)
    assert (refused.value.code, refused.value.params["field"]) == ("tenant.label", "label")


@pytest.mark.parametrize("label", sorted(RESERVED_LABELS))
def test_the_platforms_own_names_are_not_given_away(label):
    with pytest.raises(InvalidInput) as refused:
        check_label(label)
    assert refused.value.code == "tenant.label_reserved"


def register(**changes):
    values = {
        "teryt": "0201032",
        "name": "Gmina Próbna",
        "kind": "rural",
        "label": "probna",
        "setup": {},
    } | changes
    with tenancy.public():
        return register_tenant(**values, actor=ACTOR)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"teryt": "0615022"}, Conflict, "tenant.exists"),
        ({"label": "borki"}, Conflict, "tenant.address_taken"),
        ({"label": "console"}, InvalidInput, "tenant.label_reserved"),
        ({"teryt": "1"}, InvalidInput, "tenant.teryt"),
        ({"kind": "urban"}, InvalidInput, "tenant.teryt_kind"),
    ],
)
def test_a_refused_gmina_leaves_no_row(changes, kind, code, db):
    with pytest.raises(kind) as refused:
        register(**changes)
    assert refused.value.code == code
    with tenancy.public():
        assert Tenant.objects.count() == 2
        assert Domain.objects.count() == 2


def test_every_gmina_has_keys_of_its_own(db):
    one, other = register(), register(teryt="0201042", label="druga")
    assert bytes(one.data_key) != bytes(other.data_key)
    assert bytes(one.index_key) != bytes(other.index_key)
