"""Which dues have a payment under way. Payments know that, but they come after liabilities: they register how to ask."""

from collections.abc import Callable, Collection

Finder = Callable[[Collection[int]], Collection[int]]

_finders: list[Finder] = []


def find_locked_with(finder: Finder) -> None:
    """Register how liabilities (by primary key) with an open payment are found."""
    _finders[:] = [finder]


def under_payment(liability_ids: Collection[int]) -> set[int]:
    """Those of the liabilities that somebody is paying at this moment (eKasa § 10 ust. 4)."""
    return {pk for finder in _finders for pk in finder(liability_ids)} if liability_ids else set()
