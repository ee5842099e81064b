"""Paying a part: one amount for each due of a basket group, and the even share of a co-owner as a shortcut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from frontend.components.formats import money_text
from frontend.components.widgets import MoneyInput
from frontend.messages import sentence
from frontend.resident.selection import Selection, part_name
from kernel.errors import InvalidInput
from kernel.money import parse_gr, to_decimal_text
from services.liabilities.statements import Due
from services.payments.parts import LEAST_PART_GR, check_part, owed_gr, share_of_one_gr


@dataclass(frozen=True)
class PartRow:
    """One field; for a due of co-owners the address that fills in the share of one, with its words."""

    field: BoundField
    share_text: str
    share_url: str


class PartForm(forms.Form):
    """How much of each due to pay; an empty field means all of it. Bound when any part was typed."""

    def __init__(self, dues: Sequence[Due], selection: Selection) -> None:
        typed = {part_name(due_id): text for due_id, text in selection.parts}
        super().__init__(typed or None)
        self.dues = dues
        self.selection = selection
        for due in dues:
            most = money_text(owed_gr(due))
            self.fields[part_name(due.public_id)] = forms.CharField(
                label=due.title,
                help_text=_("Najwyżej %(most)s. Puste pole: cała kwota.") % {"most": most},
                required=False,
                widget=MoneyInput,
            )

    def clean(self) -> dict[str, Any]:
        """Each amount between 1,00 zł and what is owed of its due."""
        for due in self.dues:
            text = self.cleaned_data.get(part_name(due.public_id))
            if not text:
                continue
            try:
                check_part(due, parse_gr(text))
            except InvalidInput as error:
                self.add_error(part_name(due.public_id), sentence(error))
        return self.cleaned_data

    @property
    def rows(self) -> list[PartRow]:
        """The fields in the order of the dues."""
        return [self._row(due) for due in self.dues]

    def _row(self, due: Due) -> PartRow:
        field, share_gr = self[part_name(due.public_id)], share_of_one_gr(due)
        if not LEAST_PART_GR <= share_gr < owed_gr(due):
            return PartRow(field, "", "")
        chosen = self.selection.with_part(due.public_id, to_decimal_text(share_gr).replace(".", ","))
        return PartRow(field, _share_text(due.co_owners, share_gr), chosen.address("basket"))


def _share_text(co_owners: int, share_gr: int) -> str:
    words = {
        2: _("Zapłacę połowę: %(amount)s"),
        3: _("Zapłacę jedną trzecią: %(amount)s"),
        4: _("Zapłacę jedną czwartą: %(amount)s"),
    }
    text = words.get(co_owners, _("Zapłacę 1/%(people)s: %(amount)s"))
    return text % {"people": co_owners, "amount": money_text(share_gr)}
