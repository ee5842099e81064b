"""What one form field looks like on the page: its parts, their ids, and how they point at one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise

CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
FILE_WIDGETS = (forms.FileInput,)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One bound field with the ids of its hint and error; `shape` chooses the template's branch."""

    field: BoundField
    hint: str | Promise

    @property
    def shape(self) -> str:
        """Give `choices`, `checkbox`, `group` (several inputs under one legend) or `input`."""
        widget = self.field.field.widget
        if isinstance(widget, CHOICE_WIDGETS):
            return "choices"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, FILE_WIDGETS):
            return "file"
        return "group" if widget.use_fieldset else "input"

    @property
    def id(self) -> str:
        """Give the id on which the ids of the field's parts are built."""
        return self.field.auto_id or self.field.html_name

    @property
    def hint_id(self) -> str:
        """Give the id of the hint, empty where there is none."""
        return f"{self.id}_hint" if self.hint else ""

    @property
    def error_id(self) -> str:
        """Give the id of the error, empty where there is none."""
        return f"{self.id}_error" if self.field.errors else ""

    @property
    def describedby(self) -> str:
        """Give the value of `aria-describedby`: the hint first, then the error."""
        return " ".join(filter(None, (self.hint_id, self.error_id)))

    @property
    def control_id(self) -> str:
        """Give the id of the first control, to which the error summary leads."""
        return control_id(self.field)

    @property
    def multiple(self) -> bool:
        """Tell whether the choices are checkboxes (more than one may be chosen)."""
        return isinstance(self.field.field.widget, forms.CheckboxSelectMultiple)

    @property
    def affix(self) -> str | Promise:
        """Give what is written after the box, such as “zł”."""
        affix: str | Promise = getattr(self.field.field.widget, "affix", "")
        return affix

    def widget(self) -> str:
        """Render the widget with our class and with the ids of its hint and error.

        The browser's own `required` check is kept for the screen reader; the form has `novalidate`.
        """
        return self.field.as_widget(attrs=self._attributes())

    def _attributes(self) -> dict[str, Any]:
        own = str(self.field.field.widget.attrs.get("class", ""))
        attributes: dict[str, Any] = {}
        if self.shape in ("input", "file"):
            kind = "select" if isinstance(self.field.field.widget, forms.Select) else "input"
            attributes["class"] = " ".join(filter(None, (kind, own)))
        # Django writes ids of its own design here unless something is given; several inputs in a fieldset are
        # described by the fieldset.
        if self.shape in ("input", "file", "checkbox") and self.describedby:
            attributes["aria-describedby"] = self.describedby
        return attributes


def view_of(field: BoundField, hint: str | Promise = "") -> FieldView:
    """Look at a bound field; `hint` replaces the field's own help text."""
    return FieldView(field=field, hint=hint or field.help_text)


def control_id(field: BoundField) -> str:
    """Give the id of the field's first control."""
    if isinstance(field.field.widget, CHOICE_WIDGETS):
        return f"{field.auto_id}_0"
    return field.id_for_label or str(field.auto_id)
