"""Fee tariff versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.rules import MoneyField, PercentField, percent_text
from kernel.money import to_decimal_text


class FeeTariffForm(DeskForm):
    """Costs of paying online at one operator account, or at all others, from a day on: one line for each kind of method."""

    effective_on = forms.DateField(label=_("Obowiązuje od"), widget=DayInput)
    bearer = forms.ChoiceField(
        label=_("Koszt ponosi"), choices=wording.choices(wording.FEE_BEARERS), widget=forms.RadioSelect
    )
    is_invoiced = forms.BooleanField(
        label=_("Operator wystawia urzędowi fakturę za prowizję"),
        required=False,
        help_text=_(
            "Zaznacz, jeśli operator wypłaca wpłaty w całości, a prowizję urząd płaci osobno. "
            "Bez zaznaczenia portal odejmuje ją od każdej wypłaty."
        ),
    )
    source_note = forms.CharField(
        label=_("Źródło"), max_length=200, help_text=_("Umowa albo taryfa operatora, z której są te stawki.")
    )

    COLUMNS = (
        ("fixed_gr", _("Stała kwota")),
        ("percent_bp", _("Procent")),
        ("min_gr", _("Najmniej")),
        ("max_gr", _("Najwięcej")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in wording.METHOD_GROUPS:
            for column, heading in self.COLUMNS:
                kind = PercentField if column == "percent_bp" else MoneyField
                self.fields[f"{group}_{column}"] = kind(label=heading, required=False)

    def clean(self) -> dict[str, Any]:
        """The line “others” serves every method without a line of its own, so it has to be there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_invoiced") and cleaned.get("bearer") != "office":
            self.add_error(
                "is_invoiced", _now("Fakturę za prowizję dostaje urząd tylko wtedy, gdy to on ponosi koszt.")
            )
        if cleaned.get("bearer") == "none" or self.errors:
            return cleaned
        if cleaned["other_fixed_gr"] is None and cleaned["other_percent_bp"] is None:
            self.add_error(
                "other_fixed_gr",
                _now("Podaj koszt: ta linia dotyczy metod, których nie ma wyżej. Zero też jest kosztem."),
            )
        for group in wording.METHOD_GROUPS:
            low, high = cleaned[f"{group}_min_gr"], cleaned[f"{group}_max_gr"]
            if low is not None and high is not None and low > high:
                self.add_error(f"{group}_max_gr", _now("Największy koszt jest mniejszy od najmniejszego."))
        return cleaned

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Tariff lines for the groups that have a cost: amounts in grosze, percent in basis points."""
        if self.cleaned_data["bearer"] == "none":
            return []
        lines = []
        for group in wording.METHOD_GROUPS:
            row = {column: self.cleaned_data[f"{group}_{column}"] for column, _heading in self.COLUMNS}
            if row["fixed_gr"] is None and row["percent_bp"] is None:
                continue
            line = {
                "method_group": group,
                "fixed_gr": row["fixed_gr"] or 0,
                "percent_bp": row["percent_bp"] or 0,
            }
            lines.append(line | {name: row[name] for name in ("min_gr", "max_gr") if row[name] is not None})
        return lines

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Fields of the tariff lines, for a page that draws them as fieldsets."""
        return [
            (label, [self[f"{group}_{column}"] for column, _heading in self.COLUMNS])
            for group, label in wording.METHOD_GROUPS.items()
        ]

    @staticmethod
    def initial_from(tariff: Any) -> dict[str, Any]:
        """Start from the tariff in force, so that a change of one price is a change of one field."""
        if tariff is None:
            return {"bearer": "payer"}
        initial: dict[str, Any] = {"bearer": tariff.bearer, "is_invoiced": tariff.is_invoiced}
        for line in tariff.lines:
            for column in ("fixed_gr", "min_gr", "max_gr"):
                if line.get(column) is not None:
                    initial[f"{line['method_group']}_{column}"] = to_decimal_text(line[column]).replace(
                        ".", ","
                    )
            initial[f"{line['method_group']}_percent_bp"] = percent_text(line["percent_bp"])
        return initial
