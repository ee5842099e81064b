"""HTML that is escaped unless it is already HTML, and the frame that all emulators' pages share."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from importlib.resources import files

STYLESHEET = "/emulator.css"


class Html(str):
    """A text that is already HTML."""

    __slots__ = ()


def html(template: str, **values: object) -> Html:
    """Fill `{name}` in an HTML template; every value is escaped, except Html and iterables of Html."""
    return Html(template.format_map({name: _fragment(value) for name, value in values.items()}))


def _fragment(value: object) -> str:
    if isinstance(value, Html):
        return value
    if isinstance(value, str | int | float) or value is None:
        return escape("" if value is None else str(value))
    if isinstance(value, Iterable):
        return "".join(_fragment(item) for item in value)
    raise TypeError(f"not a value for HTML: {type(value).__name__}")


_PAGE = """<!doctype html>
<html lang="pl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{stylesheet}">
<link rel="icon" href="data:,">
</head>
<body class="{kind}">
<header class="bar"><div class="wrap">
<strong>{brand}</strong> <span class="tag">{tag}</span>
</div></header>
<main class="wrap" id="tresc">
{content}
</main>
<footer class="wrap"><p>{note}</p></footer>
</body>
</html>
"""


def page(*, title: str, brand: str, tag: str, note: str, content: Html, kind: str = "") -> str:
    """A complete page in Polish: one heading bar, one main region, a note at the bottom."""
    return html(
        _PAGE,
        title=f"{title} – {brand}",
        stylesheet=STYLESHEET,
        brand=brand,
        tag=tag,
        note=note,
        content=content,
        kind=kind,
    )


def stylesheet() -> bytes:
    """The one stylesheet of all emulators."""
    return (files("integrations.emulators") / "assets" / "emulator.css").read_bytes()


def zloty(amount_gr: int) -> str:
    """Grosze for people: 123456 → "1 234,56 zł"."""
    whole, rest = divmod(amount_gr, 100)
    grouped = f"{whole:,}".replace(",", "\u00a0")
    return f"{grouped},{rest:02d}\u00a0zł"


def nrb(account: str) -> str:
    """An account number in the usual groups: 2 digits, then fours."""
    digits = account.replace(" ", "")
    return " ".join([digits[:2], *(digits[at : at + 4] for at in range(2, len(digits), 4))]).strip()


def clock_text(moment: datetime) -> str:
    """A time for people: "20.11.2026, 15:28:33"."""
    return moment.strftime("%d.%m.%Y, %H:%M:%S")
