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
from tests.integrations.identity.login_gov.attacks import ABOUT_THE_PERSON, BEFORE_THE_PERSON, BROKEN
from tests.integrations.identity.login_gov.portal import visit

TRIED_ELSEWHERE = {
    "refused", "cancelled", "unknown_person", "requester", "replay", "slow", "drip",
    "short_key", "prefixes_once", "high", "destination", "old_login",
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
    monkeypatch.setattr(soap, "LIMITS", soap.Limits(read=0.7, total=1.0))
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
