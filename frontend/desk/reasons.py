"""Why an allocation is what it is, in sentences for a clerk: each step with the provision that decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import money_text
from frontend.desk import wording
from frontend.desk.wording import Words
from services.liabilities.domain.reasons import Reason

REASONS: Words = {
    "allocation.earliest_arrear": _("najwcześniejsza zaległość"),
    "allocation.earliest_due": _("najwcześniejsza należność przed terminem"),
    "allocation.indicated": _("wskazana przez płatnika"),
    "allocation.indicated_arrear": _("zaległość w podatku wskazanym przez płatnika"),
    "allocation.indication_without_arrears": _(
        "W podatku, który wskazał płatnik, nie ma zaległości, a w innym są: wpłata idzie najpierw na nie."
    ),
    "allocation.interest_first": _("Wpłata nie pokrywa całości: najpierw odsetki, potem należność."),
    "allocation.no_reminder_costs_in_civil": _(
        "Kosztów upomnienia nie pobiera się przy należnościach cywilnych."
    ),
    "allocation.not_yet_due": _("jeszcze przed terminem"),
    "allocation.oldest_debt": _("najstarszy dług"),
    "allocation.overpaid": _("Po zapłaceniu wszystkiego zostaje %(amount_gr)s: powstanie nadpłata."),
    "allocation.part_of_principal": _("Wpłata nie pokrywa całej należności; odsetek nie ma."),
    "allocation.principal_first": _("Wpłata nie pokrywa całości: najpierw należność, potem odsetki."),
    "allocation.proportional": _(
        "Wpłata nie pokrywa całości, więc dzieli się w proporcji: %(principal_gr)s na należność, %(interest_gr)s na odsetki."
    ),
    "allocation.reminder_costs_first": _("koszty upomnienia idą przed wszystkim innym"),
}
"""By code: of shares as a remark beside the amount, of the whole as a sentence."""

SHARES: Words = {
    "principal": _("należność główna"),
    "interest": _("odsetki"),
    "reminder_costs": _("koszty upomnienia"),
}


@dataclass(frozen=True)
class ShareRow:
    """One line of an allocation: what it pays, how much, why and by which provision."""

    title: str
    kind: str
    amount_gr: int
    why: str
    article: str


@dataclass(frozen=True)
class Remark:
    """One sentence about the whole and the provision behind it."""

    text: str
    article: str


def remark(reason: Reason) -> Remark:
    """A step in words; the code itself for one that has no words yet."""
    text = wording.word(REASONS, reason.code)
    values = {name: _plain(name, value) for name, value in reason.values.items()}
    return Remark(text % values if "%(" in text else text, reason.article)


def share_rows(split: Any, titles: Mapping[str, str]) -> list[ShareRow]:
    """Shares of an allocation for a table. A due that is not in `titles` is of another department: it stays nameless."""
    rows = []
    for share in split.shares:
        why = remark(share.reason)
        title = titles.get(share.id, _now("należność innego wydziału"))
        rows.append(
            ShareRow(title, wording.word(SHARES, share.kind.value), share.amount_gr, why.text, why.article)
        )
    return rows


def _plain(name: str, value: object) -> str:
    return money_text(value) if name.endswith("_gr") and isinstance(value, int) else str(value)
