"""Life of a gmina on the platform as a table of edges. Pure: values in, values out."""

from enum import StrEnum
from typing import Final

from kernel.errors import Conflict


class State(StrEnum):
    """Where a gmina stands; the values are those of `TenantState`."""

    PROVISIONING = "provisioning"
    """Registered; its database and settings are being made."""
    TRIAL = "trial"
    """The portal is open within limits, so that the office can try everything."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Closed to residents for a while; the office reads, money on its way still arrives."""
    OFFBOARDING = "offboarding"
    """The gmina leaves: closed like a suspended one, its data are handed over."""
    CLOSED = "closed"
    """The data are gone; the row and its history stay as the proof."""


class Event(StrEnum):
    """What can happen to a gmina; the value is what the audit log says after "tenant."."""

    OPENED = "opened"
    WENT_LIVE = "went_live"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    TRIAL_RESUMED = "trial_resumed"
    OFFBOARDING_STARTED = "offboarding_started"
    OFFBOARDING_CALLED_OFF = "offboarding_called_off"
    CLOSED = "closed"


EDGES: Final = {
    (State.PROVISIONING, Event.OPENED): State.TRIAL,
    (State.TRIAL, Event.WENT_LIVE): State.ACTIVE,
    (State.TRIAL, Event.SUSPENDED): State.SUSPENDED,
    (State.ACTIVE, Event.SUSPENDED): State.SUSPENDED,
    # A suspension gives nobody a way around the checklist: who never went live comes back to the trial.
    (State.SUSPENDED, Event.RESUMED): State.ACTIVE,
    (State.SUSPENDED, Event.TRIAL_RESUMED): State.TRIAL,
    (State.TRIAL, Event.OFFBOARDING_STARTED): State.OFFBOARDING,
    (State.ACTIVE, Event.OFFBOARDING_STARTED): State.OFFBOARDING,
    (State.SUSPENDED, Event.OFFBOARDING_STARTED): State.OFFBOARDING,
    # Nobody's portal opens by itself: whoever stays is resumed by a person.
    (State.OFFBOARDING, Event.OFFBOARDING_CALLED_OFF): State.SUSPENDED,
    (State.OFFBOARDING, Event.CLOSED): State.CLOSED,
}

WORKING: Final = frozenset({State.TRIAL, State.ACTIVE, State.SUSPENDED, State.OFFBOARDING})
"""States whose jobs run: money on its way must still arrive."""

OPEN: Final = frozenset({State.TRIAL, State.ACTIVE})
"""States in which residents and finance systems are served."""

READ_ONLY: Final = frozenset({State.SUSPENDED, State.OFFBOARDING})
"""States in which the office reads and nobody writes."""


def next_state(state: State, event: Event) -> State:
    """The state after the event. Raises Conflict("tenant.state") where there is no such edge; nothing has changed then."""
    after = EDGES.get((state, event))
    if after is None:
        raise Conflict("tenant.state", state=state.value, event=event.value)
    return after
