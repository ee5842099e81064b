"""Life of a registration form that is to be signed, as a table of edges."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from integrations.identity.signatures.reasons import Reason
from kernel.errors import Conflict

SCHEMA_VERSION = 1
"""Of the documents that `integrations.identity.signatures.form` makes; what was signed says it too."""

ATTEMPT_LASTS = timedelta(hours=24)
"""How long a filled-in form waits for its signature."""

KEPT_FOR = timedelta(days=14)
"""How long a form that came to nothing is kept, so that the office can answer a question about it."""

MOST_FILES = 10
"""Signed files of one form; more is no person who tries again."""


class AttemptState(StrEnum):
    """Where a form stands on its way to a registration."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    REGISTERED = "registered"
    CLOSED = "closed"

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {
            "draft": "czeka na podpis",
            "sent": "w serwisie podpisu",
            "received": "podpis jest sprawdzany",
            "registered": "złożony",
            "closed": "zamknięty bez rejestracji",
        }[self.value]


class AttemptEvent(StrEnum):
    """What can happen to a form."""

    HANDED_IN = "handed_in"
    """The signing service has the document."""
    DECLINED = "declined"
    """The person came back without a signature."""
    FILE_CAME = "file_came"
    FILE_REFUSED = "file_refused"
    REGISTERED = "registered"
    CLOSED = "closed"


_S, _E = AttemptState, AttemptEvent
EDGES: Mapping[tuple[AttemptState, AttemptEvent], AttemptState] = {
    (_S.DRAFT, _E.HANDED_IN): _S.SENT,
    (_S.SENT, _E.DECLINED): _S.DRAFT,
    (_S.DRAFT, _E.FILE_CAME): _S.RECEIVED,
    (_S.SENT, _E.FILE_CAME): _S.RECEIVED,
    (_S.RECEIVED, _E.FILE_REFUSED): _S.DRAFT,
    (_S.DRAFT, _E.REGISTERED): _S.REGISTERED,
    (_S.SENT, _E.REGISTERED): _S.REGISTERED,
    (_S.RECEIVED, _E.REGISTERED): _S.REGISTERED,
    (_S.DRAFT, _E.CLOSED): _S.CLOSED,
    (_S.SENT, _E.CLOSED): _S.CLOSED,
    (_S.RECEIVED, _E.CLOSED): _S.CLOSED,
}
OPEN = (_S.DRAFT, _S.SENT, _S.RECEIVED)


def next_state(state: AttemptState, event: AttemptEvent) -> AttemptState:
    """State after `event`. Raises Conflict("signing.state") where it does not apply: somebody was faster."""
    try:
        return EDGES[state, event]
    except KeyError:
        raise Conflict("signing.state", state=state.value, event=event.value) from None


class Way(StrEnum):
    """How the signed file came to us."""

    SERVICE = "service"
    """From the signing service, by the address that we kept."""
    UPLOAD = "upload"
    """Signed on the person's own computer and sent by the person."""

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {"service": "podpis na stronie pz.gov.pl", "upload": "plik przysłany przez osobę"}[self.value]


class FileState(StrEnum):
    """What a signed file was found to be."""

    RECEIVED = "received"
    PROVEN = "proven"
    REVIEW = "review"
    REFUSED = "refused"

    @property
    def polish(self) -> str:
        """How the office calls it."""
        return {
            "received": "czeka na sprawdzenie",
            "proven": "prawidłowy, potwierdza tożsamość",
            "review": "prawidłowy, ale tożsamość potwierdza urząd",
            "refused": "odrzucony",
        }[self.value]


class DocumentKind(StrEnum):
    """The two forms of one document."""

    XML = "xml"
    PDF = "pdf"


WAITS = frozenset({Reason.LIST_STALE.value, Reason.REVOCATION_UNKNOWN.value})
"""Reasons that are not the file's fault: it is kept and looked at again."""
