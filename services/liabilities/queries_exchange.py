"""Dues and reminder costs as a finance system knows them: by its own ids, without anybody's name or number."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.errors import NotFound
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.models import Debtor, InterestPause, Liability, ReminderCost


@dataclass(frozen=True)
class Pause:
    """A period without interest, both days inclusive."""

    from_on: date
    to_on: date


@dataclass(frozen=True)
class ExchangeDue:
    """One due as it stands; amounts in grosze. `outstanding_gr` is what the ledger says is still owed of the principal."""

    public_id: UUID
    external_id: str
    payer_external_id: str
    co_owners: tuple[str, ...]
    liability_type: str
    title: str
    document_number: str
    year: int
    instalment: int | None
    due_on: date
    principal_gr: int
    outstanding_gr: int
    account_nrb: str
    interest_pauses: tuple[Pause, ...]
    is_reduced_rate: bool
    is_enforced: bool
    enforcement_office: str
    writ_number: str
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class ExchangeCost:
    """Costs of one reminder as they stand; amounts in grosze, nothing is outstanding before delivery."""

    public_id: UUID
    external_id: str
    payer_external_id: str
    liabilities: tuple[str, ...]
    number: str
    amount_gr: int
    outstanding_gr: int
    sent_on: date
    delivered_on: date | None
    version: int


@dataclass(frozen=True)
class Position:
    """Where a reader of changes stands: after the row with this time and key."""

    updated_at: datetime
    key: int


def due_by_external_id(external_id: str) -> ExchangeDue:
    """One due. Raises NotFound("liability.unknown")."""
    rows = _exchanged(Liability.objects.filter(external_id=_storable(external_id)))
    if not rows:
        raise NotFound("liability.unknown")
    return rows[0]


def dues_changed(
    *, since: datetime | None, after: Position | None, limit: int
) -> tuple[list[ExchangeDue], Position | None]:
    """At most `limit` dues in the order of their last change, and where to go on (None: that was all).

    Imports of a gmina write one after another, so a change never becomes visible behind a reader's position.
    """
    rows = Liability.objects.order_by("updated_at", "id")
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    if after is not None:
        later = Q(updated_at=after.updated_at, pk__gt=after.key)
        rows = rows.filter(Q(updated_at__gt=after.updated_at) | later)
    found = list(rows.values_list("pk", "updated_at")[: limit + 1])
    page = found[:limit]
    dues = _exchanged(Liability.objects.filter(pk__in=[pk for pk, _ in page]).order_by("updated_at", "id"))
    position = Position(page[-1][1], page[-1][0]) if len(found) > limit else None
    return dues, position


def _exchanged(rows: QuerySet[Liability]) -> list[ExchangeDue]:
    liabilities = list(rows.select_related("liability_type"))
    keys = [row.pk for row in liabilities]
    debtors: dict[int, list[str]] = defaultdict(list)
    named = Debtor.objects.filter(liability__in=keys).order_by("id")
    for pk, payer_id in named.values_list("liability_id", "payer__external_id"):
        debtors[pk].append(payer_id)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    periods = InterestPause.objects.filter(liability__in=keys).order_by("from_on")
    for pk, from_on, to_on in periods.values_list("liability_id", "from_on", "to_on"):
        pauses[pk].append(Pause(from_on, to_on))
    owed = balances([row.public_id for row in liabilities], AccountKind.RECEIVABLE_PRINCIPAL)
    return [
        _due(row, debtors[row.pk] or [""], pauses[row.pk], owed.get(row.public_id, 0)) for row in liabilities
    ]


def _due(row: Liability, debtors: list[str], pauses: Iterable[Pause], outstanding_gr: int) -> ExchangeDue:
    return ExchangeDue(
        public_id=row.public_id,
        external_id=row.external_id,
        payer_external_id=debtors[0],
        co_owners=tuple(debtors[1:]),
        liability_type=row.liability_type.code,
        title=row.title,
        document_number=row.document_number,
        year=row.year,
        instalment=row.instalment,
        due_on=row.due_on,
        principal_gr=row.principal_gr,
        outstanding_gr=outstanding_gr,
        account_nrb=row.account_nrb,
        interest_pauses=tuple(pauses),
        is_reduced_rate=row.is_reduced_rate,
        is_enforced=row.is_enforced,
        enforcement_office=row.enforcement_office,
        writ_number=row.writ_number,
        version=row.version,
        updated_at=row.updated_at,
    )


def cost_by_external_id(external_id: str) -> ExchangeCost:
    """Costs of one reminder. Raises NotFound("reminder_cost.unknown")."""
    row = ReminderCost.objects.select_related("payer").filter(external_id=_storable(external_id)).first()
    if row is None:
        raise NotFound("reminder_cost.unknown")
    listed = row.liabilities.order_by("due_on", "external_id").values_list("external_id", flat=True)
    return ExchangeCost(
        public_id=row.public_id,
        external_id=row.external_id,
        payer_external_id=row.payer.external_id,
        liabilities=tuple(listed),
        number=row.number,
        amount_gr=row.amount_gr,
        outstanding_gr=balances([row.public_id], AccountKind.REMINDER_COSTS).get(row.public_id, 0),
        sent_on=row.sent_on,
        delivered_on=row.delivered_on,
        version=row.version,
    )


def _storable(external_id: str) -> str:
    """An id as it is stored; PostgreSQL would refuse a null character instead of finding nothing."""
    return " ".join(unicodedata.normalize("NFC", external_id).replace("\x00", "\ufffd").split())
