"""The whole way over real HTTP between our module and the stand-in node (identity.md, section 1)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from integrations.emulators.login_gov.messages import LASTS
from integrations.identity.base import AssuranceLevel, Declined, IssuerRefused, Rejected
from integrations.identity.login_gov import login
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.login_gov.receiving import ATTEMPT_LASTS, Delivery
from tests.integrations.identity.login_gov.portal import application_of, pair, visit


@pytest.mark.covers("D19")
def test_a_person_who_confirms_at_the_node_is_identified(borki):
    found = borki.log_in("anna")

    assert found.pesel == "75870300017"
    assert (found.given_names, found.family_name) == ("Anna", "Przykładowa")
    assert found.born_on == date(1875, 7, 3)
    assert found.level is AssuranceLevel.SUBSTANTIAL
    assert found.method == "login_gov"
    assert found.evidence.issuer == "symulator.localhost"
    assert found.evidence.means == "pz.gov.pl"


def test_the_names_keep_their_polish_letters_and_their_length(borki):
    assert borki.log_in("gesla").family_name == "Żółć-Ćmiąca"
    assert borki.log_in("dluga").family_name.startswith("Przykładowska-Niepodzielnie-")


@pytest.mark.covers("D20")
def test_a_person_with_a_means_of_another_state_has_no_pesel_but_an_identifier(borki):
    found = borki.log_in("obca")

    assert found.pesel == ""
    assert found.foreign_id == "DE/PL/T0100000X"


def test_a_means_above_the_level_asked_for_is_good(borki):
    assert borki.log_in(means="edowod.gov.pl").level is AssuranceLevel.HIGH


@pytest.mark.parametrize("quirk", ["short_key", "prefixes_once", "destination", "old_login"])
def test_what_the_node_is_known_to_do_at_times_is_understood(borki, quirk):
    assert borki.log_in(mode=quirk).pesel == "75870300017"


def test_the_same_person_is_identified_in_two_gminas(borki, dabrowa):
    assert borki.log_in("anna").pesel == dabrowa.log_in("anna").pesel


def test_no_personal_data_are_in_the_repr_of_an_identity(borki):
    text = repr(borki.log_in("gesla"))

    assert not [part for part in ("75870300024", "Gęślą", "Żółć", "1875, 7", "gesla") if part in text]


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"action": "refuse"}, Reason.DECLINED),
        ({"action": "cancel"}, Reason.CANCELLED),
        ({"mode": "unknown_person"}, Reason.UNKNOWN_PERSON),
    ],
)
def test_a_person_who_declines_is_not_identified(borki, choice, code):
    """A real refusal carries an encrypted assertion: the status is read first (identity.md, section 1.5)."""
    with pytest.raises(Declined) as refusal:
        borki.log_in(**choice)

    assert refusal.value.code == code
    assert not borki.seen.rows


def test_a_request_that_the_node_does_not_serve_is_told_apart_from_a_person_who_declines(borki):
    with pytest.raises(IssuerRefused) as refusal:
        borki.log_in(mode="requester")

    assert refusal.value.code == Reason.STATUS
    assert refusal.value.detail == "Requester"


def test_an_artifact_is_answered_once(borki):
    attempt, begun = borki.begin()
    delivery = visit(begun)
    borki.receive(attempt, delivery)

    with pytest.raises(Rejected) as refusal:
        borki.receive(attempt, delivery)

    assert refusal.value.code == Reason.MESSAGE_SHAPE
    assert len(borki.seen.rows) == 1


def test_an_assertion_that_was_used_already_is_refused(borki):
    borki.log_in()

    with pytest.raises(Rejected) as refusal:
        borki.log_in(mode="replay")

    assert refusal.value.code == Reason.REPLAY
    assert len(borki.seen.rows) == 1


def test_an_assertion_is_remembered_as_long_as_it_could_be_used(borki):
    begun_at = datetime.now(UTC)
    borki.log_in()

    [until] = borki.seen.rows.values()
    assert until >= begun_at + LASTS


def test_an_artifact_of_another_gmina_is_worth_nothing(borki, dabrowa):
    _, at_dabrowa = dabrowa.begin()
    foreign = visit(at_dabrowa)
    attempt, _ = borki.begin()

    with pytest.raises(Rejected) as refusal:
        borki.receive(attempt, Delivery(foreign.artifact, attempt.relay_state))

    assert refusal.value.code == Reason.MESSAGE_SHAPE
    assert not borki.seen.rows


def test_an_attempt_of_another_gmina_is_refused_before_the_node_is_asked(borki, dabrowa, emulator):
    attempt, begun = dabrowa.begin()
    delivery = visit(begun)

    with pytest.raises(Rejected) as refusal:
        borki.receive(attempt, delivery)

    assert refusal.value.code == Reason.OTHER_PROVIDER
    assert len(emulator.state.tickets) == 1


@pytest.mark.parametrize(
    ("changes", "after", "code"),
    [
        ({"relay_state": "x" * 43}, timedelta(0), Reason.RELAY_STATE),
        ({"is_used": True}, timedelta(0), Reason.ATTEMPT_USED),
        ({}, ATTEMPT_LASTS + timedelta(seconds=1), Reason.ATTEMPT_EXPIRED),
    ],
)
def test_a_wrong_attempt_is_refused_before_the_node_is_asked(borki, emulator, changes, after, code):
    attempt, begun = borki.begin()
    delivery = visit(begun)

    with pytest.raises(Rejected) as refusal:
        borki.receive(replace(attempt, **changes), delivery, now=attempt.started_at + after)

    assert refusal.value.code == code
    assert len(emulator.state.tickets) == 1
    assert not borki.seen.rows


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"SAMLart": "AAQAAA=="},
        {"SAMLArt": "AAQAAA==", "RelayState": "x"},
        {"SAMLart": "A" * 513, "RelayState": "x"},
        {"SAMLart": "AAQ AAA", "RelayState": "x"},
        {"SAMLart": "AAQAAA==", "RelayState": "x\r\nSet-Cookie: a=b"},
    ],
)
def test_a_delivery_without_an_artifact_and_a_relay_state_is_refused(fields):
    with pytest.raises(Rejected) as refusal:
        login.take_delivery(fields)

    assert refusal.value.code == Reason.DELIVERY


def test_the_clocks_may_be_a_minute_apart(borki):
    attempt, begun = borki.begin()
    moment = datetime.now(UTC) - timedelta(seconds=55)
    delivery = visit(begun)

    assert borki.receive(replace(attempt, started_at=moment), delivery, now=moment).pesel


def test_the_key_for_decryption_changes_without_a_break(borki, emulator):
    """First the next key is added, then COI changes the certificate, then the last key goes."""
    next_key = pair(emulator.state.authority.issue("borki, nowy szyfr"))
    both = replace(borki.provider, decryption=(*borki.provider.decryption, next_key))
    before = replace(borki, provider=both).log_in()
    changed = replace(borki.provider, decryption=(next_key,))
    emulator.state.register([application_of(changed)])
    after = replace(borki, provider=both).log_in()
    at_last = replace(borki, provider=changed).log_in()

    assert before.pesel == after.pesel == at_last.pesel
    with pytest.raises(Rejected) as refusal:
        borki.log_in()
    assert refusal.value.code == Reason.ENCRYPTION_KEY


def test_the_nodes_certificate_changes_without_a_break(borki, emulator):
    old = emulator.state.authority.issue("poprzedni certyfikat")
    pinned = replace(borki.node, certificates=(old.certificate, *borki.node.certificates))

    assert replace(borki, node=pinned).log_in().pesel == "75870300017"


@pytest.mark.parametrize("starts_in", [timedelta(days=-30), timedelta(days=1)])
def test_a_pinned_certificate_that_is_not_in_force_opens_nothing(borki, emulator, starts_in):
    from integrations.emulators.login_gov.keys import Keys

    authority = emulator.state.authority
    true_node = authority.node
    authority.node = authority.issue(
        "przeterminowany", starts_at=datetime.now(UTC) + starts_in, lasts=timedelta(days=10)
    )
    try:
        pinned = replace(borki.node, certificates=(authority.node.certificate,))
        with pytest.raises(Rejected) as refusal:
            replace(borki, node=pinned).log_in()
    finally:
        authority.node = Keys(true_node.private, true_node.certificate)

    assert refusal.value.code == Reason.NODE_CERTIFICATE
    assert not borki.seen.rows


def test_the_persons_session_at_the_node_can_be_ended(borki, emulator):
    found = borki.log_in()
    now = datetime.now(UTC)
    assert len(emulator.state.sessions) == 1

    assert login.log_out(borki.node, borki.provider, found.evidence, now=now) is True
    assert not emulator.state.sessions
    assert login.log_out(borki.node, borki.provider, found.evidence, now=now) is False


def test_a_logout_answer_of_somebody_else_is_not_believed(borki, emulator):
    found = borki.log_in()
    stranger = replace(borki.node, certificates=(emulator.state.authority.issue("inny").certificate,))

    with pytest.raises(Rejected) as refusal:
        login.log_out(stranger, borki.provider, found.evidence, now=datetime.now(UTC))

    assert refusal.value.code == Reason.SIGNATURE_INVALID


def test_nothing_is_sent_when_the_node_named_no_session(borki, emulator):
    evidence = replace(borki.log_in().evidence, session_index="")
    calls = len(emulator.state.calls)

    assert login.log_out(borki.node, borki.provider, evidence, now=datetime.now(UTC)) is False
    assert len(emulator.state.calls) == calls
