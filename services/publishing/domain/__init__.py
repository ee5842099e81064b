"""Kinds and states of what the office publishes, and which step leads where. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kernel.errors import Conflict

LONGEST_TEXT: Final = 20_000
LONGEST_REASON: Final = 300


class Kind(StrEnum):
    """Rodzaj ogłoszenia."""

    NEWS = "news"
    BULLETIN = "bulletin"
    QUESTION = "question"

    @property
    def polish(self) -> str:
        """As pages say it."""
        return {"news": "aktualność", "bulletin": "komunikat", "question": "pytanie i odpowiedź"}[self.value]


class State(StrEnum):
    """Stan ogłoszenia."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def polish(self) -> str:
        """As pages say it."""
        return {
            "draft": "projekt",
            "reviewed": "sprawdzone, czeka na publikację",
            "published": "opublikowane",
            "withdrawn": "wycofane",
        }[self.value]


class Step(StrEnum):
    """What is done to a publication."""

    WRITE = "write"
    REVIEW = "review"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


EDGES: Final[Mapping[tuple[State, Step], State]] = {
    (State.DRAFT, Step.WRITE): State.DRAFT,
    (State.DRAFT, Step.REVIEW): State.REVIEWED,
    # Whoever changes what was read by another takes that reading away.
    (State.REVIEWED, Step.WRITE): State.DRAFT,
    (State.REVIEWED, Step.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Step.WITHDRAW): State.WITHDRAWN,
}


def next_state(state: State, step: Step) -> State:
    """Where a step leads. Raises Conflict("publication.state") where it leads nowhere."""
    try:
        return EDGES[state, step]
    except KeyError:
        raise Conflict("publication.state", state=state.polish) from None
