"""What an assertion has to say to count (identity.md, sections 1.3 and 1.4, step 9)."""

import re
from datetime import timedelta

import pytest

from integrations.emulators.login_gov.messages import assertion
from integrations.identity.base import Rejected
from integrations.identity.login_gov.assertion import Statement, attributes, statement
from integrations.identity.login_gov.parsing import parse
from integrations.identity.login_gov.reasons import Reason
from tests.integrations.identity.login_gov.known import known


def read(document: str, **changes: object) -> Statement:
    arguments = {"request_id": "ID-request", "now": known().now, **changes}
    return statement(parse(document.encode()), known().node, known().provider, **arguments)


def without(document: str, name: str) -> str:
    return re.sub(rf"<saml2:{name}\b[^>]*/>|<saml2:{name}\b.*?</saml2:{name}>", "", document)


def twice(document: str, name: str) -> str:
    [found] = re.findall(rf"<saml2:{name}\b[^>]*/>|<saml2:{name}\b.*?</saml2:{name}>", document)
    return document.replace(found, found * 2)


PARTS = {
    "Issuer": Reason.ASSERTION_SHAPE,
    "Subject": Reason.ASSERTION_SHAPE,
    "SubjectConfirmation": Reason.ASSERTION_CONFIRMATION,
    "SubjectConfirmationData": Reason.ASSERTION_CONFIRMATION,
    "Conditions": Reason.ASSERTION_SHAPE,
    "AudienceRestriction": Reason.ASSERTION_AUDIENCE,
    "Audience": Reason.ASSERTION_AUDIENCE,
    "AuthnStatement": Reason.ASSERTION_SHAPE,
    "AuthnContext": Reason.ASSERTION_SHAPE,
    "AuthnContextClassRef": Reason.ASSERTION_SHAPE,
}


@pytest.mark.parametrize("change", [without, twice])
@pytest.mark.parametrize(("part", "code"), PARTS.items())
def test_an_assertion_with_a_part_missing_or_twice_is_refused(change, part, code):
    with pytest.raises(Rejected) as refusal:
        read(change(assertion(known().plan), part))

    assert refusal.value.code == code


@pytest.mark.parametrize("change", [without, twice])
def test_a_list_of_attributes_that_is_missing_or_twice_is_refused(change):
    with pytest.raises(Rejected) as refusal:
        attributes(parse(change(assertion(known().plan), "AttributeStatement").encode()))

    assert refusal.value.code == Reason.ASSERTION_SHAPE


@pytest.mark.parametrize("attribute", ["NotOnOrAfter", "NotBefore", "AuthnInstant"])
@pytest.mark.parametrize(
    "value", ["", "2026-11-21T12:00:00", "2026-11-21T12:00:00+01:00", "2026-13-41T12:00:00Z"]
)
def test_a_time_that_is_not_exactly_utc_is_refused(attribute, value):
    document = re.sub(rf'{attribute}="[^"]*"', f'{attribute}="{value}"', assertion(known().plan))

    with pytest.raises(Rejected) as refusal:
        read(document)

    assert refusal.value.code == Reason.ASSERTION_SHAPE


@pytest.mark.parametrize("change", [("saml2:Assertion", "saml2:Zapewnienie"), (' ID="', ' Identyfikator="')])
def test_what_is_no_assertion_with_an_id_is_refused(change):
    with pytest.raises(Rejected) as refusal:
        read(assertion(known().plan).replace(*change))

    assert refusal.value.code == Reason.ASSERTION_SHAPE


def test_the_confirmation_ends_on_its_own_even_if_the_conditions_last():
    document = assertion(known().plan)
    soon = (known().now - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    first = re.sub(r'NotOnOrAfter="[^"]*"', f'NotOnOrAfter="{soon}"', document, count=1)

    with pytest.raises(Rejected) as refusal:
        read(first)

    assert refusal.value.code == Reason.ASSERTION_EXPIRED


def test_the_conditions_end_on_their_own_even_if_the_confirmation_lasts():
    head, _, tail = assertion(known().plan).rpartition("NotOnOrAfter=")
    soon = (known().now - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")

    with pytest.raises(Rejected) as refusal:
        read(head + re.sub(r'"[^"]*"', f'NotOnOrAfter="{soon}"', tail, count=1))

    assert refusal.value.code == Reason.ASSERTION_EXPIRED


@pytest.mark.parametrize("seconds", [-61, -59, 59, 61])
def test_the_time_of_an_assertion_is_exact_but_for_a_minute(seconds):
    plan = known().plan
    root = parse(assertion(plan).encode())
    edge = plan.now if seconds < 0 else plan.now + timedelta(minutes=50)
    moment = edge.replace(microsecond=0) + timedelta(seconds=seconds)
    arguments = {"request_id": "ID-request", "now": moment}

    if abs(seconds) < 60:
        assert statement(root, known().node, known().provider, **arguments).level
        return
    with pytest.raises(Rejected) as refusal:
        statement(root, known().node, known().provider, **arguments)
    assert refusal.value.code == (Reason.ASSERTION_EARLY if seconds < 0 else Reason.ASSERTION_EXPIRED)
