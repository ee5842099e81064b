"""Makes an ordinary HTML table ready to turn into cards on a narrow screen.

On a phone a row is shown as a card, each cell with its column's label before it. CSS takes the label from
`data-label` and loses the table's meaning for a screen reader when it changes `display`; so the labels and
the roles are written here, once, and the author of a page writes a plain table.
"""

from __future__ import annotations

import re
from html import unescape

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

TAG = re.compile(r"<(?P<close>/?)(?P<name>thead|tbody|tfoot|tr|th|td)\b(?P<attributes>[^>]*)>", re.IGNORECASE)
HEADING = re.compile(r"<th\b(?P<attributes>[^>]*)>(?P<content>.*?)</th>", re.IGNORECASE | re.DOTALL)
HIDDEN = re.compile(r'<span class="visually-hidden">.*?</span>', re.DOTALL)
COLSPAN = re.compile(r'\bcolspan="(\d+)"')
NUMERIC = re.compile(r'\bclass="[^"]*\bnum\b[^"]*"')
CLASS = re.compile(r'\bclass="([^"]*)"')
SECTION_ROLE = 'role="rowgroup"'


def ready_for_cards(markup: str) -> SafeString:
    """Copy the labels and the numeric alignment of `<thead>` to the cells below and write the ARIA roles out.

    `markup` is the rendered, already escaped inside of one `<table>`, without tables inside it. A column
    whose heading is only for screen readers gives no visible label; a cell that spans columns neither.
    """
    head, split, body = markup.partition("</thead>")
    columns = _columns(head) if split else []
    return mark_safe(_mark(head + split, []) + _mark(body, columns))  # noqa: S308 rendered by the template engine


def _columns(head: str) -> list[tuple[str, bool]]:
    columns: list[tuple[str, bool]] = []
    for heading in HEADING.finditer(head):
        text = " ".join(unescape(strip_tags(HIDDEN.sub("", heading["content"]))).split())
        column = (text, bool(NUMERIC.search(heading["attributes"])))
        columns.extend([column] * _span(heading["attributes"]))
    return columns


def _span(attributes: str) -> int:
    found = COLSPAN.search(attributes)
    return int(found[1]) if found else 1


def _mark(markup: str, columns: list[tuple[str, bool]]) -> str:
    position = 0

    def replace(tag: re.Match[str]) -> str:
        nonlocal position
        name, attributes = tag["name"].lower(), tag["attributes"]
        if tag["close"]:
            return tag[0]
        if name in ("thead", "tbody", "tfoot"):
            return f"<{name} {SECTION_ROLE}{attributes}>"
        if name == "tr":
            position = 0
            return f'<tr role="row"{attributes}>'
        column = columns[position] if position < len(columns) else ("", False)
        span = _span(attributes)
        position += span
        return f"<{name}{_cell(name, attributes, column if span == 1 else ('', column[1]))}>"

    return TAG.sub(replace, markup)


def _cell(name: str, attributes: str, column: tuple[str, bool]) -> str:
    label, numeric = column
    row_heading = name == "th" and 'scope="row"' in attributes
    role = "cell" if name == "td" else "rowheader" if row_heading else "columnheader"
    if numeric and not NUMERIC.search(attributes):
        attributes, found = CLASS.subn(lambda match: f'class="{match[1]} num"', attributes)
        attributes = attributes if found else f'{attributes} class="num"'
    shown = f' data-label="{escape(label)}"' if label and name == "td" else ""
    return f' role="{role}"{attributes}{shown}'
