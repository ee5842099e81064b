"""What a payer owes on a day, with the reasons behind each number; and what a clerk may see of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.fields import EncryptedTextField
from kernel.names import wanted_tokens
from services.accounts.access import liability_types_of, require, types_handled
from services.accounts.models import Payer
from services.accounts.queries import person_index
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.liabilities.decisions import decision_names, with_siblings
from services.liabilities.domain.decisions import Instalment, charge_jointly
from services.liabilities.domain.interest import Settled, accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.liabilities.models import Debtor, InterestPause, Liability, Overpayment, ReminderCost
from services.liabilities.settled import settled_before
from services.liabilities.statements import (
    ENFORCED,
    NO_ACCOUNT,
    TYPE_OFFLINE,
    Cost,
    Due,
    Group,
    OverpaymentRow,
    Statement,
)
from services.users.domain import Verb
from tenants.configuration.domain import AllocationRule, ThresholdScope
from tenants.configuration.models import LiabilityType
from tenants.configuration.queries import allocation_rule
from tenants.rates.domain import Rates
from tenants.rates.queries import rate_table


def statement(payer: Payer, as_of: date, types: Collection[str] | None = None) -> Statement:
    """What the payer owes if it were paid on `as_of`. A constant number of queries, however many dues there are.

    `types` are codes of liability types to which it is limited: a representative may be entitled to some of them only.
    """
    liabilities = _of_types(Liability.objects.filter(debtors=payer), types)
    costs = _costs(payer, types)
    dues = dues_of(liabilities, as_of, costs=costs)
    grouped: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        grouped[due.type_code].append(due)
    return Statement(
        as_of=as_of,
        rates_known_on=rate_table().known_on,
        groups=tuple(Group(code, rows[0].type_name, tuple(rows)) for code, rows in grouped.items()),
        costs=costs,
        overpayments=_overpayments(payer, types),
    )


def _of_types(liabilities: QuerySet[Liability], types: Collection[str] | None) -> QuerySet[Liability]:
    return liabilities if types is None else liabilities.filter(liability_type__code__in=types)


def dues_of(
    liabilities: QuerySet[Liability], as_of: date, *, costs: Iterable[Cost] = (), settled: bool = False
) -> list[Due]:
    """Dues that are still owed (or with `settled` those that are not), by type, then by date.

    It stands under every statement, so rows are read as tuples and everything about them by joining, never by long lists
    of ids: the statements of a whole gmina cost little more than their rows. Where the gmina charges the interest of a
    decision together, a due knows its siblings even if they were not asked for.
    """
    rule = allocation_rule(as_of)
    if settled or rule.threshold_scope is ThresholdScope.INSTALMENT:
        return _dues(liabilities, as_of, rule, {}, costs=costs, settled=settled)
    whole = with_siblings(liabilities)
    found = _dues(whole, as_of, rule, decision_names(whole), costs=costs)
    asked = set(liabilities.order_by().values_list("pk", flat=True))
    return [due for due in _charged_jointly(found, as_of, rule) if due.id in asked]


def _charged_jointly(dues: list[Due], as_of: date, rule: AllocationRule) -> list[Due]:
    instalments = (Instalment(str(due.public_id), due.decision, due.due_on, due.interest) for due in dues)
    charged = charge_jointly(instalments, as_of, rates=rate_table(), threshold=rule.threshold)
    return [replace(due, interest=charged[str(due.public_id)]) for due in dues]


def _dues(
    liabilities: QuerySet[Liability],
    as_of: date,
    rule: AllocationRule,
    decisions: Mapping[int, str],
    *,
    costs: Iterable[Cost],
    settled: bool = False,
) -> list[Due]:
    ids = liabilities.order_by().values("pk")
    kinds = {kind.pk: kind for kind in LiabilityType.objects.all()}
    rows = [_Row(*values) for values in Liability.objects.filter(pk__in=ids).values_list(*_Row._fields)]
    owed = balances(liabilities.order_by().values("public_id"), AccountKind.RECEIVABLE_PRINCIPAL)
    pauses: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for liability_id, from_on, to_on in InterestPause.objects.filter(liability__in=ids).values_list(
        "liability_id", "from_on", "to_on"
    ):
        pauses[liability_id].append((from_on, to_on))
    shared = Debtor.objects.filter(liability__in=ids).values_list("liability").annotate(n=Count("pk"))
    owners = dict(shared.filter(n__gt=1))
    shown: dict[UUID, int] = defaultdict(int)
    for cost in costs:
        if cost.shown_with:
            shown[cost.shown_with] += cost.amount_gr
    earlier = settled_before(liabilities)
    rates = rate_table()
    chosen = [row for row in rows if (owed.get(row.public_id, 0) <= 0) == settled]
    place = {kind_id: number for number, kind_id in enumerate(kinds)}
    chosen.sort(key=lambda row: (place[row.liability_type_id], row.due_on, row.external_id))
    return [
        _due(
            row,
            kinds[row.liability_type_id],
            owed.get(row.public_id, 0),
            pauses.get(row.id, ()),
            owners.get(row.id, 1),
            shown.get(row.public_id, 0),
            as_of,
            rates,
            rule,
            tuple(one for _, one in earlier.get(row.public_id, ())),
            decisions.get(row.id, ""),
        )
        for row in chosen
    ]


_TITLE = Liability._meta.get_field("title")
assert isinstance(_TITLE, EncryptedTextField)


class _Row(NamedTuple):
    """What a due needs of its liability; a tuple takes a fifth of the time of a model."""

    id: int
    public_id: UUID
    external_id: str
    liability_type_id: int
    title: bytes
    document_number: str
    year: int
    instalment: int | None
    principal_gr: int
    due_on: date
    account_nrb: str
    is_reduced_rate: bool
    is_enforced: bool
    enforcement_office: str
    writ_number: str


def _due(
    row: _Row,
    kind: LiabilityType,
    principal_gr: int,
    pauses: Iterable[tuple[date, date]],
    owners: int,
    cost_gr: int,
    as_of: date,
    rates: Rates,
    rule: AllocationRule,
    settled: tuple[Settled, ...],
    decision: str,
) -> Due:
    account = row.account_nrb or kind.account_nrb
    interest = accrue(
        max(principal_gr, 0),
        row.due_on,
        as_of,
        regime=InterestRegime(kind.interest_regime),
        rates=rates,
        rate=TaxRate.REDUCED if row.is_reduced_rate else TaxRate.BASE,
        contract_rate_bp=kind.contract_rate_bp,
        pauses=pauses,
        threshold=rule.threshold,
        settled=settled,
    )
    reason = ENFORCED if row.is_enforced else "" if kind.is_payable_online else TYPE_OFFLINE
    return Due(
        id=row.id,
        public_id=row.public_id,
        external_id=row.external_id,
        title=_TITLE.open_of(row.title, row.public_id),
        document_number=row.document_number,
        year=row.year,
        instalment=row.instalment,
        due_on=row.due_on,
        type_id=kind.pk,
        type_code=kind.code,
        type_name=kind.name,
        regime=kind.allocation_regime,
        payment_day_rule=kind.payment_day_rule,
        account_nrb=account,
        assessed_gr=row.principal_gr,
        principal_gr=principal_gr,
        interest=interest,
        cost_gr=cost_gr,
        is_enforced=row.is_enforced,
        enforcement_office=row.enforcement_office,
        writ_number=row.writ_number,
        not_payable_reason=reason or ("" if account else NO_ACCOUNT),
        co_owners=owners,
        as_of=as_of,
        settled=settled,
        decision=decision if kind.interest_regime == InterestRegime.TAX and not row.is_enforced else "",
    )


def _costs(payer: Payer, types: Collection[str] | None) -> tuple[Cost, ...]:
    of_payer = ReminderCost.objects.filter(payer=payer, delivered_on__isnull=False)
    if types is not None:
        of_payer = of_payer.filter(liabilities__liability_type__code__in=types).distinct()
    rows = list(of_payer.prefetch_related("liabilities__liability_type").order_by("delivered_on", "id"))
    owed = balances([row.public_id for row in rows], AccountKind.REMINDER_COSTS)
    listed = {liability.public_id for row in rows for liability in row.liabilities.all()}
    open_dues = balances(listed, AccountKind.RECEIVABLE_PRINCIPAL)
    return tuple(_cost(row, owed[row.public_id], open_dues) for row in rows if owed.get(row.public_id, 0) > 0)


def _cost(row: ReminderCost, amount_gr: int, open_dues: Mapping[UUID, int]) -> Cost:
    liabilities = sorted(row.liabilities.all(), key=lambda due: (due.due_on, due.external_id))
    still_open = [due for due in liabilities if open_dues.get(due.public_id, 0) > 0]
    first = next(iter(still_open or liabilities), None)
    assert row.delivered_on is not None
    return Cost(
        id=row.pk,
        public_id=row.public_id,
        number=row.number,
        delivered_on=row.delivered_on,
        amount_gr=amount_gr,
        account_nrb=(first.account_nrb or first.liability_type.account_nrb) if first else "",
        shown_with=still_open[0].public_id if still_open else None,
    )


def _overpayments(payer: Payer, types: Collection[str] | None) -> tuple[OverpaymentRow, ...]:
    of_payer = Overpayment.objects.filter(payer=payer).select_related("liability_type")
    if types is not None:
        of_payer = of_payer.filter(liability_type__code__in=types)
    rows = list(of_payer.order_by("arose_on"))
    held = balances([row.public_id for row in rows], AccountKind.OVERPAYMENT)
    return tuple(
        OverpaymentRow(row.public_id, row.liability_type.name, row.arose_on, -held[row.public_id])
        for row in rows
        if held.get(row.public_id, 0) < 0
    )


def settled_dues(payer: Payer, as_of: date, *, year: int, types: Collection[str] | None = None) -> list[Due]:
    """Dues of a settlement year that are paid in full; `types` as in `statement`."""
    rows = _of_types(Liability.objects.filter(debtors=payer, year=year), types)
    return dues_of(rows, as_of, settled=True)


def liability(public_id: UUID) -> Liability:
    """One liability, for code that has already passed the door. Raises NotFound("liability.unknown")."""
    row = Liability.objects.select_related("liability_type__department").filter(public_id=public_id).first()
    if row is None:
        raise NotFound("liability.unknown")
    return row


def liabilities_for(actor: Actor, *, search: str = "", type_id: UUID | None = None) -> QuerySet[Liability]:
    """Liabilities of the types that the clerk handles, newest due date first.

    `search` finds by the finance system's number, the document number, the payer's PESEL or NIP (through the blind index),
    or the beginnings of the payer's names (through keyed numbers, `kernel.names`).
    """
    require(actor, Verb.VIEW_LIABILITIES)
    rows = Liability.objects.filter(liability_type__in=types_handled(actor)).select_related("liability_type")
    search = search.strip()
    if search:
        named = wanted_tokens(search)
        by_name = Q(name_tokens__contains=named) if named else Q()
        payers = Payer.objects.filter(
            Q(identifier_index=person_index(search)) | Q(external_id=search) | by_name
        )
        rows = rows.filter(
            Q(external_id__iexact=search) | Q(document_number__icontains=search) | Q(debtors__in=payers)
        ).distinct()
    if type_id:
        rows = rows.filter(liability_type__public_id=type_id)
    return rows.prefetch_related("debtors").order_by("-due_on", "external_id")


def liability_for(actor: Actor, public_id: UUID) -> Liability:
    """One liability for a clerk who handles its type. Raises NotFound for any other."""
    row = liability(public_id)
    require(actor, Verb.VIEW_LIABILITIES, row)
    return row


def due_as_of(row: Liability, as_of: date) -> Due:
    """One liability with what is owed as of a day, settled or not."""
    found = Liability.objects.filter(pk=row.pk)
    return (dues_of(found, as_of) or dues_of(found, as_of, settled=True))[0]


def first_due_year(payer: Payer) -> int | None:
    """The earliest settlement year of which the payer has dues, or None."""
    years = Liability.objects.filter(debtors=payer).order_by("year").values_list("year", flat=True)
    return years.first()


@liability_types_of.register
def _(subject: Liability) -> Iterable[int]:
    return [subject.liability_type_id]
