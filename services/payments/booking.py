"""What booking a payment would do: the claims, the day and the shares. Shown before paying and before booking, carried
out by booking."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

from kernel.dates import warsaw_day
from services.ledger.actions import Line
from services.ledger.models import AccountKind
from services.liabilities.domain.reasons import Reason
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.liabilities.models import InterestPause, Liability
from services.liabilities.queries import Cost, Due, dues_of, statement
from services.payments.domain.allocation import (
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    Share,
    ShareKind,
    allocate,
)
from services.payments.domain.payment_day import Instrument, PaymentDayRule, PaymentDays, payment_day
from services.payments.models import Payment, PaymentItem
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table


@dataclass(frozen=True)
class Part:
    """What the payer chose of one tax (None: of none) and the grosze that go along with that choice."""

    indicated: str | None
    amount_gr: int


@dataclass(frozen=True)
class Split:
    """Where the money of a payment goes, with the reasons; shares and `overpaid_gr` sum to the payment's amount."""

    paid_on: date
    shares: tuple[Share, ...]
    overpaid_gr: int
    reasons: tuple[Reason, ...]
    titles: dict[str, str]


def split_payment(payment: Payment, credited_on: date) -> Split:
    """Allocate the payment by law and by the gmina's rule in force on the day that counts as the day of payment.

    Public dues: money may go to an earlier arrear than the one that was chosen (art. 62 § 1). Civil dues: to the dues that
    were chosen. Raises InvalidInput("payment_day.unknown") when the day that counts is not known.
    """
    items = list(payment.items.select_related("liability__liability_type", "reminder_cost").order_by("id"))
    if payment.allocation_regime == AllocationRegime.TAX:
        paid_on = _legal_day(payment, PaymentDayRule.DEBIT, credited_on)
        whole = statement(payment.payer, paid_on)
        return split_public(_parts_of(payment, items), whole.dues, whole.costs, paid_on)
    return _split_civil(payment, items, credited_on)


_INSTRUMENTS = {"transfer": Instrument.TRANSFER, "traditional": Instrument.TRANSFER, "blik": Instrument.BLIK}


def _legal_day(payment: Payment, rule: PaymentDayRule, credited_on: date) -> date:
    """The day that counts (eKasa § 10 ust. 8-9). The operator tells one moment of payment: for a transfer it is the debit of
    the payer's account, for BLIK and cards the authorisation."""
    days = PaymentDays(
        ordered_on=warsaw_day(payment.created_at),
        debited_on=payment.debited_on,
        authorised_on=payment.debited_on,
        credited_on=credited_on,
    )
    instrument = _INSTRUMENTS.get(payment.method_group, Instrument.CARD)
    return payment_day(rule, instrument, days).paid_on


def _claim(due: Due, pauses: dict[int, tuple[tuple[date, date], ...]], rows: dict[int, Liability]) -> Claim:
    row = rows[due.id]
    return Claim(
        id=str(due.public_id),
        type=due.type_code,
        principal_gr=due.principal_gr,
        due_on=due.due_on,
        interest=InterestRegime(row.liability_type.interest_regime),
        rate=TaxRate.REDUCED if row.is_reduced_rate else TaxRate.BASE,
        contract_rate_bp=row.liability_type.contract_rate_bp,
        pauses=pauses.get(due.id, ()),
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
    return [_claim(due, pauses, rows) for due in dues]


def split_public(parts: Iterable[Part], dues: Iterable[Due], costs: Iterable[Cost], paid_on: date) -> Split:
    """One run of the rule for each tax that the payer named, in the order given; reminder costs come first (art. 62 § 1 and
    1a O.p.). `dues` and `costs` are all that the payer owes on `paid_on`, not only what was chosen."""
    open_dues = [due for due in dues if due.regime == AllocationRegime.TAX and not due.is_enforced]
    claims = claims_of(open_dues)
    owed_costs = list(costs)
    cost_claims = [
        ReminderCostClaim(str(cost.public_id), cost.amount_gr, cost.delivered_on) for cost in owed_costs
    ]
    shares: list[Share] = []
    reasons: list[Reason] = []
    left_gr = 0
    for position, part in enumerate(parts):
        result = allocate(
            part.amount_gr + left_gr,
            paid_on,
            _remaining(claims, shares),
            regime=AllocationRegime.TAX,
            rule=allocation_rule(paid_on),
            rates=rate_table(),
            indicated=part.indicated,
            reminder_costs=cost_claims if position == 0 else (),
        )
        shares.extend(result.shares)
        reasons.extend(result.reasons)
        left_gr = result.overpaid_gr
    titles = {str(due.public_id): due.title for due in open_dues} | {
        str(cost.public_id): cost.number for cost in owed_costs
    }
    return Split(paid_on, tuple(shares), left_gr, tuple(reasons), titles)


def parts(chosen: Iterable[tuple[str, int]], costs_gr: int) -> list[Part]:
    """(named tax, grosze) of the chosen dues, given in the order of their dates, summed by tax; the reminder costs go with
    the first of them."""
    amounts: dict[str, int] = {}
    for code, amount_gr in chosen:
        amounts[code] = amounts.get(code, 0) + amount_gr
    if not amounts:
        return [Part(None, costs_gr)]
    first = next(iter(amounts))
    amounts[first] += costs_gr
    return [Part(code, amount_gr) for code, amount_gr in amounts.items()]


def _parts_of(payment: Payment, items: list[PaymentItem]) -> list[Part]:
    chosen = [(liability.liability_type.code, item.total_gr) for liability, item in _chosen(items)]
    if not chosen:
        return parts((), payment.amount_gr)
    return parts(chosen, sum(item.cost_gr for item in items if item.liability is None))


def _chosen(items: list[PaymentItem]) -> list[tuple[Liability, PaymentItem]]:
    """Dues that the payer chose with their items, the earliest due date first."""
    pairs = [(item.liability, item) for item in items if item.liability is not None]
    return sorted(pairs, key=lambda pair: (pair[0].due_on, pair[0].external_id))


def _remaining(claims: list[Claim], shares: list[Share]) -> list[Claim]:
    """Claims without those that earlier shares have touched: what they left is closed or waits for its own payment."""
    touched = {share.id for share in shares if share.kind is ShareKind.PRINCIPAL}
    paid = {
        claim_id: sum(
            share.amount_gr for share in shares if share.id == claim_id and share.kind is ShareKind.PRINCIPAL
        )
        for claim_id in touched
    }
    kept = []
    for claim in claims:
        principal_gr = claim.principal_gr - paid.get(claim.id, 0)
        if principal_gr > 0:
            kept.append(replace(claim, principal_gr=principal_gr))
    return kept


def _split_civil(payment: Payment, items: list[PaymentItem], credited_on: date) -> Split:
    """Each chosen due gets its own part (art. 451 § 1 KC: the debtor says which debt); what one leaves over helps the next
    of the chosen ones, which its day of payment may have made dearer."""
    shares: list[Share] = []
    reasons: list[Reason] = []
    left_gr, last_day = 0, date.min
    for liability, item in _chosen(items):
        rule = PaymentDayRule(liability.liability_type.payment_day_rule)
        paid_on = _legal_day(payment, rule, credited_on)
        last_day = max(last_day, paid_on)
        claims = claims_of(dues_of(Liability.objects.filter(pk=liability.pk), paid_on))
        result = allocate(
            item.total_gr + left_gr,
            paid_on,
            claims,
            regime=AllocationRegime.CIVIL,
            rule=allocation_rule(paid_on),
            rates=rate_table(),
            indicated=claims[0].id if claims else None,
        )
        shares.extend(result.shares)
        reasons.extend(result.reasons)
        left_gr = result.overpaid_gr
    titles = {str(liability.public_id): liability.title for liability, _ in _chosen(items)}
    return Split(last_day, tuple(shares), left_gr, tuple(reasons), titles)


_ACCOUNTS = {
    ShareKind.PRINCIPAL: AccountKind.RECEIVABLE_PRINCIPAL,
    ShareKind.INTEREST: AccountKind.RECEIVABLE_INTEREST,
    ShareKind.REMINDER_COSTS: AccountKind.REMINDER_COSTS,
}


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
        lines.append(Line(_ACCOUNTS[share.kind], -share.amount_gr, subject))
    return lines
