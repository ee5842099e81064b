"""Life of a resident's account, as a table of edges."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

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

    PROVEN = "proven"
    """A trusted means has said who the person is, and the address is confirmed."""
    VERIFIED = "verified"
    AUTHORISED = "authorised"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    DEACTIVATED = "deactivated"


CLOSED_STATES = frozenset({ResidentState.REJECTED, ResidentState.DUPLICATE, ResidentState.DEACTIVATED})
"""States in which the person may register anew."""

REGISTRATION_DAYS = 7
"""Working days in which a registration is to be decided (eKasa § 4 pkt 3)."""

POLICIES: Final = ("automatic", "clerk", "clerk_then_admin")
"""Who lets a resident in: a trusted identity alone (a clerk where there is none), always a clerk, or both steps."""

_S, _E = ResidentState, ResidentEvent

_BY_POLICY: Mapping[tuple[ResidentState, ResidentEvent, str], ResidentState] = {
    # A trusted identity does the clerk's step (S54), except where the gmina wants a clerk in any case.
    (_S.SUBMITTED, _E.PROVEN, "automatic"): _S.ACTIVE,
    (_S.SUBMITTED, _E.PROVEN, "clerk_then_admin"): _S.VERIFIED,
    (_S.SUBMITTED, _E.VERIFIED, "automatic"): _S.ACTIVE,
    (_S.SUBMITTED, _E.VERIFIED, "clerk"): _S.ACTIVE,
    (_S.SUBMITTED, _E.VERIFIED, "clerk_then_admin"): _S.VERIFIED,
}
_ALWAYS: Mapping[tuple[ResidentState, ResidentEvent], ResidentState] = {
    (_S.VERIFIED, _E.AUTHORISED): _S.ACTIVE,
    (_S.SUBMITTED, _E.REJECTED): _S.REJECTED,
    (_S.VERIFIED, _E.REJECTED): _S.REJECTED,
    (_S.DUPLICATE, _E.REJECTED): _S.REJECTED,
    (_S.ACTIVE, _E.BLOCKED): _S.BLOCKED,
    (_S.BLOCKED, _E.UNBLOCKED): _S.ACTIVE,
    (_S.SUBMITTED, _E.DEACTIVATED): _S.DEACTIVATED,
    (_S.VERIFIED, _E.DEACTIVATED): _S.DEACTIVATED,
    (_S.ACTIVE, _E.DEACTIVATED): _S.DEACTIVATED,
    (_S.BLOCKED, _E.DEACTIVATED): _S.DEACTIVATED,
}
EDGES: Mapping[tuple[ResidentState, ResidentEvent, str], ResidentState] = {
    **_BY_POLICY,
    **{(state, event, policy): after for (state, event), after in _ALWAYS.items() for policy in POLICIES},
}


def next_state(state: ResidentState, event: ResidentEvent, policy: str) -> ResidentState:
    """State after `event` under the gmina's registration policy (one of POLICIES).

    Raises Conflict("registration.state") when the account is not where the event applies: somebody was faster.
    """
    try:
        return EDGES[state, event, policy]
    except KeyError:
        raise Conflict("registration.state", state=state.value, event=event.value) from None


def is_automatic(policy: str) -> bool:
    """Whether a trusted identity does the clerk's step under this policy."""
    return (ResidentState.SUBMITTED, ResidentEvent.PROVEN, policy) in EDGES
