"""Booked payments with the claims as they stood at that moment, read back from the ledger.

The ledger is append-only: the balance before an entry is the sum of the lines with a smaller entry number, reversals
among them. What is no line of the ledger (due dates, debtors, pauses, kinds of dues) is read as it stands now; a payment
about which that has changed since does not come out as it was booked, and the caller finds that by trying.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import standing_entries
from services.liabilities.decisions import decision_names
from services.liabilities.models import Debtor, InterestPause, Liability, ReminderCost
from services.liabilities.settled import settled_before
from services.payments.booking import chosen_items, claim_of, legal_day, parts_of
from services.payments.domain.allocation import AllocationRegime, Claim, ReminderCostClaim, ShareKind
from services.payments.domain.comparison import Outcome, Target
from services.payments.domain.payment_day import PaymentDayRule
from services.payments.domain.spending import CivilPart, Part, Spent, fit, spend_civil, spend_public
from services.payments.models import Payment, PaymentItem
from tenants.configuration.domain import AllocationRule
from tenants.configuration.domain_terms import PaymentTerms
from tenants.configuration.queries import payment_terms_versions, terms_of
from tenants.rates.domain import Rates

RuleOn = Callable[[date], AllocationRule]


@dataclass(frozen=True)
class PastBooking:
    """One booked payment: what was posted, and all that the rule divided it by.

    `parts` and `claims` are those of public dues, `civil_parts` of civil ones. `types` are the kinds of the dues concerned;
    `is_complete` tells whether all that it paid is still a claim on its payer.
    """

    payment: Payment
    entry: Entry
    booked: Outcome
    parts: tuple[Part, ...]
    claims: tuple[Claim, ...]
    costs: tuple[ReminderCostClaim, ...]
    civil_parts: tuple[CivilPart, ...]
    targets: Mapping[str, Target]
    types: frozenset[UUID]
    changed_at: datetime
    is_complete: bool

    def spend(self, rule_on: RuleOn, rates: Rates) -> Spent:
        """Divide it again by the rule of its legal day. Raises as `allocate`."""
        if self.payment.allocation_regime == AllocationRegime.TAX:
            day = self.entry.effective_on
            return spend_public(self.parts, self.claims, self.costs, day, rule=rule_on(day), rates=rates)
        return spend_civil(self.civil_parts, rule_on=rule_on, rates=rates)


def past_bookings(payments: Sequence[Payment]) -> tuple[list[PastBooking], list[Payment]]:
    """The payments' bookings that stand, and the payments whose booking was taken back.

    The number of queries does not depend on the number of payments.
    """
    standing = standing_entries([payment.public_id for payment in payments])
    entries: dict[int, Entry] = {}
    for payment in payments:
        for entry in standing[payment.public_id]:
            if entry.code == EntryCode.PAYMENT:
                entries[payment.pk] = entry
    found = [payment for payment in payments if payment.pk in entries]
    past = _Past(found, list(entries.values()))
    return (
        [past.booking(payment, entries[payment.pk]) for payment in found],
        [payment for payment in payments if payment.pk not in entries],
    )


class _Past:
    """Everything about a batch of payments, loaded at once."""

    def __init__(self, payments: Sequence[Payment], entries: Collection[Entry]) -> None:
        self.items: dict[int, list[PaymentItem]] = defaultdict(list)
        rows = PaymentItem.objects.filter(payment__in=payments).order_by("id")
        for item in rows.select_related("liability__liability_type"):
            self.items[item.payment_id].append(item)
        payers = {payment.payer_id for payment in payments}
        self.owned: dict[int, list[int]] = defaultdict(list)
        for payer, liability in Debtor.objects.filter(payer__in=payers).values_list("payer", "liability"):
            self.owned[payer].append(liability)
        ids = {pk for owned in self.owned.values() for pk in owned}
        ids |= {item.liability_id for items in self.items.values() for item in items if item.liability_id}
        rows_of_dues = Liability.objects.select_related("liability_type").filter(pk__in=ids)
        self.liabilities = {row.pk: row for row in rows_of_dues}
        self.pauses: dict[int, list[tuple[date, date]]] = defaultdict(list)
        for pause in InterestPause.objects.filter(liability__in=ids).order_by("from_on"):
            self.pauses[pause.liability_id].append((pause.from_on, pause.to_on))
        self.decisions = decision_names(Liability.objects.filter(pk__in=ids))
        self.settled = settled_before(Liability.objects.filter(pk__in=ids))
        self.costs: dict[int, list[ReminderCost]] = defaultdict(list)
        for cost in ReminderCost.objects.filter(payer__in=payers, delivered_on__isnull=False):
            self.costs[cost.payer_id].append(cost)
        self.movements = _movements(
            [row.public_id for row in self.liabilities.values()],
            [cost.public_id for costs in self.costs.values() for cost in costs],
        )
        self.posted = _posted(entries)
        self.terms = [(row.effective_on, terms_of(row)) for row in payment_terms_versions()]

    def booking(self, payment: Payment, entry: Entry) -> PastBooking:
        """One payment as it stood just before its entry."""
        items = self.items[payment.pk]
        before = {pk: self._owed(row.public_id, entry) for pk, row in self._dues(payment).items()}
        open_dues = [self.liabilities[pk] for pk, owed_gr in before.items() if owed_gr > 0]
        costs = [
            ReminderCostClaim(str(cost.public_id), owed_gr, cost.delivered_on)
            for cost in self.costs[payment.payer_id]
            if (owed_gr := self._owed(cost.public_id, entry)) > 0
        ]
        targets = {str(row.public_id): Target(row.liability_type.name, row.due_on) for row in open_dues}
        targets |= {cost.id: Target("", None) for cost in costs}
        booked = self.posted[entry.pk]
        # What was booked, not what was ordered or is left today: money may have come short or gone back since.
        public = payment.allocation_regime == AllocationRegime.TAX
        return PastBooking(
            payment=payment,
            entry=entry,
            booked=booked,
            parts=tuple(parts_of(items, booked.total_gr)) if public else (),
            claims=tuple(self._claim(row, before[row.pk], entry) for row in open_dues if _is_public(row)),
            costs=tuple(costs),
            civil_parts=()
            if public
            else tuple(fit(self._civil_parts(payment, entry, before), booked.total_gr)),
            targets=targets,
            types=frozenset(row.liability_type.public_id for row in open_dues),
            changed_at=max((row.updated_at for row in open_dues), default=entry.recorded_at),
            is_complete={key[0] for key in booked.shares} <= targets.keys(),
        )

    def _dues(self, payment: Payment) -> dict[int, Liability]:
        """All dues of the payer, and those that were chosen, in case they are somebody else's by now."""
        chosen = {item.liability_id for item in self.items[payment.pk] if item.liability_id}
        return {pk: self.liabilities[pk] for pk in {*self.owned[payment.payer_id], *chosen}}

    def _claim(self, row: Liability, principal_gr: int, entry: Entry) -> Claim:
        earlier = self.settled.get(row.public_id, ())
        return claim_of(
            row,
            principal_gr,
            tuple(self.pauses[row.pk]),
            tuple(one for number, one in earlier if number < entry.pk),
            self.decisions.get(row.pk, ""),
        )

    def _civil_parts(self, payment: Payment, entry: Entry, before: Mapping[int, int]) -> Iterable[CivilPart]:
        chosen = chosen_items(self.items[payment.pk])
        rules = {liability.liability_type.payment_day_rule for liability, _ in chosen}
        for liability, item in chosen:
            # The entry keeps the last of the days; only where the dues have different ones they are made out anew.
            day = entry.effective_on
            if len(rules) > 1 and payment.credited_on:
                rule = PaymentDayRule(liability.liability_type.payment_day_rule)
                day = legal_day(payment, rule, payment.credited_on, self._terms_on).paid_on
            owed_gr = before[liability.pk]
            claim = self._claim(self.liabilities[liability.pk], owed_gr, entry) if owed_gr > 0 else None
            yield CivilPart(item.total_gr, day, claim)

    def _terms_on(self, day: date) -> PaymentTerms:
        return next((terms for from_on, terms in self.terms if from_on <= day), PaymentTerms())

    def _owed(self, subject: UUID, entry: Entry) -> int:
        return sum(amount_gr for number, amount_gr in self.movements[subject] if number < entry.pk)


def _is_public(row: Liability) -> bool:
    return row.liability_type.allocation_regime == AllocationRegime.TAX and not row.is_enforced


def _movements(dues: Collection[UUID], costs: Collection[UUID]) -> Mapping[UUID, list[tuple[int, int]]]:
    """(number of the entry, grosze) of every line that moved what is owed of a due or of reminder costs."""
    found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    rows = Posting.objects.filter(
        subject__in=[*dues, *costs],
        account__in=[AccountKind.RECEIVABLE_PRINCIPAL, AccountKind.REMINDER_COSTS],
    )
    for subject, number, amount_gr in rows.values_list("subject", "entry_id", "amount_gr"):
        if subject is not None:
            found[subject].append((number, amount_gr))
    return found


_KINDS: Mapping[str, ShareKind] = {
    AccountKind.RECEIVABLE_PRINCIPAL: ShareKind.PRINCIPAL,
    AccountKind.RECEIVABLE_INTEREST: ShareKind.INTEREST,
    AccountKind.REMINDER_COSTS: ShareKind.REMINDER_COSTS,
}


def _posted(entries: Collection[Entry]) -> Mapping[int, Outcome]:
    """What each booking paid: its credits. Interest arises and is settled in one entry, so its debits say nothing."""
    shares: dict[int, dict[tuple[str, ShareKind], int]] = defaultdict(lambda: defaultdict(int))
    overpaid: dict[int, int] = defaultdict(int)
    rows = Posting.objects.filter(entry__in=entries, amount_gr__lt=0, subject__isnull=False)
    for number, account, subject, amount_gr in rows.values_list("entry", "account", "subject", "amount_gr"):
        if account == AccountKind.OVERPAYMENT:
            overpaid[number] -= amount_gr
        elif account in _KINDS:
            shares[number][str(subject), _KINDS[account]] -= amount_gr
    return {entry.pk: Outcome(dict(shares[entry.pk]), overpaid[entry.pk]) for entry in entries}
