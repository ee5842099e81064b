"""Only what a pinned key signed is given back, also when no earlier step would have stopped the forgery."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from integrations.emulators.login_gov import faults, wrapping
from integrations.emulators.login_gov.answering import Answering
from integrations.emulators.login_gov.keys import Authority
from integrations.emulators.login_gov.messages import attributes_of, response
from integrations.emulators.login_gov.personas import PERSONAS
from integrations.emulators.login_gov.reading import Provider, Request
from integrations.emulators.login_gov.state import State
from integrations.identity.base import Rejected
from integrations.identity.login_gov import names
from integrations.identity.login_gov.signature import verified

WRAPPED = [name for name in wrapping.REBUILT if name.startswith("xsw_") and name != "xsw_outer_swapped"]
"""All but the one in which the node signed the swapped response, too."""


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def plan(authority):
    keys = authority.issue("gmina")
    provider = Provider(
        "portal-borki", "Borki", ("http://borki.localhost/",), keys.certificate, keys.certificate
    )
    made = Answering(State(authority)).empty_plan(Request("ID-resolve", provider, etree.Element("x")))
    made.has_assertion, made.attributes, made.request_id = True, attributes_of(PERSONAS[0]), "ID-request"
    return made


def check(element: etree._Element, authority: Authority) -> etree._Element:
    return verified(element, [authority.node.certificate], now=datetime.now(UTC))


def test_the_signed_message_is_given_back_without_its_signature(plan, authority):
    message = etree.fromstring(response(plan))

    found = check(message, authority)

    assert found is not message
    assert found.get("ID") == message.get("ID")
    assert found.find(names.SIGNATURE) is None
    assert [child.tag for child in found] == [names.ISSUER, names.STATUS, names.ENCRYPTED_ASSERTION]


@pytest.mark.parametrize("attack", WRAPPED)
def test_no_part_of_a_wrapped_message_verifies_with_forged_content(plan, authority, attack):
    """Every message in the forgery, wherever it stands: it is refused, or only the genuine content comes back."""
    forged = replace(plan, outer_issuer="podrobiony", inner_issuer="podrobiony")
    envelope = etree.fromstring(wrapping.REBUILT[attack](wrapping.Material(plan, forged)))
    refused = 0
    for message in envelope.iter(names.ARTIFACT_RESPONSE, names.RESPONSE):
        try:
            found = check(message, authority)
        except Rejected:
            refused += 1
            continue
        # The node itself signed an outer message around a forged inner one in some of these: see its own issuer only.
        assert found.findtext(names.ISSUER) != "podrobiony"

    assert refused or attack == "xsw_another_message"


@pytest.mark.parametrize(
    "fault",
    [
        "outer_unsigned",
        "outer_self_issued",
        "outer_two_signatures",
        "empty_uri",
        "remote_uri",
        "xslt",
        "hmac",
    ],
)
def test_a_wrong_signature_is_refused_by_itself(plan, authority, fault):
    faults.PLANNED[fault](plan, faults.stranger())
    envelope = etree.fromstring(wrapping.answer(plan))

    with pytest.raises(Rejected):
        check(next(envelope.iter(names.ARTIFACT_RESPONSE)), authority)


@pytest.mark.parametrize("place", range(0, 4000, 97))
def test_a_changed_character_anywhere_in_the_message_breaks_it(plan, authority, place):
    document = response(plan)
    at = place % len(document)
    changed = document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :]
    try:
        message = etree.fromstring(changed)
    except etree.XMLSyntaxError:
        return
    try:
        found = check(message, authority)
    except Rejected:
        return
    before = etree.fromstring(document)
    before.remove(before.find(names.SIGNATURE))
    assert _canonical(found) == _canonical(before)  # the change was in the certificate, which nobody believes


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)
