"""What became of a request about an overpayment, in a sentence: its state, what was decided, from which day it counts."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.components.formats import day_text, money_text
from frontend.resident.outcome import BookedShare, credited_by
from frontend.resident.wording import EX_OFFICIO_STATES, OVERPAYMENT_STATES, Word
from services.payments.queries_overpayments import decision_entry


@dataclass(frozen=True)
class Decision:
    """One request, or an act of the office without one; `shares` say what a credit paid."""

    row: Any
    title: str
    word: Word
    text: str
    shares: list[BookedShare]

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be withdrawn."""
        return bool(self.row.state == "waiting")


def decision(row: Any) -> Decision:
    """The request in words."""
    entry = decision_entry(row) if row.state == "done" and row.kind == "credit" else None
    return Decision(
        row=row,
        title=_title(row),
        word=(EX_OFFICIO_STATES if row.is_ex_officio else OVERPAYMENT_STATES)[row.state],
        text=_TEXTS[row.state](row),
        shares=credited_by(entry) if entry else [],
    )


def _title(row: Any) -> str:
    if row.is_ex_officio:
        return _("Zwrot z urzędu") if row.kind == "refund" else _("Zaliczenie z urzędu")
    if row.kind == "refund":
        return _("Wniosek o zwrot")
    return _("Wniosek o zaliczenie na: %(title)s") % {"title": row.liability.title}


def _waiting(row: Any) -> str:
    return _("Wniosek z dnia %(day)s czeka na urząd. O decyzji napiszemy e-mailem.") % {
        "day": _day(row.created_at)
    }


def _done(row: Any) -> str:
    values = {"amount": money_text(row.amount_gr), "day": day_text(row.effective_on)}
    if row.kind == "refund":
        return _("Urząd zwrócił %(amount)s w dniu %(day)s.") % values
    return (
        _("Urząd zaliczył %(amount)s. Liczy się to od %(day)s: od tego dnia zapłacona część nie ma odsetek.")
        % values
    )


def _rejected(row: Any) -> str:
    values = {"day": _day(row.decided_at or row.created_at), "reason": row.reason}
    return _("Urząd odrzucił wniosek w dniu %(day)s. Powód: %(reason)s") % values


def _withdrawn(row: Any) -> str:
    return _("Wniosek wycofano w dniu %(day)s. Urząd go nie rozpatrywał.") % {"day": _day(row.taken_back_at)}


def _reversed(row: Any) -> str:
    values = {
        "day": _day(row.taken_back_at),
        "amount": money_text(row.amount_gr),
        "act": _("zwrot") if row.kind == "refund" else _("zaliczenie"),
        "reason": row.reason,
    }
    return (
        _(
            "W dniu %(day)s urząd cofnął %(act)s %(amount)s, więc ta kwota jest znowu nadpłatą. Powód: %(reason)s"
        )
        % values
    )


_TEXTS = {
    "waiting": _waiting,
    "done": _done,
    "rejected": _rejected,
    "withdrawn": _withdrawn,
    "reversed": _reversed,
}


def _day(moment: Any) -> str:
    return day_text(timezone.localtime(moment).date())
