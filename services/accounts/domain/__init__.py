"""Rules about accounts: pure functions and tables."""

from services.accounts.domain.states import (
    CLOSED_STATES,
    EDGES,
    POLICIES,
    REGISTRATION_DAYS,
    ResidentEvent,
    ResidentState,
    is_automatic,
    next_state,
)

__all__ = [
    "CLOSED_STATES",
    "EDGES",
    "POLICIES",
    "REGISTRATION_DAYS",
    "ResidentEvent",
    "ResidentState",
    "is_automatic",
    "next_state",
]
