"""Faults on order that change what an answer says: one for each way in which an answer can be wrong, or odd but right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from integrations.emulators.login_gov.dsig import HMAC
from integrations.emulators.login_gov.keys import Authority, Keys
from integrations.emulators.login_gov.messages import Attribute, Plan
from integrations.emulators.login_gov.xmlenc import P384

Change = Callable[[Plan, Keys], None]
"""Changes the plan; the keys are of somebody who is not the node."""

_XSLT = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    '<xsl:template match="/"><xsl:copy-of select="/"/></xsl:template></xsl:stylesheet></ds:Transform>'
)
_OTHER = "ID-00000000-0000-4000-8000-000000000000"


def stranger() -> Keys:
    """Keys of an attacker who calls themselves the node."""
    return Authority().node


def _set(**values: object) -> Change:
    def change(plan: Plan, other: Keys) -> None:
        for name, value in values.items():
            setattr(plan, name, value)

    return change


def _outer(**values: object) -> Change:
    def change(plan: Plan, other: Keys) -> None:
        plan.signing_outer = replace(plan.signing_outer, **values)  # type: ignore[arg-type]

    return change


def _inner(**values: object) -> Change:
    def change(plan: Plan, other: Keys) -> None:
        plan.signing_inner = replace(plan.signing_inner, **values)  # type: ignore[arg-type]

    return change


def _both(**values: object) -> Change:
    def change(plan: Plan, other: Keys) -> None:
        for one in (_outer(**values), _inner(**values)):
            one(plan, other)

    return change


def _encryption(**values: object) -> Change:
    def change(plan: Plan, other: Keys) -> None:
        plan.encryption = replace(plan.encryption, **values)  # type: ignore[arg-type]

    return change


def _outer_by_stranger(plan: Plan, other: Keys) -> None:
    plan.signing_outer = replace(plan.signing_outer, keys=other)


def _inner_by_stranger(plan: Plan, other: Keys) -> None:
    plan.signing_inner = replace(plan.signing_inner, keys=other)


def _for_stranger(plan: Plan, other: Keys) -> None:
    plan.encryption = replace(plan.encryption, certificate=other.certificate)


def _value(name: str, change: Callable[[str], str]) -> Change:
    def change_attribute(plan: Plan, other: Keys) -> None:
        plan.attributes = [
            replace(one, value=change(one.value)) if one.name == name else one for one in plan.attributes
        ]

    return change_attribute


def _without(name: str) -> Change:
    def drop(plan: Plan, other: Keys) -> None:
        plan.attributes = [one for one in plan.attributes if one.name != name]

    return drop


def _identifier_twice(plan: Plan, other: Keys) -> None:
    plan.attributes.append(Attribute("PersonIdentifier", "PersonIdentifier", "75870300031"))


def _two_values(value: str) -> str:
    return f"{value}</saml2:AttributeValue><saml2:AttributeValue>75870300031"


PLANNED: Mapping[str, Change] = {
    # what a person or the node may rightly answer
    "refused": _set(status="AuthnFailed"),
    "cancelled": _set(status="RequestDenied", has_assertion=False),
    "unknown_person": _set(status="Responder", sub_status="UnknownPrincipal", has_assertion=False),
    "requester": _set(status="Requester", has_assertion=False),
    "short_key": _encryption(key_bytes=16),
    "prefixes_once": _both(lists_prefixes_twice=False),
    "high": _set(level="high"),
    "old_login": _set(login_age=timedelta(minutes=20)),
    "destination": lambda plan, other: setattr(plan, "destination", plan.acs_url),
    # who says it, to whom, in answer to what
    "outer_issuer": _set(outer_issuer="zly.login.gov.pl"),
    "inner_issuer": _set(inner_issuer="zly.login.gov.pl"),
    "assertion_issuer": _set(assertion_issuer="zly.login.gov.pl"),
    "outer_in_response_to": _set(outer_in_response_to=_OTHER),
    "inner_in_response_to": _set(inner_in_response_to=_OTHER),
    "assertion_in_response_to": _set(assertion_in_response_to=_OTHER),
    "other_destination": _set(destination="https://zly.example/wk/acs"),
    "recipient": _set(acs_url="https://zly.example/wk/acs"),
    "audience": _set(audience="inna-gmina"),
    "two_audiences": lambda plan, other: setattr(
        plan, "audience", f"{plan.audience}</saml2:Audience><saml2:Audience>inna-gmina"
    ),
    "not_bearer": _set(method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"),
    "level_low": _set(level="low"),
    "level_unknown": _set(level="najwyzszy"),
    "expired": _set(shift=timedelta(hours=-1)),
    "early": _set(shift=timedelta(minutes=5)),
    # signatures
    "outer_unsigned": _outer(times=0),
    "inner_unsigned": _inner(times=0),
    "outer_self_issued": _outer_by_stranger,
    "inner_self_issued": _inner_by_stranger,
    "outer_two_signatures": _outer(times=2),
    "inner_two_signatures": _inner(times=2),
    "empty_uri": _outer(uri=""),
    "inner_empty_uri": _inner(uri=""),
    "other_uri": _outer(uri=f"#{_OTHER}"),
    "remote_uri": _outer(uri="http://127.0.0.1:9/odniesienie"),
    "xslt": _outer(transform=_XSLT),
    "inner_xslt": _inner(transform=_XSLT),
    "hmac": _outer(method=HMAC),
    "inner_hmac": _inner(method=HMAC),
    # encryption
    "plaintext_beside": _set(plaintext="beside"),
    "plaintext_instead": _set(plaintext="instead"),
    "two_assertions": _set(copies=2),
    "no_assertion": _set(has_assertion=False),
    "for_other_key": _for_stranger,
    "ciphertext": _encryption(breaks_ciphertext=True),
    "other_curve": _encryption(curve=P384),
    "off_curve": _encryption(breaks_point=True),
    # the person
    "comment_in_pesel": _value("PersonIdentifier", lambda value: f"{value[:5]}<!-- -->{value[5:]}"),
    "instruction_in_pesel": _value("PersonIdentifier", lambda value: f"{value[:5]}<?x?>{value[5:]}"),
    "cdata_in_pesel": _value("PersonIdentifier", lambda value: f"<![CDATA[{value}]]>"),
    "element_in_pesel": _value("PersonIdentifier", lambda value: f"{value[:5]}<x/>{value[5:]}"),
    "identifier_twice": _identifier_twice,
    "two_values": _value("PersonIdentifier", _two_values),
    "no_pesel": _without("PersonIdentifier"),
    "no_birth_date": _without("DateOfBirth"),
    "check_digit": _value("PersonIdentifier", lambda value: value[:-1] + str((int(value[-1]) + 1) % 10)),
    "short_pesel": _value("PersonIdentifier", lambda value: value[1:]),
    "polish_foreigner": _value("PersonIdentifier", lambda value: f"PL/PL/{value}"),
    "other_birth_date": _value("DateOfBirth", lambda value: "1875-07-04Z"),
    "no_date": _value("DateOfBirth", lambda value: "1875-02-30Z"),
    "empty_name": _value("CurrentFamilyName", lambda value: " "),
}
