"""Parity of all gminas: what operators, offices and our ledger tell, and the list of what does not agree (P13)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from kernel import tenancy
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Tenant
from tenants.fleet.models import GminaParity

_WRONG = ~Q(discrepancies={}) | ~Q(booked_gr=F("ledger_gr"))


def store_parity(teryt: str, sums: Mapping[str, Any]) -> None:
    """Keep what a gmina counted, over what it counted before; `sums` has the columns of GminaParity."""
    with tenancy.public():
        GminaParity.objects.update_or_create(teryt=teryt, defaults={**sums, "measured_at": timezone.now()})


def parities(*, only_wrong: bool = False) -> QuerySet[GminaParity]:
    """Rows of gminas whose jobs run, with `name`, by name; only those with something to explain. On the public schema."""
    tenants = Tenant.objects.filter(teryt=OuterRef("teryt"))
    rows = GminaParity.objects.filter(teryt__in=_working()).annotate(
        name=Subquery(tenants.values("name")[:1])
    )
    return (rows.filter(_WRONG) if only_wrong else rows).order_by("name", "teryt")


@dataclass(frozen=True, slots=True)
class Whole:
    """All gminas together, in grosze; `kinds` counts open discrepancies, `silent` are gminas that have told nothing yet."""

    gminas: int
    silent: int
    wrong: int
    confirmed_gr: int
    settled_gr: int
    booked_gr: int
    ledger_gr: int
    kinds: Mapping[str, int]


def whole() -> Whole:
    """The sums over all gminas whose jobs run; call it on the public schema."""
    rows = GminaParity.objects.filter(teryt__in=_working()).order_by()
    names = ("confirmed_gr", "settled_gr", "booked_gr", "ledger_gr")
    sums = rows.aggregate(
        gminas=Count("pk"),
        wrong=Count("pk", filter=_WRONG),
        **{name: Sum(name, default=0) for name in names},
    )
    kinds: Counter[str] = Counter()
    for found in rows.exclude(discrepancies={}).values_list("discrepancies", flat=True):
        kinds.update(found)
    working = _working().count()
    return Whole(**sums, silent=working - sums["gminas"], kinds=dict(kinds.most_common()))


def _working() -> QuerySet[Any, str]:
    rows = Tenant.objects.filter(state__in=WORKING).order_by()
    return rows.values_list("teryt", flat=True)
