"""Locks: dues with a payment under way, another import of the same gmina, payers whose balances are about to move."""

from collections.abc import Callable, Collection

from django.db.models import Q

from kernel import tenancy
from services.accounts.models import Payer

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


def hold_payers(payer_id: int) -> None:
    """Let whatever moves money of this payer, or of anybody who shares a due with this payer, go one after another.

    Without the co-owners two bookings would each find the shared due open and pay it twice. Rows in the order of keys; the
    weaker lock lets foreign keys to these payers be checked meanwhile. It goes with the transaction.
    """
    shared = Payer.objects.filter(liabilities__debtors=payer_id).values("pk")
    rows = Payer.objects.select_for_update(no_key=True).filter(Q(pk=payer_id) | Q(pk__in=shared))
    list(rows.order_by("pk").values_list("pk"))
