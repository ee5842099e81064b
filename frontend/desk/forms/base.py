"""What all forms of the desk share: showing an action's refusal beside the field, and a stale version with both values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from frontend.messages import sentence
from kernel.errors import SkarbnikError

STALE = "setting.stale"


@dataclass(frozen=True)
class Difference:
    """One field in which what is saved now is not what the person wants to save."""

    label: str
    saved: str
    wanted: str


class DeskForm(forms.Form):
    """A form whose refusal by an action is shown where it can be mended; `refusal` keeps the code."""

    refusal = ""
    SECTIONS: tuple[tuple[Promise | str, str], ...] = ()
    """Legends, each with the names of its fields, for a form that is drawn in parts."""

    @property
    def sections(self) -> list[tuple[Promise | str, list[forms.BoundField]]]:
        """Legends with their fields."""
        return [(legend, [self[name] for name in names.split()]) for legend, names in self.SECTIONS]

    def refuse(self, error: SkarbnikError) -> None:
        """Show why an action refused: beside the field that the error names, else above the form."""
        self.refusal = error.code
        named = error.params.get("fields")
        if isinstance(named, Mapping):
            for name, texts in named.items():
                self.add_error(name if name in self.fields else None, list(texts))
            return
        field = error.params.get("field")
        self.add_error(field if field in self.fields else None, sentence(error))

    def label_of(self, name: str) -> str:
        """Name of a value for people."""
        return str(self.fields[name].label)

    def in_words(self, name: str, value: Any) -> str:
        """A value of a field as the person reads it."""
        field = self.fields[name]
        if isinstance(value, bool):
            return _("tak") if value else _("nie")
        if isinstance(field, forms.ChoiceField):
            return next(
                (str(label) for key, label in list(field.widget.choices) if str(key) == str(value)),
                str(value),
            )
        return str(value) if value not in (None, "") else _("puste")


class SettingForm(DeskForm):
    """A form that changes a versioned setting: it carries the version that the person was shown (S35)."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def values(self) -> dict[str, Any]:
        """What the action saves, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def stale_against(self, row: Any) -> list[Difference]:
        """When somebody was faster: the fields that differ from what is saved now, in the words of the form.

        The form then stands on the present version, so that saving it once more replaces what the person has seen.
        """
        if self.refusal != STALE:
            return []
        saved = {name: getattr(row, name) for name in self.values if hasattr(row, name)}
        self._overtake(row.version)
        return [
            Difference(self.label_of(name), self.in_words(name, saved[name]), self.in_words(name, value))
            for name, value in self.values.items()
            if name in saved and saved[name] != value
        ]

    def _overtake(self, version: int) -> None:
        """Let the next sending of this form replace `version`, now that the person has seen what it holds."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(version)
        self.data = data


def initial_of(row: Any, form: type[forms.Form]) -> dict[str, Any]:
    """Values of a row for the fields of a form that it has."""
    return {name: getattr(row, name) for name in form.base_fields if hasattr(row, name)}
