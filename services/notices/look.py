"""The HTML part of a letter: the words of the plain text in the gmina's look.

It is made of the text and not written beside it, so the two never say different things. No picture is loaded from
anywhere: a letter must not tell when it was opened.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kernel import tenancy
from kernel.errors import NotFound
from tenants.configuration.queries import office

_LINK: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_SIGNATURE: Final = "\n--\n"
_PLATFORM_COLOUR: Final = "#1d4f91"

_PAGE: Final = """<!DOCTYPE html>
<html lang="pl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body style="margin:0;padding:0;background:#f3f4f6;color:#1b1f24;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:600px;margin:0 auto;background:#ffffff">
<div style="border-top:6px solid {colour};padding:20px 24px 0"><p style="margin:0;font-weight:bold">{name}</p></div>
<div style="padding:8px 24px 24px"><h1 style="font-size:22px;line-height:1.3;margin:12px 0 16px">{title}</h1>
{body}</div>
<div style="border-top:1px solid #d5d9df;padding:16px 24px;font-size:14px;color:#4a5361">{signature}</div>
</div></body></html>
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Colour and name of the portal."""

    name: str
    colour: str

    def page(self, subject: str, text: str) -> str:
        """The HTML part for a letter with this subject and plain text."""
        body, _, signature = text.partition(_SIGNATURE)
        return format_html(
            _PAGE,
            title=subject,
            colour=self.colour,
            name=self.name,
            body=_paragraphs(body),
            signature=_paragraphs(signature),
        )


def look() -> Look:
    """How letters of the gmina that is open look."""
    try:
        row = office()
    except NotFound:
        return Look(tenancy.current().name, _PLATFORM_COLOUR)
    return Look(row.portal_name, row.brand_colour)


def _paragraphs(text: str) -> SafeString:
    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    lines = ("<br>".join(_linked(line) for line in part.split("\n")) for part in parts)
    return mark_safe("\n".join(f'<p style="margin:0 0 14px">{line}</p>' for line in lines))  # noqa: S308 - escaped


def _linked(line: str) -> str:
    """The line with everything escaped and its addresses made links."""
    done, start = "", 0
    for found in _LINK.finditer(line):
        url = escape(found.group(0))
        done += escape(line[start : found.start()])
        done += f'<a href="{url}" style="color:#0b3d91;word-break:break-all">{url}</a>'
        start = found.end()
    return done + escape(line[start:])
