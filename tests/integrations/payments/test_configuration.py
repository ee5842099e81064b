import pytest

from integrations.payments.base import EnvironmentProfile, OperatorConfig
from integrations.payments.registry import entry, operator, operators


def profile(url, **changes):
    return EnvironmentProfile("try", url, ("pay.example.org",), **changes)


@pytest.mark.parametrize(
    "url",
    [
        "http://pay.example.org",
        "http://127.0.0.1:9001",
        "https://127.0.0.1",
        "https://localhost",
        "https://p24.localhost",
        "https://localhost.",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://0.0.0.0",
        "https://10.0.0.7",
        "https://169.254.169.254",
        "https://2130706433",
        "https://0x7f000001",
        "https://user@pay.example.org",
        "https://pay.example.org\\@evil.example",
        "https://pay.example.org/?a=1",
        "https://pay.example.org/#x",
        "https://pay.example.org:port",
        "ftp://pay.example.org",
        "//pay.example.org",
        "",
    ],
)
def test_an_address_that_is_not_public_https_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011 -- the message differs, the refusal counts
        profile(url)


def test_public_https_is_accepted():
    assert profile("https://pay.example.org").payer_url == "https://pay.example.org"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9001", "http://p24.localhost:9001"])
def test_loopback_is_accepted_where_it_is_allowed(url):
    assert profile(url, allow_loopback=True).api_url == url


@pytest.mark.parametrize("url", ["http://pay.example.org", "https://10.0.0.7"])
def test_the_permission_for_loopback_admits_nothing_else(url):
    with pytest.raises(ValueError):  # noqa: PT011
        profile(url, allow_loopback=True)


def test_the_payers_address_is_checked_as_well():
    with pytest.raises(ValueError, match="loopback"):
        profile("https://pay.example.org", payer_url="http://127.0.0.1:9001")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://pay.example.org.evil.example/x",
        "https://pay.example.org@evil.example/x",
        "https://pay.example.org:8443/x",
        "http://pay.example.org/x",
        "javascript:alert(1)",
    ],
)
def test_a_payer_is_never_sent_to_a_host_outside_the_list(url):
    with pytest.raises(ValueError):  # noqa: PT011
        profile("https://pay.example.org").checked_redirect(url)


def test_a_payer_may_be_sent_to_a_listed_host():
    assert profile("https://pay.example.org").checked_redirect("https://pay.example.org/x")


@pytest.mark.parametrize("secrets", [(), ("",), ("  ",), ("a", ""), ("a", "b", "c"), "abc"])
def test_a_secret_has_one_or_two_generations_and_is_never_empty(secrets):
    with pytest.raises(ValueError, match="secret 'crc'"):
        OperatorConfig("przelewy24", profile("https://pay.example.org"), {}, {"crc": secrets})


@pytest.mark.parametrize("known", operators(), ids=lambda known: known.code)
def test_every_operator_is_complete_enough_for_a_generated_form(known):
    assert known.operator is operator(known.code)
    assert known.operator.code == known.code
    assert {"production", "sandbox"} <= set(known.profiles)
    assert known.merchant_fields
    assert known.secret_fields
    for wanted in (*known.merchant_fields, *known.secret_fields):
        assert wanted.name
        assert wanted.label
        assert wanted.help
    for environment in known.profiles.values():
        assert environment.api_url.startswith("https://")
        assert not environment.allow_loopback


@pytest.mark.parametrize(
    ("merchant_ids", "secrets", "named"),
    [
        ({"merchant_id": "1"}, {"crc": ("12345678",), "api_key": ("12345678",)}, "pos_id"),
        (
            {"merchant_id": "x", "pos_id": "1"},
            {"crc": ("12345678",), "api_key": ("12345678",)},
            "merchant_id",
        ),
        ({"merchant_id": "1", "pos_id": "1"}, {"crc": ("12345678",)}, "api_key"),
        ({"merchant_id": "1", "pos_id": "1"}, {"crc": ("short",), "api_key": ("12345678",)}, "crc"),
    ],
)
def test_an_incomplete_configuration_names_the_first_wrong_field(merchant_ids, secrets, named):
    known = entry("przelewy24")

    with pytest.raises(ValueError, match=named):
        known.configure(known.profiles["sandbox"], merchant_ids=merchant_ids, secrets=secrets)


def test_an_operator_that_does_not_exist_is_not_found():
    with pytest.raises(KeyError):
        operator("nieznany")
