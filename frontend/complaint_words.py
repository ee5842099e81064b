"""How complaints are worded for residents and office alike: states and their badges, what happened, the clock."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from frontend.components.formats import day_text
from services.complaints.domain.states import Event, Outcome, State
from services.complaints.queries import Clock, Running

Words = Mapping[str, Promise]

KINDS: Words = {
    "transaction": _("wpłata przez operatora płatności"),
    "other": _("inna sprawa"),
}
STATES: Words = {
    State.OPEN: _("rozpatrywana"),
    State.INCOMPLETE: _("czeka na uzupełnienie"),
    State.AT_OPERATOR: _("u operatora płatności"),
    State.ANSWERED: _("rozpatrzona"),
    State.UNEXAMINED: _("bez rozpatrzenia"),
    State.WITHDRAWN: _("wycofana"),
}
STATE_KINDS: Mapping[str, str] = {
    State.OPEN: "info",
    State.INCOMPLETE: "warning",
    State.AT_OPERATOR: "info",
    State.ANSWERED: "success",
    State.UNEXAMINED: "neutral",
    State.WITHDRAWN: "neutral",
}
OUTCOMES: Words = {
    Outcome.ACCEPTED: _("uznana"),
    Outcome.PARTLY: _("uznana w części"),
    Outcome.DISMISSED: _("nieuznana"),
}
EVENTS: Words = {
    Event.DATA_REQUESTED: _("Urząd poprosił o uzupełnienie"),
    Event.DATA_GIVEN: _("Mieszkaniec uzupełnił reklamację"),
    Event.TIME_RAN_OUT: _("Czas na uzupełnienie minął"),
    Event.PASSED_ON: _("Urząd przekazał reklamację operatorowi płatności"),
    Event.OPERATOR_ANSWERED: _("Operator odpowiedział urzędowi"),
    Event.ANSWERED: _("Urząd odpowiedział"),
    Event.WITHDRAWN: _("Mieszkaniec wycofał reklamację"),
}
MATTERS: Words = {"amount": _("kwota"), "due_on": _("termin płatności"), "other": _("coś innego")}
REPORT_STATES: Words = {"waiting": _("czeka na urząd"), "answered": _("wyjaśnione")}
REPORT_STATE_KINDS: Mapping[str, str] = {"waiting": "info", "answered": "success"}


def days_text(clock: Clock) -> str:
    """How much time the office has, in words; empty where no time of its own runs."""
    if clock.running is not Running.RUNS:
        return ""
    if clock.is_overdue:
        return _now("po terminie")
    if clock.days_left == 0:
        return _now("ostatni dzień")
    text = ngettext("%(days)s dzień roboczy", "%(days)s dni roboczych", clock.days_left)
    return text % {"days": clock.days_left}


def clock_kind(clock: Clock) -> str:
    """The kind of the clock's badge: red when it is late, yellow on the last two days."""
    if clock.is_overdue:
        return "danger"
    return "warning" if clock.days_left <= 2 else "neutral"


def state_of(row: Any) -> tuple[Any, str]:
    """A complaint's state in words, with the kind of its badge; of an answered one what was decided."""
    if row.state == State.ANSWERED:
        kind = "neutral" if row.outcome == Outcome.DISMISSED else "success"
        return OUTCOMES[row.outcome], kind
    return STATES[row.state], STATE_KINDS[row.state]


def day_or_none(clock: Clock) -> str:
    """The clock's last day in words, or a dash."""
    return day_text(clock.due_on, short=True) if clock.due_on else "–"
