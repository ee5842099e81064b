"""What booking a payment would do: the claims, the day and the shares. Shown before paying and before booking, carried
out by booking."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from kernel.dates import warsaw_day
from services.ledger.actions import Line
from services.ledger.models import AccountKind
from services.liabilities.domain.interest import Settled
from services.liabilities.domain.reasons import Reason
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.liabilities.models import InterestPause, Liability
from services.liabilities.queries import dues_of, statement
from services.liabilities.statements import Cost, Due
from services.payments.domain.allocation import (
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    Share,
    ShareKind,
)
from services.payments.domain.payment_day import (
    PaymentDay,
    PaymentDayRule,
    PaymentDays,
    instrument_of,
    payment_day,
)
from services.payments.domain.spending import CivilPart, Part, Run, fit, spend_civil, spend_public
from services.payments.models import Payment, PaymentItem
from tenants.configuration.domain_terms import PaymentTerms
from tenants.configuration.queries import allocation_rule, payment_terms
from tenants.rates.queries import rate_table


@dataclass(frozen=True)
class Split:
    """Where the money of a payment goes, with the reasons; shares and `overpaid_gr` sum to what the office gets of it.

    `runs` hold all that decided it, for the record of the booking.
    """

    paid_on: date
    shares: tuple[Share, ...]
    overpaid_gr: int
    reasons: tuple[Reason, ...]
    titles: dict[str, str]
    runs: tuple[Run, ...] = field(repr=False, compare=False)


def split_payment(payment: Payment, credited_on: date) -> Split:
    """Allocate the payment by law and by the gmina's rule in force on the day that counts as the day of payment.

    Public dues: money may go to an earlier arrear than the one that was chosen (art. 62 § 1). Civil dues: to the dues that
    were chosen. It is what came and was not given back that is allocated, even where more or less was ordered: the dues
    that fell due first get theirs first. Raises InvalidInput("payment_day.unknown") when the day that counts is not known.
    """
    items = list(payment.items.select_related("liability__liability_type", "reminder_cost").order_by("id"))
    if payment.allocation_regime == AllocationRegime.TAX:
        paid_on = legal_day(payment, PaymentDayRule.DEBIT, credited_on).paid_on
        whole = statement(payment.payer, paid_on)
        return split_public(parts_of(items, payment.office_gr), whole.dues, whole.costs, paid_on)
    return _split_civil(payment, items, credited_on)


def legal_day(
    payment: Payment,
    rule: PaymentDayRule,
    credited_on: date,
    terms_on: Callable[[date], PaymentTerms] = payment_terms,
) -> PaymentDay:
    """The day that counts, which of the days it is and why (eKasa § 10 ust. 8-9). The operator tells one moment of payment:
    for a transfer it is the debit of the payer's account, for other instruments the authorisation. Which of them BLIK is,
    say the gmina's terms on the day of the order (`terms_on`)."""
    ordered_on = warsaw_day(payment.created_at)
    days = PaymentDays(
        ordered_on=ordered_on,
        debited_on=payment.debited_on,
        authorised_on=payment.debited_on,
        credited_on=credited_on,
    )
    return payment_day(rule, instrument_of(payment.method_group), days, terms_on(ordered_on))


def claim_of(
    row: Liability,
    principal_gr: int,
    pauses: tuple[tuple[date, date], ...],
    settled: tuple[Settled, ...] = (),
    decision: str = "",
) -> Claim:
    """The due as the allocation sees it while `principal_gr` of it is owed. Its type must be loaded with it.

    `settled` is what earlier payments took off a civil due; `decision` is the name by which its instalments are charged
    together, where the gmina does so.
    """
    return Claim(
        id=str(row.public_id),
        type=row.liability_type.code,
        principal_gr=principal_gr,
        due_on=row.due_on,
        interest=InterestRegime(row.liability_type.interest_regime),
        rate=TaxRate.REDUCED if row.is_reduced_rate else TaxRate.BASE,
        contract_rate_bp=row.liability_type.contract_rate_bp,
        pauses=pauses,
        settled=settled,
        decision=decision,
    )


def claims_of(dues: Sequence[Due]) -> list[Claim]:
    """The dues as the allocation sees them: what is still owed and by which law interest runs."""
    ids = [due.id for due in dues]
    rows = {row.pk: row for row in Liability.objects.select_related("liability_type").filter(pk__in=ids)}
    found = InterestPause.objects.filter(liability__in=ids).order_by("liability_id", "from_on")
    pauses = {
        liability_id: tuple((pause.from_on, pause.to_on) for pause in group)
        for liability_id, group in groupby(found, key=lambda pause: pause.liability_id)
    }
    return [
        claim_of(rows[due.id], due.principal_gr, pauses.get(due.id, ()), due.settled, due.decision)
        for due in dues
    ]


def split_public(parts: Iterable[Part], dues: Iterable[Due], costs: Iterable[Cost], paid_on: date) -> Split:
    """What the gmina's rule of the day does with a payment of public dues (`spend_public`). `dues` and `costs` are all that
    the payer owes on `paid_on`, not only what was chosen."""
    open_dues = [due for due in dues if due.regime == AllocationRegime.TAX and not due.is_enforced]
    claims = claims_of(open_dues)
    owed_costs = list(costs)
    cost_claims = [
        ReminderCostClaim(str(cost.public_id), cost.amount_gr, cost.delivered_on) for cost in owed_costs
    ]
    spent = spend_public(
        parts, claims, cost_claims, paid_on, rule=allocation_rule(paid_on), rates=rate_table()
    )
    titles = {str(due.public_id): due.title for due in open_dues} | {
        str(cost.public_id): cost.number for cost in owed_costs
    }
    return Split(paid_on, spent.shares, spent.left_gr, spent.reasons, titles, spent.runs)


class Ticked(NamedTuple):
    """A chosen due: its tax, its id and the grosze that go along with it."""

    type_code: str
    id: str
    amount_gr: int


def parts(ticked: Iterable[Ticked], costs_gr: int) -> list[Part]:
    """The chosen dues, given in the order of their dates, summed by tax; the reminder costs go with the first of them."""
    by_tax: dict[str, list[Ticked]] = {}
    for one in ticked:
        by_tax.setdefault(one.type_code, []).append(one)
    if not by_tax:
        return [Part(None, costs_gr)]
    first = next(iter(by_tax))
    return [
        Part(
            code,
            sum(one.amount_gr for one in dues) + (costs_gr if code == first else 0),
            frozenset(one.id for one in dues),
        )
        for code, dues in by_tax.items()
    ]


def parts_of(items: list[PaymentItem], whole_gr: int) -> list[Part]:
    """What the payer of public dues chose, tax by tax, of the grosze that the office got."""
    ticked = [
        Ticked(liability.liability_type.code, str(liability.public_id), item.total_gr)
        for liability, item in chosen_items(items)
    ]
    if not ticked:
        return parts((), whole_gr)
    return fit(parts(ticked, sum(item.cost_gr for item in items if item.liability is None)), whole_gr)


def chosen_items(items: list[PaymentItem]) -> list[tuple[Liability, PaymentItem]]:
    """Dues that the payer chose with their items, the earliest due date first."""
    pairs = [(item.liability, item) for item in items if item.liability is not None]
    return sorted(pairs, key=lambda pair: (pair[0].due_on, pair[0].external_id))


def _split_civil(payment: Payment, items: list[PaymentItem], credited_on: date) -> Split:
    chosen = []
    for liability, item in chosen_items(items):
        rule = PaymentDayRule(liability.liability_type.payment_day_rule)
        paid_on = legal_day(payment, rule, credited_on).paid_on
        claims = claims_of(dues_of(Liability.objects.filter(pk=liability.pk), paid_on))
        chosen.append(CivilPart(item.total_gr, paid_on, claims[0] if claims else None))
    spent = spend_civil(fit(chosen, payment.office_gr), rule_on=allocation_rule, rates=rate_table())
    titles = {str(liability.public_id): liability.title for liability, _ in chosen_items(items)}
    last_day = max((part.paid_on for part in chosen), default=date.min)
    return Split(last_day, spent.shares, spent.left_gr, spent.reasons, titles, spent.runs)


ACCOUNTS = {
    ShareKind.PRINCIPAL: AccountKind.RECEIVABLE_PRINCIPAL,
    ShareKind.INTEREST: AccountKind.RECEIVABLE_INTEREST,
    ShareKind.REMINDER_COSTS: AccountKind.REMINDER_COSTS,
}
"""Account that a share of that kind credits."""


def ledger_lines(split: Split, amount_gr: int, overpayment: UUID | None) -> list[Line]:
    """Lines of the booking: the office's account is debited; principal, interest, costs and overpayment are credited."""
    lines = [Line(AccountKind.BANK, amount_gr), *credit_lines(split.shares)]
    if split.overpaid_gr:
        assert overpayment is not None
        lines.append(Line(AccountKind.OVERPAYMENT, -split.overpaid_gr, overpayment))
    return lines


def credit_lines(shares: Collection[Share]) -> list[Line]:
    """Credits of what the shares pay.

    Interest is not a claim before it is paid, so its receivable arises and is settled in the same entry.
    """
    lines = []
    for share in shares:
        subject = UUID(share.id)
        if share.kind is ShareKind.INTEREST:
            lines.append(Line(AccountKind.RECEIVABLE_INTEREST, share.amount_gr, subject))
            lines.append(Line(AccountKind.INTEREST_REVENUE, -share.amount_gr))
        lines.append(Line(ACCOUNTS[share.kind], -share.amount_gr, subject))
    return lines
