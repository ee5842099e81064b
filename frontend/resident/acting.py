"""In whose name the signed-in resident acts: the own file or a represented payer (D12, D13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from kernel.errors import NotFound
from services.accounts.domain import ResidentState
from services.accounts.domain.representation import Level
from services.accounts.queries import resident_of
from services.accounts.queries_representation import authorities_of

SESSION_KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The resident, in whose name and how far (None until a clerk matched a payer), and all payers to choose from."""

    resident: Any
    authority: Any
    payers: Sequence[Any]

    @property
    def payer(self) -> Any:
        """The payer acted for, or None."""
        return self.authority.payer if self.authority else None

    @property
    def types(self) -> frozenset[str] | None:
        """Codes of the liability types that may be seen, None for all."""
        return self.authority.types if self.authority else None

    @property
    def may_ask(self) -> bool:
        """Whether requests, for instance about an overpayment, may be filed in the payer's name."""
        return self.authority is not None and self.authority.level.allows(Level.FULL)

    @property
    def is_active(self) -> bool:
        """Whether the office has let this resident in."""
        return bool(self.resident.state == ResidentState.ACTIVE)

    @property
    def has_choice(self) -> bool:
        """Whether it is worth saying in whose name the resident acts: always, unless it can only be the own file."""
        return len(self.payers) > 1 or (self.authority is not None and not self.authority.is_self)


def acting_for(request: HttpRequest) -> Acting:
    """Who acts for whom in this request; asked once for each request.

    A choice that is no longer the resident's (the representation has ended) falls back to the own file.
    Raises NotFound("resident.unknown") for anybody but a resident.
    """
    known: Acting | None = getattr(request, "_acting", None)
    if known is None:
        resident = resident_of(request.actor)  # type: ignore[attr-defined]
        rights = authorities_of(resident, timezone.localdate())
        chosen = request.session.get(SESSION_KEY, "")
        by_choice = (right for right in rights if str(right.payer.public_id) == chosen)
        known = Acting(resident, next(by_choice, rights[0] if rights else None), [r.payer for r in rights])
        request._acting = known  # type: ignore[attr-defined]
    return known


def act_for(request: HttpRequest, payer_id: UUID) -> None:
    """Remember for this session in whose name the resident acts. Raises NotFound("payer.foreign")."""
    if payer_id not in {payer.public_id for payer in acting_for(request).payers}:
        raise NotFound("payer.foreign")
    request.session[SESSION_KEY] = str(payer_id)
    del request._acting  # type: ignore[attr-defined]
