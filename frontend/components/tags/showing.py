"""Tags that show something: facts, tables, badges, notices, steps, history, figures, bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontend.components import formats, icons
from frontend.components.tables import ready_for_cards

register = template.Library()

KIND_ICONS = {
    "neutral": "minus",
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "danger": "danger",
}


def kind_icon(kind: str) -> SafeString:
    """Draw the sign of a kind. Raises ValueError for a kind that does not exist."""
    if kind not in KIND_ICONS:
        raise ValueError(f"no kind {kind!r}; there are {', '.join(KIND_ICONS)}")
    return icons.icon(KIND_ICONS[kind])


@register.simple_block_tag
def facts(content: str) -> SafeString:
    """Hold `{% fact %}` rows: a list of names and values."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: str, label: str, href: str = "", action: str = "") -> SafeString:
    """Show one name and value; `href` and `action` (“Zmień”) link the page where it is changed."""
    return render_to_string(
        "components/fact.html", {"content": content, "label": label, "href": href, "action": action}
    )


@register.simple_block_tag
def table(
    content: str, caption: str, hide_caption: bool = False, dense: bool = False, id: str = ""
) -> SafeString:
    """Show a table that turns into cards where there is no room; inside go `<thead>` and `<tbody>`."""
    return render_to_string(
        "components/table.html",
        {
            "content": ready_for_cards(content),
            "caption": caption,
            "hide_caption": hide_caption,
            "dense": dense,
            "id": id,
        },
    )


@register.simple_tag
def badge(text: str, kind: str = "neutral", icon: str = "") -> SafeString:
    """Show a state by a sign and a word, never by colour alone."""
    picture = icons.icon(icon) if icon else kind_icon(kind)
    return format_html('<span class="badge badge--{}">{}<span>{}</span></span>', kind, picture, text)


@register.simple_block_tag
def notice(
    content: str, kind: str, title: str = "", live: bool = False, id: str = "", level: int = 2
) -> SafeString:
    """Tell something worth stopping for; `live` also announces it to a screen reader."""
    role = ("alert" if kind in ("danger", "warning") else "status") if live else ""
    return render_to_string(
        "components/notice.html",
        {
            "content": content,
            "kind": kind,
            "picture": kind_icon(kind),
            "title": title,
            "role": role,
            "id": id,
            "level": level,
        },
    )


@register.simple_block_tag
def outcome(content: str, kind: str, title: str) -> SafeString:
    """Open a page with the result of what the person did; holds the `<h1>`."""
    return render_to_string(
        "components/outcome.html",
        {"content": content, "kind": kind, "picture": kind_icon(kind), "title": title},
    )


@register.simple_block_tag
def confirm(content: str, title: str, kind: str = "danger", level: int = 2) -> SafeString:
    """Ask before an act that is hard to undo; the form with its buttons goes inside."""
    return render_to_string(
        "components/confirm.html",
        {"content": content, "kind": kind, "picture": kind_icon(kind), "title": title, "level": level},
    )


@register.simple_block_tag
def emptystate(content: str, title: str, icon: str = "check-circle", level: int = 2) -> SafeString:
    """Say that there is nothing here, what that means and what can be done."""
    return render_to_string(
        "components/emptystate.html",
        {"content": content, "title": title, "picture": icons.icon(icon), "level": level},
    )


@register.simple_block_tag
def figures(content: str) -> SafeString:
    """Hold `{% figure %}` tiles."""
    return format_html('<dl class="figures">{}</dl>', content)


@register.inclusion_tag("components/figure.html")
def figure(
    label: str,
    gr: int | None = None,
    count: int | None = None,
    text: str = "",
    note: str = "",
    href: str = "",
    kind: str = "",
) -> dict[str, Any]:
    """Show one large number: an amount in grosze, a count, or a text."""
    value = text
    if gr is not None:
        value = formats.money_text(gr)
    elif count is not None:
        value = formats.number_text(count)
    return {"label": label, "value": value, "note": note, "href": href, "kind": kind}


STEP_STATES = {
    "done": ("check", _("zrobione")),
    "current": ("clock", _("teraz")),
    "todo": ("minus", _("jeszcze nie")),
    "failed": ("close", _("nie udało się")),
}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Show how far something has got; an item has `label`, `state`, and may have `at` and `note`."""
    drawn = []
    for item in items:
        picture, spoken = STEP_STATES[item["state"]]
        drawn.append({**item, "picture": icons.icon(picture), "spoken": spoken})
    return {"items": drawn, "label": label or gettext("Przebieg")}


@register.inclusion_tag("components/steps.html")
def payment_steps(
    ordered_at: dt.datetime | None = None,
    paid_at: dt.datetime | None = None,
    booked_at: dt.datetime | dt.date | None = None,
    failed: str = "",
) -> dict[str, Any]:
    """Show a payment's way: ordered, paid, booked (eKasa § 10.4); `failed` says why it stopped."""
    reached = [ordered_at, paid_at, booked_at]
    labels = [gettext("Zlecona"), gettext("Opłacona"), gettext("Zaksięgowana")]
    notes = [
        "",
        gettext("Czekamy na potwierdzenie od operatora płatności."),
        gettext("Saldo zmieni się, gdy urząd zaksięguje wpłatę."),
    ]
    first_open = next((i for i, at in enumerate(reached) if at is None), len(reached))
    items = []
    for i, (label, at) in enumerate(zip(labels, reached, strict=True)):
        current = i == first_open
        state = "done" if at is not None else "todo" if not current else "failed" if failed else "current"
        note = (failed or notes[i]) if current else ""
        items.append({"label": label, "at": at, "state": state, "note": note})
    shown: dict[str, Any] = steps(items, gettext("Przebieg wpłaty"))
    return shown


@register.inclusion_tag("components/history.html")
def history(items: Sequence[Any], title: str = "") -> dict[str, Any]:
    """List what happened, newest first as given: `title`, `at`, `actor`, `role`, `text`, `kind`."""
    return {"items": items, "title": title or gettext("Historia")}


@register.inclusion_tag("components/copyable.html")
def copyable(value: str, label: str, shown: str = "") -> dict[str, Any]:
    """Show a value to be copied elsewhere, such as an account number or a transfer's title."""
    return {"value": value, "label": label, "shown": shown or value}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(items: Iterable[Mapping[str, Any]], caption: str, unit: str = "") -> dict[str, Any]:
    """Compare values as horizontal bars, each with its number beside it; `value` is an integer >= 0.

    An item with `of` is a part of that whole, a full bar at most; the others are compared with the largest of all.
    """
    rows = [dict(item) for item in items]
    largest = max((row["value"] for row in rows), default=0) or 1
    for row in rows:
        row["percent"] = f"{min(100.0, 100 * row['value'] / (row.get('of') or largest)):.2f}"
        if unit == "gr":
            row["text"] = formats.money_text(row["value"])
        elif not row.get("text"):
            row["text"] = f"{formats.number_text(row['value'])} {unit}".strip()
    return {"rows": rows, "caption": caption}
