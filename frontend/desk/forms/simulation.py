"""A rule of allocation to be tried, and the period of the payments on which it is tried."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.rules import AllocationRuleForm
from services.payments.simulation import DEFAULT_DAYS
from tenants.configuration.domain import AllocationRule

SWITCHES = frozenset(field.name for field in fields(AllocationRule))


class RuleTrialForm(AllocationRuleForm):
    """The switches of a rule as they are planned, without its day of effect and its grounds.

    It travels in the address: trying changes nothing, and nothing in it names a person.
    """

    effective_on = None  # type: ignore[assignment]
    note = None  # type: ignore[assignment]
    since = forms.DateField(label=_("Zaksięgowane od"), widget=DayInput)
    until = forms.DateField(label=_("Zaksięgowane do"), widget=DayInput)

    @classmethod
    def asked(cls, query: QueryDict, in_force: AllocationRule, today: date) -> RuleTrialForm:
        """The form as it was sent; a fresh one starts from the rule in force and the last 90 days."""
        if "since" in query:
            return cls(query)
        period = {"since": today - timedelta(days=DEFAULT_DAYS - 1), "until": today}
        return cls(initial=initial_of(in_force, cls) | period)

    @property
    def rule(self) -> AllocationRule:
        """The rule that the person proposes."""
        return AllocationRule.of(**self.chosen)

    @property
    def chosen(self) -> dict[str, Any]:
        """The switches by their names, in the order of the form."""
        return {name: self.cleaned_data[name] for name in self.fields if name in SWITCHES}

    def switches(self, in_force: AllocationRule) -> list[tuple[str, str, str]]:
        """Each switch with what is proposed and what is in force, in the words of the form."""
        return [
            (self.label_of(name), self.in_words(name, value), self.in_words(name, getattr(in_force, name)))
            for name, value in self.chosen.items()
        ]


def proposed(query: QueryDict) -> dict[str, Any]:
    """The switches of a rule that was tried, to start its planning from; nothing when the address has none."""
    form = RuleTrialForm(query)
    return form.chosen if form.is_valid() else {}
