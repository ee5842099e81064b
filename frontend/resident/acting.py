"""In whose name the signed-in resident acts: the own file or a represented payer (D12, D13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from kernel.errors import NotFound
from services.accounts.domain import ResidentState
from services.accounts.queries import acts_for, resident_of

SESSION_KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The resident, the payer acted for (None until a clerk matched one) and all payers to choose from."""

    resident: Any
    payer: Any
    payers: Sequence[Any]

    @property
    def is_active(self) -> bool:
        """Whether the office has let this resident in."""
        return bool(self.resident.state == ResidentState.ACTIVE)

    @property
    def has_choice(self) -> bool:
        """Whether it is worth saying in whose name the resident acts."""
        return len(self.payers) > 1 or (self.payer is not None and self.payer.kind != "person")


def acting_for(request: HttpRequest) -> Acting:
    """Who acts for whom in this request; asked once for each request.

    A choice that is no longer the resident's (the representation has ended) falls back to the own file.
    Raises NotFound("resident.unknown") for anybody but a resident.
    """
    known: Acting | None = getattr(request, "_acting", None)
    if known is None:
        resident = resident_of(request.actor)  # type: ignore[attr-defined]
        payers = acts_for(resident, timezone.localdate())
        chosen = request.session.get(SESSION_KEY, "")
        payer = next((p for p in payers if str(p.public_id) == chosen), payers[0] if payers else None)
        known = Acting(resident, payer, payers)
        request._acting = known  # type: ignore[attr-defined]
    return known


def act_for(request: HttpRequest, payer_id: UUID) -> None:
    """Remember for this session in whose name the resident acts. Raises NotFound("payer.foreign")."""
    if payer_id not in {payer.public_id for payer in acting_for(request).payers}:
        raise NotFound("payer.foreign")
    request.session[SESSION_KEY] = str(payer_id)
    del request._acting  # type: ignore[attr-defined]
