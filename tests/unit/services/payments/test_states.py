"""Life of a payment over the whole product of states and events (payments.md 2.2)."""

from itertools import product

import pytest

from kernel.errors import Conflict
from services.payments.domain.states import (
    EDGES,
    FINAL,
    LOCKING,
    MESSAGES,
    RELEASED,
    UNPAID,
    Event,
    IllegalTransition,
    State,
    has_money,
    is_late,
    next_state,
)

WHOLE_PRODUCT = list(product(State, Event))

# One row a state: what each event leads to; an event not named changes nothing (a message) or is refused (an act).
TABLE = """
created: start_accepted>started start_refused>failed start_timed_out>unknown pending_reported>pending
created: paid_reported>paid_unverified paid_confirmed>paid mismatch_found>mismatch failure_reported>failed
created: cancellation_reported>cancelled expired>expired
started: pending_reported>pending paid_reported>paid_unverified paid_confirmed>paid
started: mismatch_found>mismatch failure_reported>failed cancellation_reported>cancelled
started: expired>expired
unknown: start_accepted>started pending_reported>pending paid_reported>paid_unverified paid_confirmed>paid
unknown: mismatch_found>mismatch failure_reported>failed cancellation_reported>cancelled expired>expired
pending: pending_reported>pending paid_reported>paid_unverified paid_confirmed>paid
pending: mismatch_found>mismatch failure_reported>failed cancellation_reported>cancelled
pending: expired>expired
paid_unverified: paid_confirmed>paid mismatch_found>mismatch not_paid_confirmed>failed
paid: booked>booked refund_started>refund_pending partial_refund_reported>partly_refunded
paid: refund_reported>refunded chargeback_reported>chargeback
mismatch: mismatch_accepted>paid mismatch_dismissed>failed
booked: partial_refund_reported>partly_refunded
booked: refund_reported>refunded chargeback_reported>chargeback booking_reversed>paid
failed: paid_reported>paid_unverified paid_confirmed>paid mismatch_found>mismatch
cancelled: paid_reported>paid_unverified paid_confirmed>paid mismatch_found>mismatch
expired: paid_reported>paid_unverified paid_confirmed>paid mismatch_found>mismatch
refund_pending: refund_refused>paid refund_refused_after_part>partly_refunded
refund_pending: partial_refund_reported>partly_refunded refund_reported>refunded
refund_pending: chargeback_reported>chargeback
partly_refunded: remainder_booked>booked refund_started>refund_pending
partly_refunded: partial_refund_reported>partly_refunded refund_reported>refunded
partly_refunded: chargeback_reported>chargeback
refunded: chargeback_reported>chargeback
"""


def written_down() -> dict[tuple[State, Event], State]:
    edges = {}
    for line in TABLE.strip().splitlines():
        state, _, rest = line.partition(": ")
        for edge in rest.split():
            event, after = edge.split(">")
            edges[State(state), Event(event)] = State(after)
    return edges


@pytest.mark.parametrize(("state", "event"), WHOLE_PRODUCT)
def test_every_state_and_event_leads_where_the_table_says(state: State, event: Event) -> None:
    expected = written_down().get((state, event))
    if expected is not None:
        assert next_state(state, event) is expected
    elif event in MESSAGES:
        assert next_state(state, event) is state
    else:
        with pytest.raises(IllegalTransition) as raised:
            next_state(state, event)
        assert raised.value.code == "payment.illegal_transition"
        assert raised.value.params == {"state": state.value, "event": event.value}
        assert isinstance(raised.value, Conflict)


def test_the_table_has_no_edge_that_is_not_written_down() -> None:
    assert written_down() == EDGES


@pytest.mark.parametrize("event", sorted(MESSAGES))
def test_paid_never_goes_back_by_a_message(event: Event) -> None:
    gone_back = UNPAID | RELEASED | {State.PAID_UNVERIFIED, State.MISMATCH}
    for state in State:
        if has_money(state):
            assert next_state(state, event) not in gone_back


@pytest.mark.parametrize("state", [State.PAID, State.BOOKED, State.PAID_UNVERIFIED, State.MISMATCH])
@pytest.mark.parametrize(
    "event", [Event.FAILURE_REPORTED, Event.CANCELLATION_REPORTED, Event.PENDING_REPORTED]
)
def test_a_failure_after_money_is_stored_and_ignored(state: State, event: Event) -> None:
    assert next_state(state, event) is state


@pytest.mark.parametrize("state", sorted(RELEASED))
def test_late_money_is_accepted_after_the_attempt_was_given_up(state: State) -> None:
    assert next_state(state, Event.PAID_CONFIRMED) is State.PAID
    assert is_late(state, Event.PAID_CONFIRMED)
    assert is_late(state, Event.PAID_REPORTED)
    assert not is_late(state, Event.FAILURE_REPORTED)
    assert not is_late(State.PENDING, Event.PAID_CONFIRMED)


def test_only_what_the_operator_confirmed_can_be_booked() -> None:
    bookable = {state for state, event in EDGES if event is Event.BOOKED}
    assert bookable == {State.PAID}
    assert {state for (state, event), after in EDGES.items() if after is State.BOOKED} == {
        State.PAID,
        State.PARTLY_REFUNDED,
    }


def test_after_booking_no_refund_of_ours_begins() -> None:
    with pytest.raises(IllegalTransition):
        next_state(State.BOOKED, Event.REFUND_STARTED)


def test_any_message_twice_is_the_same_as_once() -> None:
    for state, event in product(State, MESSAGES):
        once = next_state(state, event)
        if event is Event.MISMATCH_FOUND and state is State.PAID_UNVERIFIED:
            assert once is State.MISMATCH
        assert next_state(once, event) is once


@pytest.mark.covers("D63")
def test_the_lock_holds_from_the_order_to_the_booking() -> None:
    holding = {State.CREATED, State.STARTED, State.UNKNOWN, State.PENDING, State.PAID_UNVERIFIED, State.PAID}
    assert holding | {State.MISMATCH, State.REFUND_PENDING, State.PARTLY_REFUNDED} == LOCKING
    assert LOCKING.isdisjoint(FINAL)
    assert set(State) == LOCKING | FINAL


def test_no_message_of_the_operator_frees_a_lock_once_money_was_reported() -> None:
    for state, event in product({State.PAID_UNVERIFIED, State.PAID, State.MISMATCH}, MESSAGES):
        after = next_state(state, event)
        assert after in LOCKING | {State.REFUNDED, State.CHARGEBACK}


def test_every_state_can_be_reached_from_the_first_one() -> None:
    reached, before = {State.CREATED}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in EDGES.items() if state in reached}
    assert reached == set(State)


def test_final_states_are_left_only_by_late_money_a_refund_a_chargeback_or_a_booking_taken_back() -> None:
    leaving = {event for state, event in EDGES if state in FINAL}
    assert leaving == {
        Event.PAID_REPORTED,
        Event.PAID_CONFIRMED,
        Event.MISMATCH_FOUND,
        Event.PARTIAL_REFUND_REPORTED,
        Event.REFUND_REPORTED,
        Event.CHARGEBACK_REPORTED,
        Event.BOOKING_REVERSED,
    }
