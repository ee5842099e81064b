"""The audit log as a file for the office and its auditor: CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from frontend.desk import wording
from frontend.desk.acts import ACTS, OUTCOMES
from frontend.desk.history import actor_name, details_text
from kernel import tenancy
from kernel.audit.proof import FIELDS
from kernel.audit.verification import head
from services.liabilities.domain.dues_file import write_csv
from services.users.queries import names_of

if TYPE_CHECKING:
    from kernel.audit.models import AuditEntry

COLUMNS = (
    "kiedy", "czynnosc", "kod", "wynik", "kto", "rodzaj", "identyfikator", "rola", "obiekt", "numer_obiektu",
    "szczegoly", "adres_ip", "wpis",
)  # fmt: skip
FORMAT = "skarbnik-audit-1"


def csv_file(rows: Sequence[AuditEntry]) -> bytes:
    """The entries in the words of the office; no cell is taken for a formula. Only people of the office stand by name."""
    names = names_of({row.actor_ref for row in rows if row.actor_kind == "staff"})
    return write_csv(COLUMNS, [_cells(row, names) for row in rows])


def _cells(row: AuditEntry, names: Mapping[str, str]) -> tuple[object, ...]:
    return (
        timezone.localtime(row.at).isoformat(timespec="seconds"),
        wording.word(ACTS, row.action),
        row.action,
        wording.word(OUTCOMES, row.outcome),
        actor_name(row, names),
        row.actor_kind,
        row.actor_ref,
        wording.word(wording.ROLES, row.role),
        wording.word(wording.SUBJECTS, row.subject_type),
        row.subject_ref,
        details_text(row.details),
        row.address or "",
        row.public_id,
    )


def json_file(rows: Sequence[AuditEntry], narrowing: Mapping[str, str]) -> bytes:
    """The entries exactly as the seals cover them, with the newest seal: an auditor can keep it and ask for it later."""
    newest = head()
    whole: dict[str, Any] = {
        "format": FORMAT,
        "gmina": tenancy.current_tenant_id(),
        "made_at": timezone.now().isoformat(),
        "narrowing": dict(narrowing),
        "head": {"seal": newest.number, "code": newest.mac} if newest else None,
        "entries": [
            {"id": row.pk, **{name: getattr(row, name) for name in FIELDS}, "at": row.at.isoformat()}
            for row in rows
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, default=str).encode()
