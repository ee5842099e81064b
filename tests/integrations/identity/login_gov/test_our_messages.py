"""What we send: its form (identity.md, sections 1.1 and 1.2), and its signature by the opinion of libxmlsec."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from integrations.emulators.login_gov.messages import STATUS
from integrations.identity.base import Evidence
from integrations.identity.login_gov import login, names
from integrations.identity.login_gov.metadata import metadata
from integrations.identity.login_gov.requests import artifact_resolve, authn_request, logout_request
from integrations.identity.soap import ENVELOPE
from tests.integrations.identity.login_gov.portal import WEB, application_of, is_signed

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SAML, SAMLP, EIDAS = f"{{{names.SAML}}}", f"{{{names.SAMLP}}}", f"{{{names.EIDAS}}}"
EVIDENCE = Evidence("symulator.localhost", "ID-1", "pz.gov.pl", NOW, session_index="ID-2", name_id="anna")


@pytest.fixture
def messages(borki):
    return {
        "AuthnRequest": authn_request(borki.node, borki.provider, now=NOW),
        "ArtifactResolve": artifact_resolve(borki.provider, "AAQAAA==", now=NOW),
        "LogoutRequest": logout_request(borki.node, borki.provider, EVIDENCE, now=NOW),
    }


@pytest.fixture
def certificate(borki):
    return borki.provider.signing.certificate.public_bytes(Encoding.PEM)


@pytest.mark.parametrize("kind", ["AuthnRequest", "ArtifactResolve", "LogoutRequest"])
def test_libxmlsec_finds_our_signature_right(messages, certificate, kind):
    assert is_signed(etree.fromstring(messages[kind].document), certificate)


@pytest.mark.parametrize("kind", ["ArtifactResolve", "LogoutRequest"])
def test_libxmlsec_finds_our_signature_right_in_the_envelope(messages, certificate, kind):
    envelope = etree.fromstring(messages[kind].envelope)
    [message] = envelope.findall(f"{{{ENVELOPE}}}Body/*")

    assert is_signed(message, certificate)


@pytest.mark.parametrize("kind", ["AuthnRequest", "ArtifactResolve", "LogoutRequest"])
def test_libxmlsec_sees_a_change_in_what_we_signed(messages, certificate, kind):
    root = etree.fromstring(messages[kind].document)
    root.find(names.ISSUER).text = "portal-inny"

    assert not is_signed(root, certificate)


@pytest.mark.parametrize("kind", ["AuthnRequest", "ArtifactResolve", "LogoutRequest"])
def test_the_signature_stands_after_issuer_with_the_nodes_algorithms_and_our_certificate(
    messages, borki, kind
):
    root = etree.fromstring(messages[kind].document)
    signature = root[1]

    assert (root[0].tag, signature.tag) == (names.ISSUER, names.SIGNATURE)
    assert [one.get("Algorithm") for one in signature.iter() if one.get("Algorithm")] == [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ]
    held = signature.findtext(f".//{{{names.DS}}}X509Certificate")
    assert base64.b64decode(held) == borki.provider.signing.certificate.public_bytes(Encoding.DER)


def test_the_request_is_the_one_of_the_profile(borki, messages):
    root = etree.fromstring(messages["AuthnRequest"].document)

    assert dict(root.attrib) == {
        "ID": messages["AuthnRequest"].id,
        "Version": "2.0",
        "IssueInstant": "2026-11-20T12:00:00.000Z",
        "Destination": f"{borki.node.sso_url}",
        "AssertionConsumerServiceURL": borki.provider.acs_url,
        "ProviderName": "Portal gminy borki",
        "ProtocolBinding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact",
        "ForceAuthn": "true",
        "IsPassive": "false",
    }
    assert [child.tag for child in root] == [
        names.ISSUER,
        names.SIGNATURE,
        f"{SAMLP}Extensions",
        f"{SAMLP}NameIDPolicy",
        f"{SAMLP}RequestedAuthnContext",
    ]
    extensions, policy, context = root[2:]
    assert [child.tag for child in extensions] == [f"{EIDAS}SPType", f"{EIDAS}RequestedAttributes"]
    assert extensions[0].text == "public"
    assert [one.get("Name").rpartition("/")[2] for one in extensions[1]] == [
        "CurrentFamilyName",
        "CurrentGivenName",
        "DateOfBirth",
        "PersonIdentifier",
    ]
    assert policy.get("AllowCreate") == "true"
    assert context.get("Comparison") == "minimum"
    assert context[0].text == "http://eidas.europa.eu/LoA/substantial"


def test_every_message_has_an_id_of_its_own(borki):
    ids = {artifact_resolve(borki.provider, "AAQAAA==", now=NOW).id for _ in range(20)}

    assert len(ids) == 20


def test_the_form_for_the_browser_holds_the_signed_bytes_and_a_short_relay_state(borki):
    begun = login.start(borki.node, borki.provider, now=NOW)

    assert begun.url == borki.node.sso_url
    assert begun.request_id.encode() in base64.b64decode(begun.fields["SAMLRequest"])
    assert 40 <= len(begun.relay_state) <= 80
    assert begun.fields["RelayState"] == begun.relay_state


def test_libxmlsec_finds_the_stand_ins_signatures_right_too(borki, emulator):
    """The stand-in signs and verifies with code of its own; this keeps it honest."""
    _, begun = borki.begin()
    WEB.post(begun.url, data=dict(begun.fields))
    resolve = artifact_resolve(borki.provider, "AAQAAA==", now=datetime.now(UTC))
    answer = WEB.post(borki.node.artifact_url, content=resolve.envelope)

    [message] = etree.fromstring(answer.content).findall(f"{{{ENVELOPE}}}Body/*")
    assert message.tag == names.ARTIFACT_RESPONSE
    assert message.find(f".//{names.STATUS_CODE}").get("Value") == f"{STATUS}Success"
    assert is_signed(message, emulator.certificate_pem)


def test_a_gmina_can_be_registered_by_its_metadata(borki, emulator):
    emulator.state.register(
        [{"metadata": metadata(borki.provider).decode(), "provider_name": borki.provider.provider_name}]
    )

    assert borki.log_in().pesel == "75870300017"
    emulator.state.register([application_of(borki.provider)])


def test_the_metadata_say_who_where_and_with_which_keys(borki):
    root = etree.fromstring(metadata(borki.provider))

    md = f"{{{names.MD}}}"
    assert root.get("entityID") == "portal-borki"
    assert [key.get("use") for key in root.iter(f"{md}KeyDescriptor")] == ["signing", "encryption"]
    [service] = root.iter(f"{md}AssertionConsumerService")
    assert service.get("Location") == borki.provider.acs_url
    assert service.get("Binding").endswith(":HTTP-Artifact")
    assert b"PRIVATE" not in metadata(borki.provider)
