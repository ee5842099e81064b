"""Life of a resident's account, as a table of edges."""

from collections.abc import Mapping
from enum import StrEnum

from kernel.errors import Conflict


class ResidentState(StrEnum):
    """Where an account stands."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    ACTIVE = "active"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {
            "submitted": "czeka na weryfikację",
            "verified": "zweryfikowane, czeka na autoryzację",
            "active": "aktywne",
            "rejected": "odrzucone",
            "duplicate": "odrzucone: osoba ma już konto",
            "blocked": "zablokowane",
            "deactivated": "zdezaktywowane",
        }[self.value]


class ResidentEvent(StrEnum):
    """What can happen to an account."""

    VERIFIED = "verified"
    AUTHORISED = "authorised"
    REJECTED = "rejected"


CLOSED_STATES = frozenset({ResidentState.REJECTED, ResidentState.DUPLICATE, ResidentState.DEACTIVATED})
"""States in which the person may register anew."""

REGISTRATION_DAYS = 7
"""Working days in which a registration is to be decided (eKasa § 4 pkt 3)."""

EDGES: Mapping[tuple[ResidentState, ResidentEvent, str], ResidentState] = {
    (ResidentState.SUBMITTED, ResidentEvent.VERIFIED, "clerk"): ResidentState.ACTIVE,
    (ResidentState.SUBMITTED, ResidentEvent.VERIFIED, "clerk_then_admin"): ResidentState.VERIFIED,
    (ResidentState.VERIFIED, ResidentEvent.AUTHORISED, "clerk"): ResidentState.ACTIVE,
    (ResidentState.VERIFIED, ResidentEvent.AUTHORISED, "clerk_then_admin"): ResidentState.ACTIVE,
    (ResidentState.SUBMITTED, ResidentEvent.REJECTED, "clerk"): ResidentState.REJECTED,
    (ResidentState.SUBMITTED, ResidentEvent.REJECTED, "clerk_then_admin"): ResidentState.REJECTED,
    (ResidentState.VERIFIED, ResidentEvent.REJECTED, "clerk"): ResidentState.REJECTED,
    (ResidentState.VERIFIED, ResidentEvent.REJECTED, "clerk_then_admin"): ResidentState.REJECTED,
    (ResidentState.DUPLICATE, ResidentEvent.REJECTED, "clerk"): ResidentState.REJECTED,
    (ResidentState.DUPLICATE, ResidentEvent.REJECTED, "clerk_then_admin"): ResidentState.REJECTED,
}


def next_state(state: ResidentState, event: ResidentEvent, policy: str) -> ResidentState:
    """State after `event` under the gmina's registration policy ("clerk" or "clerk_then_admin").

    Raises Conflict("registration.state") when the account is not where the event applies: somebody was faster.
    """
    try:
        return EDGES[state, event, policy]
    except KeyError:
        raise Conflict("registration.state", state=state.value, event=event.value) from None
