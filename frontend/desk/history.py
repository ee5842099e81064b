"""History beside a page: audit entries, ledger entries and revisions of settings in the words of the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from frontend.complaint_words import MATTERS
from frontend.complaint_words import OUTCOMES as OUTCOMES_OF_COMPLAINTS
from frontend.components.formats import day_text, money_text
from frontend.desk import wording, wording_statements
from frontend.desk.acts import ACTS, OUTCOMES
from frontend.desk.wording_letters import REASONS
from kernel.audit.recording import history as audit_history
from services.users.queries import names_of
from tenants.configuration.queries import revisions

if TYPE_CHECKING:
    from django.db.models import Model

    from kernel.audit.models import AuditEntry

Item = dict[str, Any]

INNER = frozenset(
    {
        "event",
        "fields",
        "payers",
        "proof",
        "level",
        "overdue",
        "payer",
        "kind",
        "verb",
        "route",
        "narrowing",
        "proposed_by",
        "account",
        "operator",
        "consent",
        "findings",
        "access",
        "support",
        "agreed_with",
    }
)
"""Details for those who mend the program: they say nothing to a clerk."""

SHOWN_OF_FINGERPRINT = 16
"""Enough to recognise a certificate; the whole stands on the entry's own page."""

STATES = {
    "before": (wording.PAYMENT_STATES,),
    "after": (wording.PAYMENT_STATES,),
    "state": (wording.REGISTRATION_STATES, wording.PAYMENT_STATES),
    "decision": (OUTCOMES_OF_COMPLAINTS,),
    "code": (wording.FAILURES, wording.REFUSALS),
    "role": (wording.ROLES,),
    "verdict": (wording.VERDICTS,),
    "field": (wording.PERSONAL_FIELDS, MATTERS),
    "reason": (wording.REVEAL_REASONS, wording.DOCUMENTS_SHOWN, wording.VISIT_ENDS, REASONS),
    "target": (wording_statements.TARGETS,),
    "found_by": (wording_statements.GROUNDS,),
    "ended_by": (wording.SUPPORT_ENDS,),
    "method": (wording.ENTRY_METHODS,),
    "purpose": (wording.KEY_PURPOSES,),
    "environment": (wording.SIGNING_ENVIRONMENTS,),
}
"""Details whose values are words of the program, with their Polish words."""


def acts_on(*subjects: Model) -> list[Item]:
    """What was done to the objects, newest first, for `{% history %}`."""
    return acts(audit_history(*subjects))


def acts(entries: Iterable[AuditEntry]) -> list[Item]:
    """Audit entries as items of the history component; people by name, everybody else by kind."""
    rows = list(entries)
    names = names_of({row.actor_ref for row in rows if row.actor_ref})
    return [_act(row, names) for row in rows]


def _act(row: AuditEntry, names: Mapping[str, str]) -> Item:
    is_done = row.outcome == "done"
    return {
        "id": row.public_id,
        "title": wording.word(ACTS, row.action),
        "at": row.at,
        "actor": actor_name(row, names),
        "role": wording.word(wording.ROLES, row.role),
        "text": details_text(row.details),
        "kind": "neutral" if is_done else "warning",
        "outcome": "" if is_done else wording.word(OUTCOMES, row.outcome),
        "address": row.address,
        "subject_type": row.subject_type,
        "subject_ref": row.subject_ref,
    }


def actor_name(row: AuditEntry, names: Mapping[str, str]) -> str:
    """Name of a person who still has an account, else the kind of the actor and what it calls itself."""
    if row.actor_ref in names:
        return names[row.actor_ref]
    kind = wording.word(wording.ACTOR_KINDS, row.actor_kind)
    return f"{kind} ({row.actor_ref})" if row.actor_kind == "system" and row.actor_ref else kind


def details_text(details: Mapping[str, Any]) -> str:
    """Details of an entry as one line of words; amounts as złoty, states in Polish, empty and inner ones left out."""
    order = {name: place for place, name in enumerate(wording.DETAILS)}
    shown = [name for name, value in details.items() if value not in ("", None) and name not in INNER]
    shown = [name for name in shown if not (name.endswith("_gr") and details[name] == 0)]
    shown.sort(key=lambda name: order.get(name, len(order)))
    return "; ".join(
        f"{wording.word(wording.DETAILS, name)}: {_detail(name, details[name])}" for name in shown
    )


def _detail(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("tak") if value else _("nie")
    if name.endswith("_gr") and isinstance(value, int):
        return money_text(value)
    if name in ("fingerprint", "certificate"):
        return f"{str(value)[:SHOWN_OF_FINGERPRINT]}…"
    if name == "texts":
        return " ".join(_legal_text(item) for item in value)
    if name == "changed_fields":
        return ", ".join(wording.word(wording.PROVIDER_FIELDS, str(item)) for item in value) or _("żadne")
    if isinstance(value, list):
        return ", ".join(wording.word(wording.SCOPES, str(item)) for item in value)
    if name.endswith("_on") and isinstance(value, str):
        return day_text(date.fromisoformat(value), short=True)
    words = STATES.get(name, ())
    return next((wording.word(known, value) for known in words if value in known), str(value))


def _legal_text(shown: Mapping[str, Any]) -> str:
    """A text of the operator that the payer saw, and of a box whether it was ticked."""
    if shown["is_ticked"] is None:
        return f"„{shown['sentence']}”"
    tick = _("zaznaczono") if shown["is_ticked"] else _("nie zaznaczono")
    return f"„{shown['sentence']}” ({tick})"


def changes(kind: str, subject_ref: str, labels: Mapping[str, str]) -> list[Item]:
    """Revisions of one setting, newest first, each saying which fields it changed."""
    rows = list(revisions(kind, subject_ref))
    names = names_of({row.changed_by for row in rows})
    older = [*(row.values for row in rows[1:]), {}]
    return [
        {
            "title": _("Wersja %(version)s") % {"version": row.version},
            "at": row.changed_at,
            "actor": names.get(row.changed_by, _("ustawienie początkowe")),
            "text": _changed(row.values, before, labels),
        }
        for row, before in zip(rows, older, strict=True)
    ]


def _changed(values: Mapping[str, Any], before: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if not before:
        return _("Pierwszy zapis.")
    names = [name for name in values if values[name] != before.get(name)]
    words = [_change(labels.get(name, name), before.get(name), values[name]) for name in names]
    return "; ".join(words) or _("Bez zmian w polach, które można pokazać.")


def _change(label: str, old: Any, new: Any) -> str:
    if isinstance(old, (list, dict)) or isinstance(new, (list, dict)) or len(str(old)) + len(str(new)) > 120:
        return label
    return f"{label}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return _("tak") if value else _("nie")
    return str(value) if value not in ("", None) else _("puste")
