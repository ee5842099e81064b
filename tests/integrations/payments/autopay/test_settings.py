import pytest

from integrations.payments.registry import entry

KNOWN = entry("autopay")
IDS = {
    "service_id": "102422",
    "start_path": "/payment",
    "hash_algorithm": "SHA256",
    "fee_model": "PAYER",
    "itn_nodes": "customerData,startAmount",
}


def configured(key="klucz-wspoldzielony-1", **changes):
    return KNOWN.configure(
        KNOWN.profiles["sandbox"], merchant_ids={**IDS, **changes}, secrets={"shared_key": (key,)}
    )


def test_a_complete_configuration_is_accepted():
    assert configured().merchant_id("service_id") == "102422"


@pytest.mark.parametrize("nodes", ["brak", "customerData", "title,customerData"])
def test_a_fee_on_top_of_our_amount_without_start_amount_is_refused_when_it_is_saved(nodes):
    """Bug class 6: `amount` would contradict every order."""
    with pytest.raises(ValueError, match="startAmount"):
        configured(itn_nodes=nodes)


@pytest.mark.parametrize("nodes", ["brak", "startAmount"])
def test_without_a_fee_on_top_start_amount_may_be_agreed_or_not(nodes):
    assert configured(fee_model="MERCHANT", itn_nodes=nodes).merchant_id("itn_nodes") == nodes


@pytest.mark.parametrize("nodes", ["startAmount,cardData", "startamount", "startAmount,startAmount2"])
def test_a_node_whose_place_under_the_hash_we_do_not_know_is_refused(nodes):
    with pytest.raises(ValueError, match="itn_nodes"):
        configured(itn_nodes=nodes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_id", ""),
        ("service_id", "12a"),
        ("start_path", "payment"),
        ("start_path", "/a/../b"),
        ("start_path", "//evil.example"),
        ("start_path", "/payment?x=1"),
        ("hash_algorithm", "MD5"),
        ("hash_algorithm", ""),
        ("fee_model", "NONE"),
        ("itn_nodes", ""),
        ("itn_nodes", "startAmount, title"),
    ],
)
def test_a_wrong_value_is_refused_and_named(name, value):
    with pytest.raises(ValueError, match=name):
        configured(**{name: value})


def test_a_key_of_thirty_two_digits_is_accepted_and_a_short_or_empty_one_is_not():
    """Bug class 9."""
    assert configured(key="0123456789abcdef0123456789abcdef")
    for key in ("", "short"):
        with pytest.raises(ValueError, match="shared_key"):
            configured(key=key)
