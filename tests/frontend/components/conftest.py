"""Draws pieces of templates as a page would, with Django's own engine."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import engines

Draw = Callable[..., str]


@pytest.fixture
def draw() -> Draw:
    """Render a piece of template with `{% load ui %}` before it."""

    def render(source: str, **variables: Any) -> str:
        return engines["django"].from_string("{% load ui %}" + source).render(variables)

    return render


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(markup: str, tag: str = "", **attributes: str) -> list[dict[str, str | None]]:
    """Give the attributes of the elements named `tag` that have all of `attributes` (class_ for class)."""
    wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    parser = _Elements()
    parser.feed(markup)
    return [
        found
        for name, found in parser.found
        if (not tag or name == tag) and all(found.get(key) == value for key, value in wanted.items())
    ]


@pytest.fixture
def find() -> Callable[..., list[dict[str, str | None]]]:
    return elements
