"""`{% load told %}`: texts that the office writes with a few marks, as safe HTML."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from services.publishing.domain.marked_text import Piece, Run, read

register = template.Library()


@register.filter
def marked(text: str, heading_level: int = 2) -> SafeString:
    """A text with marks as HTML; its headings are of `heading_level`. Every word is escaped, also in addresses."""
    return format_html_join("\n", "{}", ((_piece(piece, int(heading_level)),) for piece in read(text)))


@register.filter
def first_words(text: str, most: int = 220) -> str:
    """The beginning of a text as plain words, without its marks."""
    pieces = read(text)
    first = next((piece.runs for piece in pieces if piece.kind == "paragraph"), ())
    return Truncator("".join(run.text for run in first)).chars(most, truncate="…")


def _piece(piece: Piece, level: int) -> SafeString:
    if piece.kind == "heading":
        return format_html("<h{}>{}</h{}>", level, _runs(piece.runs), level)
    if piece.kind == "paragraph":
        return format_html("<p>{}</p>", _runs(piece.runs))
    items = format_html_join("", "<li>{}</li>", ((_runs(item),) for item in piece.items))
    return format_html("<ul>{}</ul>" if piece.kind == "bullets" else "<ol>{}</ol>", items)


def _runs(runs: Iterable[Run]) -> SafeString:
    return format_html_join("", "{}", ((_run(run),) for run in runs))


def _run(run: Run) -> str:
    if run.target:
        return format_html('<a href="{}">{}</a>', run.target, run.text)
    return format_html("<strong>{}</strong>", run.text) if run.is_strong else run.text
