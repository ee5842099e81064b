"""Tags of a list: what stands above it, its table with headings that order it, its bulk acts below."""

from __future__ import annotations

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from frontend.components.tables import ready_for_cards
from frontend.components.tags.forms import row_checkbox
from frontend.desk.forms.lists import ViewForm
from frontend.desk.listing.page import Listing
from frontend.desk.listing.queue import Item

register = template.Library()


@register.inclusion_tag("desk/list_top.html", takes_context=True)
def list_top(context: template.Context, listing: Listing, without: str = "") -> dict[str, Any]:
    """Saved views, filters and order, files of the list."""
    return {
        "listing": listing,
        "form": listing.form,
        "without": without,
        "view_form": ViewForm(auto_id="widok_%s"),
        "csrf_token": get_token(context["request"]),
    }


@register.simple_block_tag(takes_context=True)
def worklist(
    context: template.Context, content: str, listing: Listing, caption: str, hide_caption: bool = True
) -> SafeString:
    """The table of a list: give it the `<tbody>`; headings, pages, choosing rows and acts come by themselves.

    Where the list has bulk acts, begin each row with `{% list_choice listing item %}`.
    """
    head = render_to_string("desk/list_head.html", {"listing": listing})
    return render_to_string(
        "desk/list_table.html",
        {
            "listing": listing,
            "content": ready_for_cards(head + content),
            "caption": caption,
            "hide_caption": hide_caption,
            "page": listing.page,
            "request": context["request"],
        },
        request=context["request"],
    )


@register.simple_tag
def list_choice(listing: Listing, item: Item) -> SafeString | str:
    """The first cell of a row: a checkbox where the list has acts for this person, nothing where it has none."""
    if not listing.acts:
        return ""
    fits = any(act.fits(item) for act in listing.acts)
    box = row_checkbox("row", listing.queue.key(item), listing.queue.label(item)) if fits else ""
    return SafeString(f"<td>{box}</td>")
