"""Writing and reading the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.attempts import ACCESS_REFUSED, ACT_REFUSED, note_written
from kernel.audit.models import AuditEntry


def record(
    action: str,
    subject: models.Model | None = None,
    *,
    actor: Actor,
    outcome: str = "done",
    **details: Any,
) -> AuditEntry:
    """Write that `actor` did `action` ("payment.booked") to `subject`, inside the caller's transaction.

    `details` must be plain JSON values without personal data (amounts in grosze, states, versions, reasons by code). When
    the transaction is rolled back in a request, it is written afterwards that the act failed (`kernel.audit.attempts`).
    """
    entry = _entry(action, subject, actor, outcome, details)
    entry.save(force_insert=True)
    note_written(entry)
    return entry


def record_each(action: str, told: Sequence[tuple[models.Model, Mapping[str, Any]]], *, actor: Actor) -> None:
    """Write the same act of many subjects, each with its details, by one statement; else as `record`."""
    entries = [_entry(action, subject, actor, "done", details) for subject, details in told]
    for entry in AuditEntry.objects.bulk_create(entries):
        note_written(entry)


def _entry(
    action: str, subject: models.Model | None, actor: Actor, outcome: str, details: Mapping[str, Any]
) -> AuditEntry:
    return AuditEntry(
        at=timezone.now(),
        actor_kind=actor.kind,
        actor_ref=actor.ref,
        role=actor.role,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_ref=str(getattr(subject, "public_id", subject.pk)) if subject is not None else "",
        details={key: _plain(value) for key, value in details.items()}
        | ({"support": actor.support} if actor.support else {}),
        address=actor.address or None,
        outcome=outcome,
    )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)


def history(*subjects: models.Model) -> models.QuerySet[AuditEntry]:
    """All entries about the given objects, newest first; not what somebody was refused or what came to nothing."""
    refs = [str(getattr(subject, "public_id", subject.pk)) for subject in subjects]
    rows = AuditEntry.objects.filter(subject_ref__in=refs)
    return rows.exclude(outcome="failed").exclude(action__in=(ACCESS_REFUSED, ACT_REFUSED))
