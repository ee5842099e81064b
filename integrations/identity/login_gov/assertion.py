"""What an assertion says: for whom, by whom, until when, and about which person (identity.md, section 1.3).

The assertion itself is unsigned: it may be read only when it came out of a signed response.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from lxml import etree

from integrations.identity.base import AssuranceLevel, Rejected
from integrations.identity.login_gov import names
from integrations.identity.login_gov.names import SAML
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.xml import children, only_child, text_of
from kernel.identifiers import is_valid_pesel, pesel_birth_date

SKEW = timedelta(seconds=60)
"""How far the node's clock and ours may be apart."""
_SHAPE = Reason.ASSERTION_SHAPE
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?Z")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})Z?")
_PESEL = re.compile(r"[0-9]{11}")
_FOREIGN_ID = re.compile(r"(?!PL/)[A-Z]{2}/PL/[!-~]{1,250}")
_MOST_CHARACTERS = 250


@dataclass(frozen=True)
class Statement:
    """What was checked of an assertion, apart from the person."""

    assertion_id: str
    expires_at: datetime
    """From then on it cannot be used, with all skew granted: so long its id is remembered."""
    level: AssuranceLevel
    means: str
    authenticated_at: datetime
    session_index: str
    name_id: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """Whom the assertion names. Exactly one of `pesel` and `foreign_id` is not empty."""

    given_names: str = field(repr=False)
    family_name: str = field(repr=False)
    born_on: date = field(repr=False)
    pesel: str = field(repr=False)
    foreign_id: str = field(repr=False)


def statement(
    assertion: etree._Element, node: Node, provider: ServiceProvider, *, request_id: str, now: datetime
) -> Statement:
    """Issuer, bearer, recipient, our request, times, audience, level: Rejected at the first that is not exactly right."""
    assertion_id = assertion.get("ID")
    if assertion.tag != names.ASSERTION or not assertion_id:
        raise Rejected("not an assertion", code=_SHAPE)
    if _text(assertion, "Issuer") != node.entity_id:
        raise Rejected(code=Reason.ASSERTION_ISSUER)
    subject = _child(assertion, "Subject")
    confirmed_until = _confirmation(subject, provider, request_id, now)
    valid_until = _conditions(_child(assertion, "Conditions"), provider, now)
    authentication = _child(assertion, "AuthnStatement")
    context = _child(authentication, "AuthnContext")
    level = AssuranceLevel.from_uri(_text(context, "AuthnContextClassRef"))
    if level is None or level < provider.level:
        raise Rejected(code=Reason.ASSERTION_LEVEL)
    return Statement(
        assertion_id=assertion_id,
        expires_at=min(confirmed_until, valid_until) + SKEW,
        level=level,
        means=_optional(context, "AuthenticatingAuthority"),
        authenticated_at=_instant(authentication, "AuthnInstant"),
        session_index=authentication.get("SessionIndex", ""),
        name_id=_optional(subject, "NameID"),
    )


def _confirmation(
    subject: etree._Element, provider: ServiceProvider, request_id: str, now: datetime
) -> datetime:
    confirmation = only_child(subject, f"{{{SAML}}}SubjectConfirmation", Reason.ASSERTION_CONFIRMATION)
    if confirmation.get("Method") != names.BEARER:
        raise Rejected(code=Reason.ASSERTION_CONFIRMATION)
    details = only_child(confirmation, f"{{{SAML}}}SubjectConfirmationData", Reason.ASSERTION_CONFIRMATION)
    if details.get("Recipient") != provider.acs_url:
        raise Rejected(code=Reason.ASSERTION_RECIPIENT)
    if details.get("InResponseTo") != request_id:
        raise Rejected(code=Reason.ASSERTION_IN_RESPONSE_TO)
    return _in_force(details, now, begins=False)


def _conditions(conditions: etree._Element, provider: ServiceProvider, now: datetime) -> datetime:
    restriction = only_child(conditions, f"{{{SAML}}}AudienceRestriction", Reason.ASSERTION_AUDIENCE)
    audience = only_child(restriction, f"{{{SAML}}}Audience", Reason.ASSERTION_AUDIENCE)
    if text_of(audience, Reason.ASSERTION_AUDIENCE) != provider.entity_id:
        raise Rejected(code=Reason.ASSERTION_AUDIENCE)
    return _in_force(conditions, now, begins=True)


def _in_force(element: etree._Element, now: datetime, *, begins: bool) -> datetime:
    """The end of the time in which the element holds; Rejected outside of it."""
    if (begins or element.get("NotBefore")) and now < _instant(element, "NotBefore") - SKEW:
        raise Rejected(code=Reason.ASSERTION_EARLY)
    until = _instant(element, "NotOnOrAfter")
    if now >= until + SKEW:
        raise Rejected(code=Reason.ASSERTION_EXPIRED)
    return until


def attributes(assertion: etree._Element) -> Mapping[str, str]:
    """Values by the names of the attributes; Rejected when a name or a value repeats, or a value is more than text."""
    found: dict[str, str] = {}
    for attribute in children(_child(assertion, "AttributeStatement"), f"{{{SAML}}}Attribute"):
        name = attribute.get("Name", "")
        if name in found:
            raise Rejected(code=Reason.ATTRIBUTE_REPEATED)
        value = only_child(attribute, f"{{{SAML}}}AttributeValue", Reason.ATTRIBUTE_REPEATED)
        found[name] = text_of(value, Reason.ATTRIBUTE_VALUE)
    return found


def person(values: Mapping[str, str]) -> Person:
    """The person of these attributes. Rejected when one is missing, or when PESEL and birth date disagree."""
    missing = set(names.REQUESTED_ATTRIBUTES.values()) - set(values)
    if missing:
        raise Rejected(", ".join(sorted(missing)), code=Reason.ATTRIBUTE_MISSING)
    born_on = _birth_date(values[names.BIRTH_DATE])
    identifier = values[names.PERSON_IDENTIFIER]
    is_pesel = bool(_PESEL.fullmatch(identifier))
    if is_pesel:
        if not is_valid_pesel(identifier):
            raise Rejected(code=Reason.PESEL)
        if pesel_birth_date(identifier) != born_on:
            raise Rejected(code=Reason.BIRTH_DATE)
    elif not _FOREIGN_ID.fullmatch(identifier):
        raise Rejected(code=Reason.PERSON_IDENTIFIER)
    return Person(
        given_names=_name(values[names.GIVEN_NAME]),
        family_name=_name(values[names.FAMILY_NAME]),
        born_on=born_on,
        pesel=identifier if is_pesel else "",
        foreign_id="" if is_pesel else identifier,
    )


def _birth_date(text: str) -> date:
    """The node writes "1987-02-22Z", with the mark of the time zone that XML allows a date."""
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise Rejected(code=Reason.BIRTH_DATE) from None


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > _MOST_CHARACTERS or not name.isprintable():
        raise Rejected("a name", code=Reason.ATTRIBUTE_VALUE)
    return name


def _instant(element: etree._Element, attribute: str) -> datetime:
    """A time with "Z": SAML core 1.3.3 wants UTC, and a time in an unknown zone proves nothing."""
    found = _INSTANT.fullmatch(element.get(attribute, ""))
    try:
        return datetime.fromisoformat(found[1] if found else "").replace(tzinfo=UTC)
    except ValueError:
        raise Rejected(attribute, code=_SHAPE) from None


def _child(element: etree._Element, name: str) -> etree._Element:
    return only_child(element, f"{{{SAML}}}{name}", _SHAPE)


def _text(element: etree._Element, name: str) -> str:
    return text_of(_child(element, name), _SHAPE)


def _optional(element: etree._Element, name: str) -> str:
    found = list(children(element, f"{{{SAML}}}{name}"))
    return text_of(found[0], _SHAPE) if len(found) == 1 else ""
