"""Masked personal data on the desk's pages: what stands there, and what somebody has just revealed.

The session keeps only which field was revealed until when, never the value: the page reads it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound, Refused
from kernel.masking import masked
from services.accounts.queries import registration
from services.liabilities.queries import liabilities_for
from services.payments.queries_overpayments import requests_seen
from services.safeguards.domain import REVEALED_FOR
from services.safeguards.reveals import REVEALABLE

SESSION_KEY: Final = "revealed"
LABELS: Final = {
    "pesel": _("PESEL"),
    "identifier": _("PESEL albo NIP"),
    "address": _("Adres"),
    "email": _("E-mail"),
    "phone": _("Telefon"),
    "account_nrb": _("Rachunek do zwrotu"),
}
"""Names of the fields that are masked."""


def subject_for(request: Any, kind: str, subject_id: UUID) -> Any:
    """The object whose data are asked for, if this person may know of it. Raises NotFound."""
    try:
        return _LOADERS[kind](request.actor, subject_id)
    except KeyError:
        raise NotFound("reveal.unknown") from None


def value_of(subject: Any, field: str) -> str:
    """The value of a masked field."""
    return str(subject.user.email if field == "email" else getattr(subject, field))


def masked_value(subject: Any, field: str) -> str:
    """The same, masked. The number of a firm (NIP) is public and stands in full."""
    value = value_of(subject, field)
    is_public = field == "identifier" and getattr(subject, "kind", "") == "company"
    return value if is_public else masked(field, value)


def is_masked(subject: Any, field: str) -> bool:
    """Whether something is hidden at all."""
    return masked_value(subject, field) != value_of(subject, field)


def kind_of(subject: Any) -> str:
    """The word for the object in an address."""
    return next(word for word, label in KINDS.items() if label == subject._meta.label_lower)


def note_revealed(request: HttpRequest, subject: Any, field: str) -> None:
    """Let this browser show the field for some minutes."""
    shown = {key: until for key, until in _shown(request).items() if until > timezone.now().timestamp()}
    shown[_key(subject, field)] = (timezone.now() + REVEALED_FOR).timestamp()
    request.session[SESSION_KEY] = shown


def is_revealed(request: HttpRequest, subject: Any, field: str) -> bool:
    """Whether this person gave the reason for this field some minutes ago."""
    return _shown(request).get(_key(subject, field), 0) > timezone.now().timestamp()


def _shown(request: HttpRequest) -> dict[str, float]:
    found: dict[str, float] = request.session.get(SESSION_KEY, {})
    return found


def _key(subject: Any, field: str) -> str:
    return f"{subject._meta.label_lower}|{subject.public_id}|{field}"


def _payer(actor: Any, subject_id: UUID) -> Any:
    """A payer of whom the clerk handles at least one due."""
    try:
        due = liabilities_for(actor).filter(debtors__public_id=subject_id).first()
    except Refused:
        due = None
    if due is None:
        raise NotFound("payer.unknown")
    return next(payer for payer in due.debtors.all() if payer.public_id == subject_id)


def _request_row(actor: Any, subject_id: UUID) -> Any:
    try:
        row = requests_seen(actor).filter(public_id=subject_id).first()
    except Refused:
        row = None
    if row is None:
        raise NotFound("reveal.unknown")
    return row


KINDS: Final[Mapping[str, str]] = {
    "mieszkaniec": "accounts.resident",
    "platnik": "accounts.payer",
    "wniosek": "payments.overpaymentrequest",
}
"""Word in the address -> model."""
_LOADERS: Final[Mapping[str, Callable[[Any, UUID], Any]]] = {
    "mieszkaniec": lambda _actor, subject_id: registration(subject_id),
    "platnik": _payer,
    "wniosek": _request_row,
}
FIELDS: Final = {word: REVEALABLE[label] for word, label in KINDS.items()}
