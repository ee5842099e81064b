"""What the resident has chosen to pay, carried in the query string from page to page: dues, group, method.

Only public ids travel. Nothing in it is believed: amounts are computed anew on every page, and again when paying.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from kernel.errors import NotFound


@dataclass(frozen=True)
class Selection:
    """Chosen dues; the group of them that is being paid now; the chosen method of the operator."""

    due_ids: tuple[UUID, ...]
    group: str = ""
    method: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Selection":
        """Read a query string or a posted form. Raises NotFound("liability.unknown") for an id that is none."""
        try:
            due_ids = tuple(dict.fromkeys(UUID(value) for value in query.getlist("naleznosc")))
        except ValueError:
            raise NotFound("liability.unknown") from None
        return cls(due_ids, query.get("grupa", ""), query.get("metoda", ""))

    def with_group(self, key: str, method: str = "") -> "Selection":
        """The same dues, with the group to pay now and the method for it."""
        return replace(self, group=key, method=method)

    def fields(self) -> list[tuple[str, str]]:
        """Name and value of each hidden field."""
        chosen = [("naleznosc", str(due_id)) for due_id in self.due_ids]
        named = [("grupa", self.group), ("metoda", self.method)]
        return chosen + [(name, value) for name, value in named if value]

    def address(self, name: str, **more: str) -> str:
        """Address of the page `name` for this selection."""
        return f"{reverse(name)}?{urlencode([*self.fields(), *more.items()])}"
