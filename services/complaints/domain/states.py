"""Life of a complaint, as a table of edges (eKasa § 11)."""

from collections.abc import Mapping
from enum import StrEnum

from kernel.errors import Conflict


class Kind(StrEnum):
    """What a complaint is about. It decides who answers it, and whether the payment operator is asked."""

    TRANSACTION = "transaction"
    """A payment through the operator (§ 11 ust. 3): the payment operator decides about it."""
    OTHER = "other"
    """Anything else (§ 11 ust. 4): the department in charge decides."""

    @property
    def polish(self) -> str:
        """How the form names it."""
        return {
            "transaction": "wpłata przez operatora płatności",
            "other": "inna sprawa",
        }[self.value]


class State(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    """The office works on it: its clock runs."""
    INCOMPLETE = "incomplete"
    """The resident was asked for what is missing: the clock stands (§ 11 ust. 6)."""
    AT_OPERATOR = "at_operator"
    """The payment operator has it, and the time depends on its rules (§ 11 ust. 3)."""
    ANSWERED = "answered"
    UNEXAMINED = "unexamined"
    """What was missing did not come in time: left without consideration (§ 11 ust. 7)."""
    WITHDRAWN = "withdrawn"

    @property
    def polish(self) -> str:
        """How resident and office read it."""
        return {
            "open": "rozpatrywana",
            "incomplete": "czeka na uzupełnienie",
            "at_operator": "u operatora płatności",
            "answered": "rozpatrzona",
            "unexamined": "pozostawiona bez rozpatrzenia",
            "withdrawn": "wycofana",
        }[self.value]


class Outcome(StrEnum):
    """What the office has decided about a complaint."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DISMISSED = "dismissed"

    @property
    def polish(self) -> str:
        """How resident and office read it."""
        return {"accepted": "uznana", "partly": "uznana w części", "dismissed": "nieuznana"}[self.value]


class Event(StrEnum):
    """What can happen to a complaint."""

    DATA_REQUESTED = "data_requested"
    DATA_GIVEN = "data_given"
    TIME_RAN_OUT = "time_ran_out"
    PASSED_ON = "passed_on"
    OPERATOR_ANSWERED = "operator_answered"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


OURS = frozenset({State.OPEN})
"""States in which the office has to do the next step."""
CLOSED = frozenset({State.ANSWERED, State.UNEXAMINED, State.WITHDRAWN})

EDGES: Mapping[tuple[State, Event], State] = {
    (State.OPEN, Event.DATA_REQUESTED): State.INCOMPLETE,
    (State.OPEN, Event.PASSED_ON): State.AT_OPERATOR,
    (State.OPEN, Event.ANSWERED): State.ANSWERED,
    (State.OPEN, Event.WITHDRAWN): State.WITHDRAWN,
    (State.INCOMPLETE, Event.DATA_GIVEN): State.OPEN,
    (State.INCOMPLETE, Event.TIME_RAN_OUT): State.UNEXAMINED,
    (State.INCOMPLETE, Event.ANSWERED): State.ANSWERED,
    (State.INCOMPLETE, Event.WITHDRAWN): State.WITHDRAWN,
    (State.AT_OPERATOR, Event.OPERATOR_ANSWERED): State.OPEN,
    (State.AT_OPERATOR, Event.WITHDRAWN): State.WITHDRAWN,
}


def next_state(state: State, event: Event, kind: Kind) -> State:
    """The state after the event. Raises Conflict("complaint.no_such_step") for an event that does not fit the state, and
    Conflict("complaint.not_a_transaction") for passing on what no payment operator can answer."""
    if event == Event.PASSED_ON and kind != Kind.TRANSACTION:
        raise Conflict("complaint.not_a_transaction")
    try:
        return EDGES[state, event]
    except KeyError:
        raise Conflict("complaint.no_such_step", state=state.value, event=event.value) from None
