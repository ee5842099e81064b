"""All addresses of a host with their guards, read from the URL configuration: nothing can be forgotten here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

MISSING: Final = "no guard"


@dataclass(frozen=True)
class Route:
    """One address: its pattern, full name and the verb that guards it (None = public, MISSING = not decided)."""

    pattern: str
    name: str
    view: Callable[..., Any]
    guard: Any


def routes(urlconf: str) -> list[Route]:
    """Every route of an URL configuration."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, text, inner)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            yield Route(text, f"{namespace}{entry.name}", view, getattr(view, "guard", MISSING))
