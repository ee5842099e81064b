"""Tags that draw forms: any Django form, radio cards, basket rows, and the summary of what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, Field
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from frontend.components.fields import FieldView, control_id, view_of

register = template.Library()

GENERIC_MESSAGES = (Field.default_error_messages["required"],)


@register.simple_tag
def error_prefix(*forms: BaseForm | None) -> str:
    """Begin the page's title with “Błąd: ” when a form was refused: it is the first thing read out."""
    return gettext("Błąd: ") if any(form is not None and form.errors for form in forms) else ""


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """List what to mend, each line a link to its field; takes the focus when the page opens."""
    return {"errors": [error for form in forms if form is not None for error in _errors(form)]}


def _errors(form: BaseForm) -> Iterator[tuple[str, str]]:
    for message in form.non_field_errors():
        yield "", str(message)
    for field in form:
        target = "" if field.is_hidden else control_id(field)
        for message in map(str, field.errors):
            # “To pole jest wymagane.” says nothing in a list of errors unless the field is named.
            named = message in GENERIC_MESSAGES or field.is_hidden
            yield target, f"{str(field.label).rstrip('?.:')}: {message}" if named else message


@register.simple_tag
def form_fields(form: BaseForm, only: str = "", without: str = "") -> SafeString:
    """Draw a form's fields in their order; `only` and `without` are names with spaces between.

    Raises KeyError for a name in `only` that the form does not have.
    """
    names = only.split() or list(form.fields)
    left_out = without.split()
    fields = [form[name] for name in names if name not in left_out]
    return render_to_string(
        "components/form_fields.html",
        {
            "hidden": [field for field in fields if field.is_hidden],
            "views": [view_of(field) for field in fields if not field.is_hidden],
            "marks": any(field.field.required for field in fields if not field.is_hidden),
        },
    )


@register.inclusion_tag("components/field.html")
def field(field: BoundField, hint: str = "") -> dict[str, FieldView]:
    """Draw one field: label, hint, error and widget, wired to one another."""
    return {"view": view_of(field, hint)}


@register.inclusion_tag("components/field.html")
def field_view(view: FieldView) -> dict[str, FieldView]:
    """Draw a field that has been looked at already (used by `form_fields`)."""
    return {"view": view}


@register.simple_block_tag
def fieldset(content: str, legend: str, hint: str = "") -> SafeString:
    """Group fields under a legend."""
    return render_to_string("components/fieldset.html", {"content": content, "legend": legend, "hint": hint})


@register.inclusion_tag("components/radio_cards.html")
def radio_cards(field: BoundField, options: Iterable[Mapping[str, Any]], hint: str = "") -> dict[str, Any]:
    """Choose one of several cards (banks); an option that cannot be chosen says why in `note`."""
    chosen = str(field.value() or "")
    cards = [{**option, "checked": str(option["value"]) == chosen} for option in options]
    return {"view": view_of(field, hint), "options": cards}


@register.inclusion_tag("components/basket_rows.html")
def basket_rows(field: BoundField, options: Iterable[Mapping[str, Any]], hint: str = "") -> dict[str, Any]:
    """Choose dues to pay together, each with its amount in grosze.

    A form that was sent shows what was sent; a fresh one shows the `checked` of each option.
    """
    sent = {str(value) for value in field.value() or ()} if field.form.is_bound else None
    rows = []
    for option in options:
        wanted = bool(option.get("checked")) if sent is None else str(option["value"]) in sent
        rows.append({**option, "checked": wanted and not option.get("disabled")})
    return {"view": view_of(field, hint), "options": rows}


@register.inclusion_tag("components/basket_total.html")
def basket_total(gr: int, label: str = "") -> dict[str, Any]:
    """Show the sum of the chosen rows, in grosze; with JavaScript it follows the choice."""
    return {"gr": gr, "label": label or gettext("Razem do zapłaty")}


@register.inclusion_tag("components/select_rows.html")
def select_rows(total_label: str = "") -> dict[str, Any]:
    """Choose all rows of a table and see their number and sum; drawn only where JavaScript runs."""
    return {"total_label": total_label or gettext("Suma")}


@register.simple_tag
def row_checkbox(
    name: str, value: object, label: str, amount_gr: int | None = None, checked: bool = False
) -> SafeString:
    """Put a checkbox in a table's cell; `label` says which row it is, for those who cannot see the row."""
    amount = "" if amount_gr is None else format_html(' data-amount-gr="{}"', amount_gr)
    return format_html(
        '<label class="row-checkbox"><input type="checkbox" name="{}" value="{}" data-row{}{}>'
        '<span class="visually-hidden">{}</span></label>',
        name,
        value,
        amount,
        " checked" if checked else "",
        label,
    )
