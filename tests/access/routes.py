"""All routes of a host with their guards, read from the URL configuration: nothing can be forgotten here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

MISSING = "no guard"


@dataclass(frozen=True)
class Route:
    """One address: its pattern, full name and the verb that guards it (None = public, MISSING = not decided)."""

    pattern: str
    name: str
    view: Any
    guard: Any

    def path(self, **known: str) -> str:
        """An address of the route; converters get values that exist nowhere unless `known` names them."""

        def value(match: re.Match[str]) -> str:
            converter, name = match["converter"] or "str", match["name"]
            if name in known:
                return known[name]
            return {
                "uuid": str(uuid4()),
                "int": "987654",
                "str": "nieznane",
                "slug": "nieznane",
                "path": "nieznane",
            }[converter]

        return "/" + re.sub(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>", value, self.pattern)

    @property
    def arguments(self) -> list[str]:
        """Names of the path's parameters."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.pattern)


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
            guard = getattr(view, "guard", MISSING)
            yield Route(text, f"{namespace}{entry.name}", view, guard)
