"""Every attack of identity.md, section 7, over real HTTP: refused with its reason, and nobody is identified."""

import logging
import time

import pytest

from integrations.emulators.login_gov.faults import PLANNED
from integrations.emulators.login_gov.state import ANSWERS, OTHERS
from integrations.emulators.login_gov.wrapping import REBUILT
from integrations.identity import soap
from integrations.identity.base import IssuerUnavailable, Rejected
from integrations.identity.login_gov.reasons import Reason
from tests.integrations.identity.login_gov.portal import visit

BEFORE_THE_PERSON = {
    # signature wrapping
    "xsw_object": Reason.SIGNATURE_COUNT,
    "xsw_extensions": Reason.SIGNATURE_COUNT,
    "xsw_header": Reason.SIGNATURE_COUNT,
    "xsw_header_whole": Reason.SIGNATURE_COUNT,
    "xsw_second_child": Reason.SOAP_SHAPE,
    "xsw_second_child_after": Reason.SOAP_SHAPE,
    "xsw_two_bodies": Reason.SOAP_SHAPE,
    "xsw_another_message": Reason.SOAP_SHAPE,
    "no_envelope": Reason.SOAP_SHAPE,
    "xsw_same_id": Reason.XML_DUPLICATE_ID,
    "xsw_two_responses": Reason.MESSAGE_SHAPE,
    "xsw_inner_object": Reason.SIGNATURE_REFERENCE,
    "xsw_inner_extensions": Reason.SIGNATURE_REFERENCE,
    "xsw_inner_swapped": Reason.SIGNATURE_REFERENCE,
    "xsw_outer_swapped": Reason.SIGNATURE_INVALID,
    # what is signed, by whom, how
    "outer_unsigned": Reason.SIGNATURE_MISSING,
    "inner_unsigned": Reason.SIGNATURE_MISSING,
    "outer_self_issued": Reason.SIGNATURE_INVALID,
    "inner_self_issued": Reason.SIGNATURE_INVALID,
    "outer_two_signatures": Reason.SIGNATURE_COUNT,
    "inner_two_signatures": Reason.SIGNATURE_COUNT,
    "empty_uri": Reason.SIGNATURE_REFERENCE,
    "inner_empty_uri": Reason.SIGNATURE_REFERENCE,
    "other_uri": Reason.SIGNATURE_REFERENCE,
    "remote_uri": Reason.SIGNATURE_REFERENCE,
    "xslt": Reason.SIGNATURE_ALGORITHM,
    "inner_xslt": Reason.SIGNATURE_ALGORITHM,
    "hmac": Reason.SIGNATURE_ALGORITHM,
    "inner_hmac": Reason.SIGNATURE_ALGORITHM,
    "changed_status": Reason.SIGNATURE_INVALID,
    # XML
    "comment_in_issuer": Reason.XML_COMMENT,
    "instruction_in_issuer": Reason.XML_INSTRUCTION,
    "doctype": Reason.XML_DOCTYPE,
    "xxe": Reason.XML_DOCTYPE,
    "remote_dtd": Reason.XML_DOCTYPE,
    "entity_bomb": Reason.XML_DOCTYPE,
    "utf16": Reason.XML_MALFORMED,
    "utf7": Reason.SIGNATURE_INVALID,
    "deep": Reason.XML_MALFORMED,
    "many_elements": Reason.XML_SIZE,
    # who says it, to whom, in answer to what
    "outer_issuer": Reason.MESSAGE_ISSUER,
    "inner_issuer": Reason.MESSAGE_ISSUER,
    "assertion_issuer": Reason.ASSERTION_ISSUER,
    "outer_in_response_to": Reason.MESSAGE_IN_RESPONSE_TO,
    "inner_in_response_to": Reason.MESSAGE_IN_RESPONSE_TO,
    "assertion_in_response_to": Reason.ASSERTION_IN_RESPONSE_TO,
    "other_destination": Reason.MESSAGE_DESTINATION,
    "recipient": Reason.ASSERTION_RECIPIENT,
    "audience": Reason.ASSERTION_AUDIENCE,
    "two_audiences": Reason.ASSERTION_AUDIENCE,
    "not_bearer": Reason.ASSERTION_CONFIRMATION,
    "expired": Reason.ASSERTION_EXPIRED,
    "early": Reason.ASSERTION_EARLY,
    "level_low": Reason.ASSERTION_LEVEL,
    "level_unknown": Reason.ASSERTION_LEVEL,
    # the encryption
    "plaintext_beside": Reason.ASSERTION_PLAINTEXT,
    "plaintext_instead": Reason.ASSERTION_PLAINTEXT,
    "two_assertions": Reason.ASSERTION_COUNT,
    "assertion_in_extensions": Reason.ASSERTION_COUNT,
    "no_assertion": Reason.ASSERTION_COUNT,
    "for_other_key": Reason.ENCRYPTION_KEY,
    "ciphertext": Reason.ENCRYPTION_CIPHERTEXT,
    "other_curve": Reason.ENCRYPTION_SHAPE,
    "off_curve": Reason.ENCRYPTION_SHAPE,
    "comment_in_pesel": Reason.XML_COMMENT,
    "instruction_in_pesel": Reason.XML_INSTRUCTION,
    "cdata_in_pesel": Reason.XML_CDATA,
    "unknown_artifact": Reason.MESSAGE_SHAPE,
    "html": Reason.XML_DOCTYPE,
}
ABOUT_THE_PERSON = {
    "element_in_pesel": Reason.ATTRIBUTE_VALUE,
    "identifier_twice": Reason.ATTRIBUTE_REPEATED,
    "two_values": Reason.ATTRIBUTE_REPEATED,
    "no_pesel": Reason.ATTRIBUTE_MISSING,
    "no_birth_date": Reason.ATTRIBUTE_MISSING,
    "empty_name": Reason.ATTRIBUTE_VALUE,
    "check_digit": Reason.PESEL,
    "short_pesel": Reason.PERSON_IDENTIFIER,
    "polish_foreigner": Reason.PERSON_IDENTIFIER,
    "other_birth_date": Reason.BIRTH_DATE,
    "no_date": Reason.BIRTH_DATE,
}
BROKEN = {
    "soap_fault": Reason.SOAP_FAULT,
    "http_500": "soap.status",
    "redirect": "soap.status",
    "huge": "soap.too_long",
    "reset": "soap.unavailable",
}
TRIED_ELSEWHERE = {
    "refused", "cancelled", "unknown_person", "requester", "replay", "slow", "drip",
    "short_key", "prefixes_once", "high", "destination",
}  # fmt: skip


@pytest.mark.parametrize(("attack", "code"), BEFORE_THE_PERSON.items())
def test_an_answer_that_is_not_to_be_believed_identifies_nobody(borki, attack, code):
    with pytest.raises(Rejected) as refusal:
        borki.log_in(mode=attack)

    assert refusal.value.code == code
    assert refusal.value.permanent
    assert not borki.seen.rows


@pytest.mark.parametrize(("fault", "code"), ABOUT_THE_PERSON.items())
def test_an_assertion_that_names_no_certain_person_identifies_nobody_and_is_spent(borki, fault, code):
    with pytest.raises(Rejected) as refusal:
        borki.log_in(mode=fault)

    assert refusal.value.code == code
    assert len(borki.seen.rows) == 1


def test_a_person_without_a_pesel_needs_a_birth_date_that_exists_too(borki):
    with pytest.raises(Rejected) as refusal:
        borki.log_in("obca", mode="no_date")

    assert refusal.value.code == Reason.BIRTH_DATE


@pytest.mark.parametrize(("fault", "code"), BROKEN.items())
def test_a_node_that_gives_no_answer_identifies_nobody_and_may_be_asked_anew(borki, fault, code):
    with pytest.raises(IssuerUnavailable) as refusal:
        borki.log_in(mode=fault)

    assert refusal.value.code == code
    assert not refusal.value.permanent
    assert not borki.seen.rows
    assert borki.log_in().pesel == "75870300017"


@pytest.mark.parametrize(("fault", "code"), [("slow", "soap.unavailable"), ("drip", "soap.too_slow")])
def test_a_slow_answer_is_not_waited_for(borki, monkeypatch, fault, code):
    monkeypatch.setattr(soap, "READ_SECONDS", 0.7)
    monkeypatch.setattr(soap, "TOTAL_SECONDS", 1.0)
    attempt, begun = borki.begin()
    delivery = visit(begun, mode=fault)
    start = time.monotonic()

    with pytest.raises(IssuerUnavailable) as refusal:
        borki.receive(attempt, delivery)

    assert refusal.value.code == code
    assert time.monotonic() - start < 5


def test_every_fault_of_the_node_is_tried():
    tried = {*BEFORE_THE_PERSON, *ABOUT_THE_PERSON, *BROKEN, *TRIED_ELSEWHERE}

    assert tried == {*PLANNED, *REBUILT, *ANSWERS, *OTHERS}


def test_no_log_holds_personal_data_or_what_opens_a_login(borki, caplog):
    caplog.set_level(logging.DEBUG)
    attempt, begun = borki.begin()
    delivery = visit(begun, "gesla")
    caplog.clear()  # what the browser and the node logged
    borki.receive(attempt, delivery)
    with pytest.raises(Rejected) as refusal:
        borki.log_in("gesla", mode="check_digit")

    logged = caplog.text + repr(refusal.value) + repr(delivery) + repr(begun) + repr(attempt) + repr(borki)
    for secret in ("7587030002", "Gęślą", "Żółć", delivery.artifact, delivery.relay_state, "PRIVATE KEY"):
        assert secret not in logged
