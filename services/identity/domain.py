"""What the node is asked for, and the keys of a gmina there. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from kernel.errors import Conflict

ATTEMPTS_KEPT = timedelta(days=1)
"""How long an attempt is kept after its beginning: its outcome helps when somebody calls the office the same day."""
PROOF_LASTS = timedelta(minutes=30)
"""How long a person without an account may take to fill in the registration."""


class Purpose(StrEnum):
    """What a person goes to the node for."""

    ENTER = "enter"
    AGAIN = "again"
    """Who is signed in shows once more who it is, before a sensitive change."""
    PROVE = "prove"
    """Who is signed in with a password proves the identity of the account (S54)."""


class KeyPurpose(StrEnum):
    """What a key is for. COI wants a certificate of its own for each."""

    SIGNING = "signing"
    ENCRYPTION = "encryption"

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {"signing": "podpis", "encryption": "szyfrowanie"}[self.value]


class KeyState(StrEnum):
    """Where a key stands on its way."""

    WAITING = "waiting"
    """Made here; its certificate is applied for."""
    READY = "ready"
    """With its certificate. A key for encryption opens answers already."""
    CURRENT = "current"
    PREVIOUS = "previous"
    """Of encryption only: still opens what comes for it."""
    RETIRED = "retired"
    """Its private part is erased."""

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {
            "waiting": "czeka na certyfikat",
            "ready": "gotowy",
            "current": "używany",
            "previous": "poprzedni",
            "retired": "wycofany",
        }[self.value]


class KeyEvent(StrEnum):
    """What the local administrator does with a key."""

    CERTIFIED = "certified"
    TAKEN = "taken"
    REPLACED = "replaced"
    DROPPED = "dropped"


OPENING = frozenset({KeyState.READY, KeyState.CURRENT, KeyState.PREVIOUS})
"""States in which a key for encryption opens answers."""

EDGES: Mapping[tuple[KeyState, KeyEvent, KeyPurpose], KeyState] = {
    **{(KeyState.WAITING, KeyEvent.CERTIFIED, purpose): KeyState.READY for purpose in KeyPurpose},
    **{(KeyState.READY, KeyEvent.TAKEN, purpose): KeyState.CURRENT for purpose in KeyPurpose},
    (KeyState.CURRENT, KeyEvent.REPLACED, KeyPurpose.SIGNING): KeyState.RETIRED,
    (KeyState.CURRENT, KeyEvent.REPLACED, KeyPurpose.ENCRYPTION): KeyState.PREVIOUS,
    **{
        (state, KeyEvent.DROPPED, purpose): KeyState.RETIRED
        for state in (KeyState.WAITING, KeyState.READY)
        for purpose in KeyPurpose
    },
    (KeyState.PREVIOUS, KeyEvent.DROPPED, KeyPurpose.ENCRYPTION): KeyState.RETIRED,
}


def next_state(state: KeyState, event: KeyEvent, purpose: KeyPurpose) -> KeyState:
    """State of a key after `event`. Raises Conflict("provider_key.state"): somebody was faster, or it makes no sense."""
    try:
        return EDGES[state, event, purpose]
    except KeyError:
        raise Conflict("provider_key.state") from None


def is_possible(state: KeyState, event: KeyEvent, purpose: KeyPurpose) -> bool:
    """Whether `event` may happen to a key in this state."""
    return (state, event, purpose) in EDGES
