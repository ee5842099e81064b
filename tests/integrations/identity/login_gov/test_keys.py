"""Keys, certificates and addresses: what a gmina's registration may be made of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from integrations.emulators.login_gov.keys import Authority
from integrations.identity import registry
from integrations.identity.login_gov.certificates import (
    Office,
    Purpose,
    certificates_in_use,
    is_of_stand_in,
    new_private_key,
    signing_request,
)
from integrations.identity.login_gov.provider import KeyPair, Node
from tests.integrations.identity.login_gov.portal import provider_named

OFFICE = Office(name="Urząd Gminy Borki", town="Borki", host="borki.example.org")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def provider(authority):
    return provider_named("borki", authority.issue("podpis"), authority.issue("szyfr"))


@pytest.mark.parametrize(
    ("purpose", "usage"), [(Purpose.SIGNING, "digital_signature"), (Purpose.ENCRYPTION, "key_agreement")]
)
def test_a_request_for_a_certificate_names_the_office_and_the_use_of_the_key(purpose, usage):
    key = new_private_key()

    request = x509.load_pem_x509_csr(signing_request(key, OFFICE, purpose))

    assert request.is_signature_valid
    assert request.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Urząd Gminy Borki"
    assert request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "borki.example.org"
    found = request.extensions.get_extension_for_class(x509.KeyUsage).value
    assert [
        name for name in ("digital_signature", "key_agreement", "key_cert_sign") if getattr(found, name)
    ] == [usage]
    private = serialization.load_pem_private_key(key, password=None)
    assert request.public_key() == private.public_key()
    assert isinstance(private.curve, ec.SECP256R1)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_keys_that_the_node_does_not_take_are_refused(authority, key):
    with pytest.raises(ValueError, match="P-256"):
        signing_request(pem(key), OFFICE, Purpose.SIGNING)
    with pytest.raises(ValueError, match=r"P-256|another key"):
        KeyPair.load(pem(key), authority.node.certificate_pem)


def test_a_certificate_of_another_key_is_refused(authority):
    with pytest.raises(ValueError, match="another key"):
        KeyPair.load(new_private_key(), authority.node.certificate_pem)


def test_a_key_pair_can_be_loaded_and_does_not_print_its_key(authority):
    keys = authority.issue("gmina")

    loaded = KeyPair.load(keys.private_pem, keys.certificate_pem)

    assert loaded.certificate == keys.certificate
    assert "Private" not in repr(loaded)


def test_sixty_days_before_its_end_a_certificate_is_alarming(authority, provider):
    now = datetime.now(UTC)
    short = authority.issue("krótki", lasts=timedelta(days=59))
    soon = replace(provider, signing=KeyPair(short.private, short.certificate))
    node = Node.at(
        "https://int.login.gov.pl", name="integration", entity_id="int.login.gov.pl",
        certificates=authority.node.certificate_pem,
    )  # fmt: skip

    facts = list(certificates_in_use(node, soon))

    assert [(one.purpose, one.is_alarming(now)) for one in facts] == [
        (Purpose.SIGNING, True),
        (Purpose.ENCRYPTION, False),
        (Purpose.NODE, False),
    ]
    assert facts[0].days_left(now) == 58
    assert len(facts[0].fingerprint) == 64
    assert facts[0].is_alarming(now - timedelta(days=1))  # not yet in force


@pytest.mark.parametrize(
    "url",
    [
        "http://login.gov.pl",
        "https://10.0.0.1",
        "https://login.gov.pl@zly.example",
        "http://127.0.0.1:8040",
        "https://login.gov.pl\\.zly.example",
    ],
)
def test_a_node_at_an_unsafe_address_is_refused(authority, url):
    with pytest.raises(ValueError, match=r"address|https|loopback"):
        Node.at(url, name="x", entity_id="x", certificates=authority.node.certificate_pem)


def test_certificates_of_the_stand_in_are_known_as_such(authority):
    office = signing_request(new_private_key(), OFFICE, Purpose.SIGNING)
    real = x509.load_pem_x509_csr(office)
    builder = x509.CertificateBuilder(real.subject, real.subject, real.public_key(), 1)
    today = datetime.now(UTC)
    signer = ec.generate_private_key(ec.SECP256R1())
    other = builder.not_valid_before(today).not_valid_after(today + timedelta(days=1)).sign(signer, SHA256())

    assert is_of_stand_in(authority.node.certificate)
    assert is_of_stand_in(authority.issue("gmina").certificate)
    assert not is_of_stand_in(other)


def test_a_node_without_a_pinned_certificate_is_refused(authority):
    node = registry.NODES[registry.INTEGRATION].node(authority.node.certificate_pem)

    with pytest.raises(ValueError, match="certificate"):
        replace(node, certificates=())


def test_environments_differ_in_their_addresses_only(authority):
    made = {code: entry.node(authority.node.certificate_pem) for code, entry in registry.NODES.items()}

    assert (
        made["production"].artifact_url == "https://login.gov.pl/login-services/idpArtifactResolutionService"
    )
    assert made["integration"].sso_url == "https://int.login.gov.pl/login/SingleSignOnService"
    assert [code for code, node in made.items() if node.is_stand_in] == ["stand_in"]


@pytest.mark.parametrize(
    "changes",
    [{"entity_id": ""}, {"provider_name": ""}, {"decryption": ()}, {"acs_url": "ftp://borki.example.org/"}],
)
def test_an_incomplete_registration_is_refused(provider, changes):
    with pytest.raises(ValueError, match=r".+"):
        replace(provider, **changes)
