"""What a person reads on a page: its words without markup, its headings, its fields."""

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse

GLUE = str.maketrans({"\u00a0": " ", "\u202f": " "})


def words(response: HttpResponse) -> str:
    """The visible text of the page's main part, blanks collapsed, non-breaking spaces as plain ones."""
    return plain(main(response))


def main(response: HttpResponse) -> str:
    """The HTML between <main> and </main>."""
    found = re.search(r"<main.*?</main>", response.content.decode(), re.S)
    assert found, "the page has no <main>"
    return found[0]


def plain(html: str) -> str:
    """HTML as words."""
    text = unescape(re.sub(r"<[^>]+>", " ", html)).translate(GLUE)
    return re.sub(r"\s+([.,:;)])", r"\1", " ".join(text.split()))


def heading(response: HttpResponse) -> str:
    """The page's only <h1>."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.S)
    assert len(found) == 1, found
    return plain(found[0])


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags(response: HttpResponse, name: str) -> list[dict[str, str | None]]:
    """Attributes of every tag of that name, in order."""
    parser = _Fields()
    parser.feed(response.content.decode())
    return [attributes for tag, attributes in parser.tags if tag == name]


def hidden(response: HttpResponse, name: str) -> list[str]:
    """Values of the hidden inputs of that name inside the page's main part."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', main(response))


def error_beside(response: HttpResponse, field: str) -> str:
    """The message beside a field, which the field points to by aria-describedby; "" when there is none."""
    inputs = [a for kind in ("input", "select", "textarea", "fieldset") for a in tags(response, kind)]
    found = re.search(rf'id="id_{field}_error"[^>]*>(.*?)</div></div>', response.content.decode(), re.S)
    if not found:
        return ""
    pointing = [a for a in inputs if f"id_{field}_error" in (a.get("aria-describedby") or "")]
    assert pointing or f'id="id_{field}"' in response.content.decode(), (
        f"nothing points at the error of {field}"
    )
    return plain(found[1]).removeprefix("Błąd: ")
