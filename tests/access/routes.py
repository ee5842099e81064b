"""Addresses to ask for: the walk of `frontend.routes` with values in place of the parameters."""

import re
from dataclasses import dataclass
from uuid import uuid4

from frontend import routes as walk
from frontend.routes import MISSING as MISSING


@dataclass(frozen=True)
class Route(walk.Route):
    """One route that a test can ask for."""

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
    return [Route(one.pattern, one.name, one.view, one.guard) for one in walk.routes(urlconf)]
