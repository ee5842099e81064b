"""What a tried rule would have changed, for the page and for a spreadsheet. Payments go by their number: no names here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.components.formats import counted, day_text, money_text, number_text
from frontend.desk import wording
from frontend.desk.reasons import SHARES
from frontend.desk.wording import Words
from kernel.money import to_decimal_text
from services.liabilities.domain.dues_file import write_csv
from services.payments.domain.comparison import Difference, Line, Owing
from services.payments.simulation import LeftOut, Simulation

SHOWN = 50
"""Payments of each table on the page; the file holds them all."""

WHY: Words = {
    "reversed": gettext_lazy("zapis księgowy tej wpłaty wycofano (storno)"),
    "due_changed": gettext_lazy(
        "po zaksięgowaniu zmieniły się dane należności: termin, płatnik, okres bez odsetek albo egzekucja"
    ),
    "type_changed": gettext_lazy("po zaksięgowaniu zmieniły się ustawienia rodzaju należności"),
    "rates_changed": gettext_lazy("po zaksięgowaniu zmieniły się tabele stóp albo kwot ustawowych"),
    "unknown": gettext_lazy("powód nieznany: ponowny podział daje inny wynik niż zapis w księdze"),
}
COLUMNS = (
    "płatność",
    "zaksięgowana",
    "dzień zapłaty",
    "rodzaj należności",
    "termin",
    "na co",
    "zaksięgowano",
    "byłoby",
    "uwaga",
)


@dataclass(frozen=True)
class Row:
    """One share of a differing payment. `payment_id` is None for a person who may not open the payment."""

    reference: str
    payment_id: UUID | None
    difference: Difference
    subject: str
    what: str
    booked_gr: int
    proposed_gr: int

    @property
    def change_gr(self) -> int:
        """Above zero: more than was booked."""
        return self.proposed_gr - self.booked_gr


def rows(differences: Iterable[Difference], visible: Collection[UUID]) -> list[Row]:
    """All shares of the payments, as they were booked and as they would be."""
    return [
        Row(
            difference.reference,
            difference.payment_id if difference.payment_id in visible else None,
            difference,
            *share,
        )
        for difference in differences
        for share in _shares(difference)
    ]


def _shares(difference: Difference) -> Iterable[tuple[str, str, int, int]]:
    for line in difference.lines:
        yield _subject(line), _what(line), line.booked_gr, line.proposed_gr
    if difference.has_overpaid:
        yield "", _("nadpłata"), difference.booked_overpaid_gr, difference.proposed_overpaid_gr


def _subject(line: Line) -> str:
    if line.target.due_on is None:
        return ""
    due_on = day_text(line.target.due_on, short=True)
    return _("%(type)s, termin %(day)s") % {"type": line.target.type_name, "day": due_on}


def _what(line: Line) -> str:
    return wording.word(SHARES, line.kind.value)


def bars(found: Simulation) -> list[dict[str, Any]]:
    """Items of `{% bar_chart %}`: what would move between principal and interest, by type of due."""
    items = []
    for moves in found.totals.types:
        if moves.to_principal_gr:
            label = _("%(type)s: z odsetek na należność główną") % {"type": moves.name}
            items.append({"label": label, "value": moves.to_principal_gr})
        if moves.to_interest_gr:
            label = _("%(type)s: z należności głównej na odsetki") % {"type": moves.name}
            items.append({"label": label, "value": moves.to_interest_gr})
    return items


def sentences(found: Simulation) -> list[str]:
    """The outcome in words: how many payments differ, what would move, what residents would owe or have overpaid."""
    totals = found.totals
    owed = [
        (totals.owing_more, _("Do zapłaty zostałoby więcej: razem %(amount)s, u %(payers)s.")),
        (totals.owing_less, _("Do zapłaty zostałoby mniej: razem %(amount)s, u %(payers)s.")),
        (totals.overpaid_more, _("Nadpłaty byłyby wyższe: razem o %(amount)s, u %(payers)s.")),
        (totals.overpaid_less, _("Nadpłaty byłyby niższe: razem o %(amount)s, u %(payers)s.")),
    ]
    return [_checked(found), *_moved(found), *(_said(owing, text) for owing, text in owed if owing.payers)]


def _checked(found: Simulation) -> str:
    compared = counted(found.compared, _("wpłatę"), _("wpłaty"), _("wpłat"))
    return _(
        "Porównaliśmy %(compared)s z okresu od %(since)s do %(until)s. Ta reguła podzieliłaby inaczej: %(differing)s."
    ) % {
        "compared": compared,
        "since": day_text(found.since, short=True),
        "until": day_text(found.until, short=True),
        "differing": number_text(len(found.differences)),
    }


def _moved(found: Simulation) -> list[str]:
    directions = [
        (sum(one.to_principal_gr for one in found.totals.types), _("Z odsetek na należność główną przeszłoby")),
        (sum(one.to_interest_gr for one in found.totals.types), _("Z należności głównej na odsetki przeszłoby")),
    ]  # fmt: skip
    return [f"{text} {money_text(amount_gr)}." for amount_gr, text in directions if amount_gr]


def _said(owing: Owing, text: str) -> str:
    payers = counted(owing.payers, _("płatnika"), _("płatników"), _("płatników"))
    return text % {"amount": money_text(owing.amount_gr), "payers": payers}


def left_out_rows(left_out: Iterable[LeftOut], visible: Collection[UUID]) -> list[dict[str, Any]]:
    """Payments that could not be compared, each with the reason."""
    return [
        {
            "one": one,
            "why": why_text(one),
            "payment_id": one.payment_id if one.payment_id in visible else None,
        }
        for one in left_out
    ]


def why_text(one: LeftOut) -> str:
    """Why a payment could not be compared."""
    return wording.word(WHY, one.why.value)


def differences_csv(found: Simulation) -> bytes:
    """All differing payments share by share, and those that could not be compared; no cell is taken for a formula."""
    table = [cells for difference in found.differences for cells in _cells(difference)]
    table += [
        (one.reference, _day(one), "", "", "", "", _amount(one.amount_gr), "", why_text(one))
        for one in found.left_out
    ]
    return write_csv(COLUMNS, table)


def _cells(difference: Difference) -> Iterable[tuple[object, ...]]:
    start = (difference.reference, _day(difference), difference.paid_on)
    for line in difference.lines:
        subject = (line.target.type_name, line.target.due_on or "", _what(line))
        yield (*start, *subject, _amount(line.booked_gr), _amount(line.proposed_gr), "")
    if difference.has_overpaid:
        booked, proposed = _amount(difference.booked_overpaid_gr), _amount(difference.proposed_overpaid_gr)
        yield (*start, "", "", _("nadpłata"), booked, proposed, "")


def _day(one: Difference | LeftOut) -> str:
    return timezone.localtime(one.booked_at).date().isoformat()


def _amount(grosze: int) -> str:
    return to_decimal_text(grosze).replace(".", ",")
