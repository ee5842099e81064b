"""Complaints by deadline (D78), and reports that a due is shown wrongly (D54), of the clerk's departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend import complaint_words as words
from frontend.desk.listing.choices import type_choices
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import Column, Item, Queue
from frontend.guards import Request
from kernel.dates import add_working_days
from services.accounts.access import types_handled
from services.complaints import queries
from services.complaints.domain.states import CLOSED, State
from services.users.domain import Verb

ANY: Final = "any"
OFFICE: Final = "office"
SOON: Final = 2
"""Working days left from which a complaint counts as urgent."""


class ComplaintsForm(ListForm):
    """Complaints by state, deadline, kind and whose matter they are; those whose clock runs unless a state is chosen."""

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[
            ("", _("czekające na urząd")),
            *((code, word) for code, word in words.STATES.items() if code != State.OPEN),
            (ANY, _("każdy")),
        ],
    )
    deadline = forms.ChoiceField(
        label=_("Termin"),
        required=False,
        choices=[
            ("", _("Każdy")),
            ("over", _("termin minął")),
            ("soon", _("dziś albo w ciągu 2 dni roboczych")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Czego dotyczy"),
        required=False,
        choices=[("", _("Wszystko")), *words.KINDS.items()],
    )
    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)

    def prepare(self) -> None:
        """Types of the clerk, and the matters of the whole office."""
        types = type_choices(types_handled(self.request.actor))
        self.fields["type"].choices = [*types, (OFFICE, _now("sprawy całego urzędu"))]  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """The complaints that fit; what is closed, newest first."""
        values, today = self.values, timezone.localdate()
        state = values.get("state") or State.OPEN
        if state != ANY:
            rows = rows.filter(state=state)
        if values.get("deadline") == "over":
            rows = rows.filter(state=State.OPEN, due_on__lt=today)
        elif values.get("deadline") == "soon":
            last = add_working_days(today, SOON)
            rows = rows.filter(state=State.OPEN, due_on__gt=today - timedelta(days=1), due_on__lte=last)
        if values.get("kind"):
            rows = rows.filter(kind=values["kind"])
        if values.get("type") == OFFICE:
            rows = rows.filter(liability_type__isnull=True)
        elif values.get("type"):
            rows = rows.filter(liability_type__public_id=values["type"])
        return rows.order_by("-submitted_at", "-id") if state in (*CLOSED, ANY) else rows


class ReportsForm(ListForm):
    """Reports; those that wait unless another state is chosen."""

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[("", _("czekające")), ("answered", words.REPORT_STATES["answered"]), (ANY, _("każdy"))],
    )
    matter = forms.ChoiceField(
        label=_("Co się nie zgadza"),
        required=False,
        choices=[("", _("Wszystko")), *words.MATTERS.items()],
    )

    def narrow(self, rows: Any) -> Any:
        """The reports that fit."""
        state = self.values.get("state") or "waiting"
        if state != ANY:
            rows = rows.filter(state=state)
        return rows.filter(matter=self.values["matter"]) if self.values.get("matter") else rows


def listed(row: Any) -> dict[str, Any]:
    """A complaint in words: state, whose matter, and how its clock stands today."""
    clock = queries.clock_of(row, timezone.localdate())
    label, kind = words.state_of(row)
    return {
        "row": row,
        "full_name": f"{row.resident.first_name} {row.resident.last_name}",
        "kind": words.KINDS[row.kind],
        "state": label,
        "state_kind": kind,
        "clock": clock,
        "running": clock.running.value,
        "days": words.days_text(clock),
        "clock_kind": words.clock_kind(clock),
        "department": row.liability_type.department.name if row.liability_type else _("cały urząd"),
    }


def listed_report(row: Any) -> dict[str, Any]:
    """A report in words."""
    return {
        "row": row,
        "full_name": f"{row.resident.first_name} {row.resident.last_name}",
        "matter": words.MATTERS[row.matter],
        "state": words.REPORT_STATES[row.state],
        "state_kind": words.REPORT_STATE_KINDS[row.state],
    }


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Complaints in words."""
    return [listed(row) for row in rows]


def shown_reports(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Reports in words."""
    return [listed_report(row) for row in rows]


COMPLAINTS = Queue(
    code="complaints",
    view="complaints",
    title=_("Reklamacje"),
    verbs=(Verb.HANDLE_COMPLAINT,),
    form=ComplaintsForm,
    rows=lambda request: queries.complaints_seen(request.actor),
    shown=shown,
    label=lambda item: str(item["row"].heading),
    usual=_("najbliższy termin najpierw"),
    columns=(
        Column("complaint", _("Reklamacja"), lambda item: item["row"].heading),
        Column("who", _("Kto"), lambda item: item["full_name"]),
        Column(
            "department",
            _("Wydział"),
            lambda item: item["department"],
            order=("liability_type__department__name", "due_on"),
        ),
        Column("submitted", _("Złożona"), lambda item: item["row"].submitted_at, order=("submitted_at",)),
        Column("state", _("Stan"), lambda item: item["state"]),
        Column("deadline", _("Termin"), lambda item: item["clock"].due_on, order=("due_on", "submitted_at")),
        Column("reference", _("Numer"), lambda item: item["row"].reference, only_in_file=True),
        Column("kind", _("Czego dotyczy"), lambda item: item["kind"], only_in_file=True),
        Column("overdue", _("Po terminie"), lambda item: item["clock"].is_overdue, only_in_file=True),
    ),
)

DISCREPANCY_REPORTS = Queue(
    code="discrepancy-reports",
    view="discrepancy_reports",
    title=_("Zgłoszone niezgodności"),
    verbs=(Verb.HANDLE_COMPLAINT,),
    form=ReportsForm,
    rows=lambda request: queries.reports_seen(request.actor),
    shown=shown_reports,
    label=lambda item: str(item["row"].liability.title),
    usual=_("najdawniej zgłoszone"),
    columns=(
        Column("due", _("Należność"), lambda item: item["row"].liability.title),
        Column(
            "matter", _("Co się nie zgadza"), lambda item: item["matter"], order=("matter", "reported_at")
        ),
        Column("who", _("Kto"), lambda item: item["full_name"]),
        Column("reported", _("Zgłoszono"), lambda item: item["row"].reported_at, order=("reported_at",)),
        Column("state", _("Stan"), lambda item: item["state"]),
    ),
)
