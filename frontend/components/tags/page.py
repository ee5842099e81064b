"""Tags that build the page: heading, navigation, cards, buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from frontend.components import icons

register = template.Library()

BUTTON_KINDS = frozenset({"primary", "secondary", "danger", "link"})
MESSAGE_KINDS = {
    "debug": "neutral",
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "danger",
}


@register.simple_block_tag
def pageheader(content: str, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """Open the page: its only `<h1>`, a sentence, and (inside the block) badges or actions."""
    return render_to_string(
        "components/pageheader.html",
        {"content": content if content.strip() else "", "title": title, "lead": lead, "eyebrow": eyebrow},
    )


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(items: Iterable[Any]) -> dict[str, Any]:
    """Show the way from the start to this page; `items` are links, the last one is this page."""
    return {"items": list(items)}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Show sibling pages as tabs; they are links, each is a page of its own."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], param: str = "strona") -> dict[str, Any]:
    """Link the other pages of a list; keeps the rest of the query string of the `request` in the context."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[param] = str(number)
        return f"?{query.urlencode()}"

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
        "numbers": [(n, address(n) if isinstance(n, int) else "") for n in elided],
    }


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    level: int = 2,
    kind: str = "",
    href: str = "",
    id: str = "",
    icon: str = "",
    badge: str = "",
    badge_kind: str = "neutral",
) -> SafeString:
    """Hold what belongs together; `href` makes the title a link, `kind` draws a coloured edge."""
    return render_to_string(
        "components/card.html",
        {
            "content": content,
            "title": title,
            "level": level,
            "kind": kind,
            "href": href,
            "id": id,
            "icon": icon,
            "badge": badge,
            "badge_kind": badge_kind,
        },
    )


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:
    """Hide details behind a sentence; works without JavaScript."""
    return render_to_string(
        "components/disclosure.html", {"content": content, "summary": summary, "open": open}
    )


@register.simple_block_tag
def actions(content: str) -> SafeString:
    """Put buttons in a row; one under another on a phone."""
    return format_html('<div class="actions">{}</div>', content)


@register.simple_block_tag
def toolbar(content: str) -> SafeString:
    """Put filters and search above a table."""
    return format_html('<div class="toolbar">{}</div>', content)


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    kind: str = "primary",
    href: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    icon: str = "",
    id: str = "",
    form: str = "",
    describedby: str = "",
    small: bool = False,
) -> dict[str, Any]:
    """Draw a button, or a link that looks like one. It is never disabled: say why instead.

    Raises ValueError for a kind that does not exist and KeyError for an icon that is not drawn.
    """
    if kind not in BUTTON_KINDS:
        raise ValueError(f"no button of kind {kind!r}")
    return {
        "text": text,
        "kind": kind,
        "href": href,
        "type": type,
        "name": name,
        "value": value,
        "picture": icons.icon(icon) if icon else "",
        "trailing": icon in ("arrow", "external", "chevron"),
        "id": id,
        "form": form,
        "describedby": describedby,
        "small": small,
    }


@register.inclusion_tag("components/search.html", takes_context=True)
def search(
    context: Context,
    label: str,
    name: str = "q",
    value: str = "",
    hint: str = "",
    action: str = "",
    post: bool = False,
) -> dict[str, Any]:
    """Ask for words to search by.

    What names a person goes by POST: a query string stays in logs and in the browser's history.
    """
    return {
        "label": label,
        "name": name,
        "value": value,
        "hint": hint,
        "action": action,
        "post": post,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/page_messages.html")
def page_messages(messages: Iterable[Any]) -> dict[str, Any]:
    """Show what the last act brought (django.contrib.messages), each as a notice."""
    return {"items": [(MESSAGE_KINDS.get(m.level_tag, "info"), m) for m in messages or ()]}
