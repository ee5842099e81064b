"""Writing down why money was divided as it was, in the transaction that books it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.dates import warsaw_day
from services.ledger.models import AccountKind, Entry
from services.ledger.queries import balances
from services.liabilities.domain.interest import Interest
from services.liabilities.domain.reasons import Reason
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.liabilities.queries import dues_of
from services.payments.booking import ACCOUNTS, Split, chosen_items, legal_day
from services.payments.domain.allocation import AllocationRegime, Share, ShareKind
from services.payments.domain.payment_day import PaymentDay, PaymentDayRule
from services.payments.domain.record import (
    FORMAT,
    Chosen,
    PaidShare,
    Record,
    Step,
    Subject,
    UsedInterest,
    UsedPeriod,
    UsedRule,
    to_plain,
)
from services.payments.domain.spending import Run
from services.payments.models import AllocationRecord, Payment, PaymentItem
from tenants.configuration.queries import allocation_rules, liability_types
from tenants.rates.queries import rate_table


def record_payment(payment: Payment, entry: Entry, split: Split, credited_on: date) -> None:
    """Keep why the payment was divided as its entry says. Call it after posting, in the same transaction.

    Raises ValueError when record and entry differ: then nothing is booked.
    """
    items = list(payment.items.select_related("liability__liability_type", "reminder_cost").order_by("id"))
    regime = AllocationRegime(payment.allocation_regime)
    rules = [PaymentDayRule.DEBIT] * len(split.runs)
    if regime is AllocationRegime.CIVIL:
        rules = [PaymentDayRule(due.liability_type.payment_day_rule) for due, _ in chosen_items(items)]
    days = [legal_day(payment, rule, credited_on) for rule in rules]
    record = Record(
        regime=regime.value,
        amount_gr=payment.office_gr,
        overpaid_gr=split.overpaid_gr,
        ordered_on=warsaw_day(payment.created_at),
        debited_on=payment.debited_on,
        credited_on=credited_on,
        booked_on=warsaw_day(entry.recorded_at),
        method_group=payment.method_group,
        rates_known_on=rate_table().known_on,
        chosen=tuple(_chosen(item) for item in items),
        steps=_steps(split, days),
        subjects=_subjects(split),
    )
    _write(entry, record)


@dataclass(frozen=True)
class PaidOtherwise:
    """A transfer past the portal, for its record: amounts in grosze, `chosen` what it was meant for, `days` the legal day of
    each run of the rule."""

    regime: AllocationRegime
    amount_gr: int
    paid_on: date
    credited_on: date
    method_group: str
    chosen: tuple[Chosen, ...]
    days: tuple[PaymentDay, ...]


def record_transfer(paid: PaidOtherwise, entry: Entry, split: Split) -> None:
    """Keep why a transfer past the portal was divided as its entry says. As `record_payment`."""
    record = Record(
        regime=paid.regime.value,
        amount_gr=paid.amount_gr,
        overpaid_gr=split.overpaid_gr,
        ordered_on=None,
        debited_on=paid.paid_on,
        credited_on=paid.credited_on,
        booked_on=warsaw_day(entry.recorded_at),
        method_group=paid.method_group,
        rates_known_on=rate_table().known_on,
        chosen=paid.chosen,
        steps=_steps(split, paid.days),
        subjects=_subjects(split),
    )
    _write(entry, record)


def record_credit(overpayment: Overpayment, entry: Entry, split: Split) -> None:
    """Keep why an overpayment was credited as its entry says; it counts from the day on which it arose. As
    `record_payment`."""
    regime = AllocationRegime(overpayment.liability_type.allocation_regime)
    article = "art. 76a § 2 Ordynacji podatkowej" if regime is AllocationRegime.TAX else "art. 499 KC"
    day = PaymentDay(split.paid_on, "arose_on", Reason("payment_day.overpayment", article))
    record = Record(
        regime=regime.value,
        amount_gr=sum(share.amount_gr for share in split.shares),
        overpaid_gr=0,
        ordered_on=None,
        debited_on=None,
        credited_on=None,
        booked_on=warsaw_day(entry.recorded_at),
        method_group="",
        rates_known_on=rate_table().known_on,
        chosen=(),
        steps=_steps(split, [day] * len(split.runs)),
        subjects=_subjects(split),
    )
    _write(entry, record)


def disagreement(record: Record, entry: Entry) -> Mapping[tuple[str, str], int]:
    """What the record says more (or less) than the credits of the entry, in grosze by account and subject; empty when they
    are the same. Overpayments are compared by their account alone."""
    told: Counter[tuple[str, str]] = Counter()
    for share in record.shares:
        told[ACCOUNTS[ShareKind(share.kind)].value, share.subject] += share.amount_gr
    told[AccountKind.OVERPAYMENT.value, ""] += record.overpaid_gr
    for posting in entry.postings.all():
        if posting.amount_gr < 0 and posting.subject is not None:
            subject = "" if posting.account == AccountKind.OVERPAYMENT else str(posting.subject)
            told[posting.account, subject] += posting.amount_gr
    return {key: difference_gr for key, difference_gr in told.items() if difference_gr}


def _write(entry: Entry, record: Record) -> None:
    if difference := disagreement(record, entry):
        raise ValueError(f"the record of entry {entry.public_id} differs from its postings: {difference}")
    AllocationRecord.objects.create(entry=entry, format=FORMAT, content=to_plain(record))


def _chosen(item: PaymentItem) -> Chosen:
    if item.liability is not None:
        return Chosen(item.liability.title, item.total_gr)
    assert item.reminder_cost is not None
    return Chosen(f"Koszty upomnienia {item.reminder_cost.number}".strip(), item.total_gr)


def _steps(split: Split, days: Sequence[PaymentDay]) -> tuple[Step, ...]:
    names = {kind.code: kind.name for kind in liability_types()} | split.titles
    return tuple(_step(run, day, names) for run, day in zip(split.runs, days, strict=True))


def _step(run: Run, day: PaymentDay, names: Mapping[str, str]) -> Step:
    touched = dict.fromkeys(share.id for share in run.result.shares if share.id in run.result.interests)
    return Step(
        amount_gr=run.result.amount_gr,
        indicated=names.get(run.indicated or "", ""),
        paid_on=run.paid_on,
        day_source=day.source,
        day_reason=day.reason,
        rule=_rule(run),
        shares=tuple(
            PaidShare(share.id, share.kind.value, share.amount_gr, share.reason)
            for share in run.result.shares
        ),
        reasons=run.result.reasons,
        interests=tuple(_interest(subject, run.result.interests[subject]) for subject in touched),
    )


def _rule(run: Run) -> UsedRule:
    version = allocation_rules().filter(effective_on__lte=run.paid_on).first()
    return UsedRule(
        version_id=str(version.public_id) if version else "",
        effective_on=version.effective_on if version else None,
        note=version.note if version else "",
        ratio_base=run.rule.ratio_base.value,
        threshold=run.rule.threshold.value,
        threshold_scope=run.rule.threshold_scope.value,
        civil_interest_first=run.rule.civil_interest_first,
    )


def _interest(subject: str, interest: Interest) -> UsedInterest:
    return UsedInterest(
        subject=subject,
        principal_gr=interest.principal_gr,
        effective_due_on=interest.effective_due_on,
        days=interest.days,
        exact=interest.exact,
        total_gr=interest.total_gr,
        periods=tuple(
            UsedPeriod(one.from_on, one.to_on, one.days, one.rate_bp, one.amount, one.acts)
            for one in interest.periods
        ),
        reasons=interest.reasons,
    )


@dataclass(frozen=True)
class _Left:
    principal_gr: int
    interest_gr: int


_SETTLED = _Left(0, 0)


def _subjects(split: Split) -> tuple[Subject, ...]:
    """What got something, in the order in which it did, with what the ledger now says is left of it."""
    ids = [UUID(subject) for subject in dict.fromkeys(share.id for share in split.shares)]
    dues = {
        row.public_id: row
        for row in Liability.objects.select_related("liability_type").filter(public_id__in=ids)
    }
    costs = {row.public_id: row for row in ReminderCost.objects.filter(public_id__in=ids)}
    left = _left(list(dues), split.paid_on)
    left_costs = balances(list(costs), AccountKind.REMINDER_COSTS)
    return tuple(
        _due(dues[key], left.get(key, _SETTLED), split.shares)
        if key in dues
        else _cost(costs[key], left_costs.get(key, 0), split.shares)
        for key in ids
    )


def _left(ids: Iterable[UUID], paid_on: date) -> dict[UUID, _Left]:
    found = dues_of(Liability.objects.filter(public_id__in=ids), paid_on)
    return {due.public_id: _Left(due.principal_gr, due.interest_gr) for due in found}


def _due(row: Liability, left: _Left, shares: Iterable[Share]) -> Subject:
    return Subject(
        id=str(row.public_id),
        is_cost=False,
        title=row.title,
        number=row.document_number,
        type_name=row.liability_type.name,
        day=row.due_on,
        before_gr=left.principal_gr + _paid(shares, str(row.public_id), ShareKind.PRINCIPAL),
        left_gr=left.principal_gr,
        left_interest_gr=left.interest_gr,
    )


def _cost(row: ReminderCost, left_gr: int, shares: Iterable[Share]) -> Subject:
    assert row.delivered_on is not None
    return Subject(
        id=str(row.public_id),
        is_cost=True,
        title=f"Koszty upomnienia {row.number}".strip(),
        number=row.number,
        type_name="",
        day=row.delivered_on,
        before_gr=left_gr + _paid(shares, str(row.public_id), ShareKind.REMINDER_COSTS),
        left_gr=left_gr,
        left_interest_gr=None,
    )


def _paid(shares: Iterable[Share], subject: str, kind: ShareKind) -> int:
    return sum(share.amount_gr for share in shares if share.id == subject and share.kind is kind)
