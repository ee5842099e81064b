"""What the resident has chosen to pay, carried in the query string from page to page: dues, parts of them, group, method.

Only public ids and what was typed travel. Nothing in it is believed: amounts are computed anew on every page, and again when
paying.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from kernel.errors import NotFound
from kernel.money import parse_gr


def part_name(due_id: UUID) -> str:
    """Name of the field in which a part of the due is typed."""
    return f"czesc-{due_id}"


@dataclass(frozen=True)
class Selection:
    """Chosen dues; the group of them that is being paid now; the chosen method of the operator; by due, the part that was
    typed, just as it was typed."""

    due_ids: tuple[UUID, ...]
    group: str = ""
    method: str = ""
    parts: tuple[tuple[UUID, str], ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> "Selection":
        """Read a query string or a posted form. Raises NotFound("liability.unknown") for an id that is none."""
        try:
            due_ids = tuple(dict.fromkeys(UUID(value) for value in query.getlist("naleznosc")))
        except ValueError:
            raise NotFound("liability.unknown") from None
        typed = ((due_id, query.get(part_name(due_id), "").strip()) for due_id in due_ids)
        parts = tuple((due_id, text) for due_id, text in typed if text)
        return cls(due_ids, query.get("grupa", ""), query.get("metoda", ""), parts)

    @property
    def amounts(self) -> dict[UUID, int]:
        """The parts in grosze. Raises InvalidInput("money.unreadable")."""
        return {due_id: parse_gr(text) for due_id, text in self.parts}

    def with_group(self, key: str, method: str = "") -> "Selection":
        """The same dues, with the group to pay now and the method for it."""
        return replace(self, group=key, method=method)

    def with_part(self, due_id: UUID, text: str) -> "Selection":
        """The same, with this part of one due instead of another."""
        others = tuple(pair for pair in self.parts if pair[0] != due_id)
        return replace(self, parts=(*others, (due_id, text)))

    def with_parts_of(self, due_ids: Iterable[UUID]) -> "Selection":
        """The same, with parts of these dues only; the others are whole."""
        kept = set(due_ids)
        return replace(self, parts=tuple(pair for pair in self.parts if pair[0] in kept))

    def fields(self) -> list[tuple[str, str]]:
        """Name and value of each hidden field."""
        chosen = [("naleznosc", str(due_id)) for due_id in self.due_ids]
        typed = [(part_name(due_id), text) for due_id, text in self.parts]
        named = [("grupa", self.group), ("metoda", self.method)]
        return chosen + typed + [(name, value) for name, value in named if value]

    def address(self, name: str, **more: str) -> str:
        """Address of the page `name` for this selection."""
        return f"{reverse(name)}?{urlencode([*self.fields(), *more.items()])}"
