"""What taking back an entry of the ledger would change, for the clerk who is about to do it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, require
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances, origin_of, reversal_of
from services.liabilities.locks import under_payment
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.users.domain import Verb

DECISIONS = frozenset({EntryCode.OVERPAID_CREDIT.value, EntryCode.OVERPAID_REFUND.value})
"""What the office has decided about an overpayment."""

REVERSIBLE = DECISIONS | {EntryCode.PAYMENT.value, EntryCode.RECEIPT.value}
"""Money that was booked or moved wrongly. Assessments, write-downs and costs belong to the finance system: its next import
mends them with an entry of its own, and taking one back here would part the two ledgers."""

NOT_REVERSIBLE = "correction.not_reversible"
DONE = "correction.done"
OVERPAYMENT_USED = "correction.overpayment_used"
BEING_PAID = "correction.due_being_paid"
LOWERED = "correction.due_lowered"

_SHOWN = (AccountKind.RECEIVABLE_PRINCIPAL, AccountKind.REMINDER_COSTS, AccountKind.OVERPAYMENT)


@dataclass(frozen=True)
class Change:
    """One balance that the correction moves, in grosze; for an overpayment what the office holds."""

    account: AccountKind
    subject: UUID
    title: str
    before_gr: int
    after_gr: int


@dataclass(frozen=True)
class Correction:
    """An entry, what taking it back would change, and why it cannot be taken back (empty when it can).

    `amount_gr` is the money that the entry booked, or what it took from an overpayment. Its place on the desk: the due, the
    payment, or the decision about an overpayment.
    """

    entry: Entry
    changes: tuple[Change, ...]
    interest_gr: int
    amount_gr: int
    obstacle: str
    reversal: Entry | None
    liability_id: UUID | None
    payment_id: UUID | None
    decision_id: UUID | None


def correction_for(actor: Actor, entry_id: UUID) -> Correction:
    """An entry for a clerk who handles every type that it concerns. Raises NotFound for any other, Refused by role."""
    entry = Entry.objects.prefetch_related("postings").filter(public_id=entry_id).first()
    if entry is None or not subjects_of(entry):
        require(actor, Verb.CORRECT_LEDGER)
        raise NotFound("correction.unknown")
    require(actor, Verb.CORRECT_LEDGER, entry)
    changes = _changes(entry)
    reversal = reversal_of(entry)
    first = Liability.objects.filter(public_id__in=subjects_of(entry)).order_by("due_on", "id").first()
    return Correction(
        entry=entry,
        changes=changes,
        interest_gr=-_credited(entry, AccountKind.RECEIVABLE_INTEREST),
        amount_gr=_amount_gr(entry),
        obstacle=_obstacle(entry, reversal, changes),
        reversal=reversal,
        liability_id=first.public_id if first else None,
        payment_id=origin_of(entry) if entry.code == EntryCode.PAYMENT else None,
        decision_id=entry.reference if entry.code in DECISIONS else None,
    )


def subjects_of(entry: Entry) -> set[UUID]:
    """Public ids of the dues, costs and overpayments that the entry moves."""
    return {posting.subject for posting in entry.postings.all() if posting.subject is not None}


def _amount_gr(entry: Entry) -> int:
    counted = AccountKind.OVERPAYMENT if entry.code in DECISIONS else AccountKind.BANK
    return sum(p.amount_gr for p in entry.postings.all() if p.account == counted)


def _obstacle(entry: Entry, reversal: Entry | None, changes: Collection[Change]) -> str:
    if entry.code not in REVERSIBLE:
        return NOT_REVERSIBLE
    if reversal is not None:
        return DONE
    if any(change.account == AccountKind.OVERPAYMENT and change.after_gr < 0 for change in changes):
        return OVERPAYMENT_USED
    subjects = subjects_of(entry)
    dues = dict(Liability.objects.filter(public_id__in=subjects).values_list("pk", "public_id"))
    if under_payment(dues.keys()):
        return BEING_PAID
    return LOWERED if _is_more_than_assessed(subjects, changes) else ""


def _is_more_than_assessed(subjects: Collection[UUID], changes: Collection[Change]) -> bool:
    """Whether more would be owed than is assessed now: since the entry was written the finance system has lowered the claim
    and what was paid too much stands as an overpayment of its own, so the same money would be owed and held at once."""
    costs = ReminderCost.objects.filter(public_id__in=subjects, delivered_on__isnull=False)
    assessed = dict(Liability.objects.filter(public_id__in=subjects).values_list("public_id", "principal_gr"))
    assessed |= dict(costs.values_list("public_id", "amount_gr"))
    return any(
        change.after_gr > assessed.get(change.subject, 0)
        for change in changes
        if change.account != AccountKind.OVERPAYMENT
    )


def _changes(entry: Entry) -> tuple[Change, ...]:
    moved: dict[tuple[str, UUID], int] = defaultdict(int)
    for posting in entry.postings.all():
        if posting.subject is not None and posting.account in _SHOWN:
            moved[posting.account, posting.subject] -= posting.amount_gr
    titles = _titles({subject for _account, subject in moved})
    now = {account: balances([s for a, s in moved if a == account], account) for account in _SHOWN}
    changes = []
    for (account, subject), amount_gr in moved.items():
        sign = -1 if account == AccountKind.OVERPAYMENT else 1
        before_gr = now[AccountKind(account)].get(subject, 0)
        changes.append(
            Change(
                AccountKind(account),
                subject,
                titles.get(subject, ""),
                sign * before_gr,
                sign * (before_gr + amount_gr),
            )
        )
    return tuple(changes)


def _titles(subjects: Collection[UUID]) -> Mapping[UUID, str]:
    dues = {
        due.public_id: due.title
        for due in Liability.objects.only("public_id", "title").filter(public_id__in=subjects)
    }
    costs = ReminderCost.objects.filter(public_id__in=subjects).values_list("public_id", "number")
    held = Overpayment.objects.filter(public_id__in=subjects).values_list("public_id", "liability_type__name")
    return dues | dict(costs) | dict(held)


def _credited(entry: Entry, account: AccountKind) -> int:
    """Sum of the entry's credits of an account: of interest, which arises and is settled in one entry, what was paid."""
    return sum(p.amount_gr for p in entry.postings.all() if p.account == account and p.amount_gr < 0)


@liability_types_of.register
def _(subject: Entry) -> Iterable[int]:
    ids = subjects_of(subject)
    dues = Liability.objects.filter(public_id__in=ids).values_list("liability_type_id", flat=True)
    costs = ReminderCost.objects.filter(public_id__in=ids).values_list(
        "liabilities__liability_type_id", flat=True
    )
    held = Overpayment.objects.filter(public_id__in=ids).values_list("liability_type_id", flat=True)
    return {type_id for found in (dues, costs, held) for type_id in found if type_id is not None}
