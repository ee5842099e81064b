"""Tags that draw numbers by day or by month: columns in an inline SVG, with the same numbers as a table behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from frontend.components import formats

register = template.Library()

HEIGHT = 100
WIDTH = 10
GAP = 2


@register.inclusion_tag("components/column_chart.html")
def column_chart(
    items: Iterable[Mapping[str, Any]],
    caption: str,
    unit: str = "",
    most: int = 0,
    heading: str = "",
) -> dict[str, Any]:
    """Draw one column for each item, oldest first; `label` and an integer `value` >= 0, or None where nothing is known.

    `unit` is “gr” for grosze, “%” or a noun; `most` is the top of the scale (the largest value unless given); `heading`
    names the first column of the table.
    """
    rows = [dict(item) for item in items]
    largest = most or max((row["value"] or 0 for row in rows), default=0)
    top = largest or 1
    for position, row in enumerate(rows):
        height = HEIGHT * min(row["value"] or 0, top) / top
        row["text"] = "–" if row["value"] is None else _text(row["value"], unit)
        row["x"], row["y"] = position * WIDTH + GAP // 2, f"{HEIGHT - height:.2f}"
        row["height"] = f"{height:.2f}"
    return {
        "rows": rows,
        "caption": caption,
        "heading": heading,
        "box": f"0 0 {max(len(rows), 1) * WIDTH} {HEIGHT}",
        "width": WIDTH - GAP,
        "top": _text(largest, unit),
        "summary": _summary(rows, unit),
    }


def _text(value: int, unit: str) -> str:
    if unit == "gr":
        return formats.money_text(value)
    if unit == "%":
        return f"{value}%"
    return formats.number_text(value)


def _summary(rows: list[dict[str, Any]], unit: str) -> str:
    """What a person who does not see the picture hears in its place."""
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return "–"
    lowest = min(known, key=lambda row: row["value"])
    highest = max(known, key=lambda row: row["value"])
    return f"{lowest['label']}: {lowest['text']} … {highest['label']}: {highest['text']}"
