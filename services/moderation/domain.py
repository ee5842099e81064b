"""Which texts of users others get to see, why one may be hidden, and the states of a case. Pure.

`USER_TEXTS` is the one list: a text that somebody else than its author reads and that is not in it cannot be moderated, so a
test wants every new column of personal text in it or named as none of them (`tests/isolation/test_every_user_text.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.errors import Conflict, NotFound

HIDDEN_TEXT: Final = "[Treść ukryta przez moderatora]"
"""What stands in place of a hidden text, wherever it is shown."""
LEAST_REASON: Final = 5
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class UserText:
    """A column in which a user writes and which others read. `author` is the way from the row to the account; where the
    office writes in the same column, `only` says by what a row of the user's is known."""

    model: str
    field: str
    label: str
    author: str
    only: tuple[str, object] | None = None

    @property
    def kind(self) -> str:
        """The model as a part of an address."""
        return self.model.replace(".", "-")


USER_TEXTS: Final = (
    UserText(
        "accounts.representationrequest",
        "name",
        "nazwa podmiotu we wniosku o reprezentowanie",
        "resident.user",
    ),
    UserText("accounts.representationrequest", "note", "uwagi we wniosku o reprezentowanie", "resident.user"),
    UserText(
        "accounts.representationdocument",
        "name",
        "nazwa pliku do wniosku o reprezentowanie",
        "request.resident.user",
    ),
    UserText(
        "correspondence.duemessage", "body", "wiadomość o należności", "author", ("is_from_office", False)
    ),
    UserText("complaints.complaint", "subject", "temat reklamacji", "resident.user"),
    UserText("complaints.complaint", "description", "treść reklamacji", "resident.user"),
    UserText(
        "complaints.complaintstep",
        "text",
        "uzupełnienie reklamacji",
        "complaint.resident.user",
        ("event", "data_given"),
    ),
    UserText("complaints.complaintdocument", "name", "nazwa pliku do reklamacji", "complaint.resident.user"),
    UserText("complaints.discrepancyreport", "description", "opis zgłoszonej niezgodności", "resident.user"),
    UserText(
        "privacy.datarequest",
        "text",
        "treść żądania dotyczącego danych",
        "resident.user",
        ("by_office", False),
    ),
)


class Ground(StrEnum):
    """Dlaczego treść nie powinna być widoczna."""

    ADVERT = "advert"
    ABUSE = "abuse"
    UNLAWFUL = "unlawful"
    OTHERS_DATA = "others_data"

    @property
    def polish(self) -> str:
        """As pages and letters say it."""
        return {
            "advert": "reklama albo treść handlowa",
            "abuse": "obraźliwa albo wulgarna",
            "unlawful": "bezprawna",
            "others_data": "ujawnia dane innej osoby",
        }[self.value]


class State(StrEnum):
    """Stan sprawy."""

    REPORTED = "reported"
    HIDDEN = "hidden"
    DISMISSED = "dismissed"
    RESTORED = "restored"

    @property
    def polish(self) -> str:
        """As pages say it."""
        return {
            "reported": "czeka na moderatora",
            "hidden": "treść ukryta",
            "dismissed": "zostawiona bez zmian",
            "restored": "treść przywrócona",
        }[self.value]


class Step(StrEnum):
    """What is done in a case."""

    HIDE = "hide"
    DISMISS = "dismiss"
    RESTORE = "restore"


EDGES: Final[Mapping[tuple[State, Step], State]] = {
    (State.REPORTED, Step.HIDE): State.HIDDEN,
    (State.REPORTED, Step.DISMISS): State.DISMISSED,
    (State.HIDDEN, Step.RESTORE): State.RESTORED,
}
OPEN: Final = (State.REPORTED, State.HIDDEN)


def next_state(state: State, step: Step) -> State:
    """Where a step leads. Raises Conflict("moderation.state") where it leads nowhere."""
    try:
        return EDGES[state, step]
    except KeyError:
        raise Conflict("moderation.state", state=state.polish) from None


def user_text(kind: str, field: str) -> UserText:
    """The registered text of a model ("accounts-representationrequest") and field. Raises NotFound("moderation.unknown")."""
    for one in USER_TEXTS:
        if (one.kind, one.field) == (kind.replace(".", "-"), field):
            return one
    raise NotFound("moderation.unknown")
