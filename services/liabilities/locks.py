"""Two kinds of locks that an import meets: dues with a payment under way, and another import of the same gmina."""

from collections.abc import Callable, Collection

from kernel import tenancy

Finder = Callable[[Collection[int]], Collection[int]]

_finders: list[Finder] = []


def find_locked_with(finder: Finder) -> None:
    """Register how liabilities (by primary key) with an open payment are found: payments know that, but they come after
    liabilities."""
    _finders[:] = [finder]


def under_payment(liability_ids: Collection[int]) -> set[int]:
    """Those of the liabilities that somebody is paying at this moment (eKasa § 10 ust. 4)."""
    return {pk for finder in _finders for pk in finder(liability_ids)} if liability_ids else set()


def queue_key() -> str:
    """Name of the advisory lock under which this gmina's imports write, one after another."""
    return f"import of dues|{tenancy.current_tenant_id()}"
