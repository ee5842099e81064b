"""One posting of the finance system: judged and booked, or refused with the reason. Everything in the caller's transaction.

Each function raises SkarbnikError for a posting that stays out; `PostingRow.code` keeps the code of it.
"""

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor, ActorKind, system
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import can, require
from services.banking.domain.postings import KEPT, Outcome
from services.banking.guarding import line_of
from services.banking.models import PostingRow
from services.banking.transfers import common_payers
from services.ledger.models import Entry, EntryCode
from services.ledger.queries import reversal_of, standing_entries
from services.liabilities.locks import hold_payers
from services.liabilities.models import Liability
from services.payments.actions import book_transfer, book_within, reverse_within
from services.payments.bank_transfers import BankTransfer
from services.payments.domain.states import State
from services.payments.models import Payment
from services.users.domain import Verb

POSTINGS: Final = uuid5(NAMESPACE_URL, "skarbnik:postings")
"""Name space in which the external id of a posting becomes the reference of its ledger entry."""
_REVERSING: Final = system("banking.postings")
"""Takes back what a finance system posts back: its scope is to book, and no scope corrects the ledger otherwise."""
_BOOKABLE: Final = (State.PAID, State.BOOKED, State.PARTLY_REFUNDED)
_CONTENT: Final = ("due_number", "amount_gr", "posted_on", "reference")


def book_row(row: PostingRow, actor: Actor) -> None:
    """Do what the posting says and note in the row what that was; the caller saves it.

    Raises NotFound("posting.due_unknown"), Conflict("posting.differs"), ("posting.other_due") for money that a statement has
    brought to another due of the payer, ("posting.payment_…"), ("posting.take_back_…"), InvalidInput("posting.in_future"),
    and what `book_transfer`, `book_within` and `reverse_within` raise.
    """
    known = _standing(row).filter(external_id=row.external_id).order_by("id").first()
    if known is not None:
        _same_again(row, known)
        return
    row.due = due = _due_of(row, actor)
    if _day(row) > timezone.localdate():
        raise InvalidInput("posting.in_future")
    act: Callable[[PostingRow, Liability, Actor], None] = _book_receipt
    if row.amount_gr < 0:
        act = _take_back
    elif row.reference:
        act = _book_payment
    act(row, due, actor)


def _day(row: PostingRow) -> date:
    assert row.posted_on is not None
    return row.posted_on


def _standing(row: PostingRow) -> QuerySet[PostingRow]:
    """Rows that stand before this one: those that are done, and what the check of the same file expects of its others."""
    rows = PostingRow.objects.filter(outcome__in=[one.value for one in KEPT]).exclude(pk=row.pk)
    return rows.filter(Q(is_done=True) | Q(run=row.run_id))


def _same_again(row: PostingRow, known: PostingRow) -> None:
    if any(getattr(row, name) != getattr(known, name) for name in _CONTENT):
        raise Conflict("posting.differs")
    row.due, row.outcome = known.due, Outcome.KNOWN
    # What was recognised is told in the same words every time.
    row.code, row.told_on = known.code or "posting.known", known.told_on


def _due_of(row: PostingRow, actor: Actor) -> Liability:
    """The due, if the actor may book to it. One of another department is as unknown as one that does not exist."""
    rows = Liability.objects.select_related("liability_type").prefetch_related("debtors")
    due = rows.filter(external_id=row.due_number).first()
    verb = Verb.API_PAYMENTS_BOOK if actor.kind == ActorKind.API else Verb.BOOK_PAYMENT
    if due is None or not can(actor, verb, due):
        raise NotFound("posting.due_unknown")
    return due


def _book_receipt(row: PostingRow, due: Liability, actor: Actor) -> None:
    """Money that came past the portal: to the due, by law, unless a bank statement has brought it already."""
    payer = common_payers([due])[0]
    hold_payers(payer.pk)  # a line of a statement that is being matched at this moment comes before or after
    told = line_of(row, due, _standing(row))
    if told is not None:
        row.told_on = told.match.line.booked_on
        if not told.is_of_due:
            raise Conflict("posting.other_due")
        row.outcome, row.code, row.match = Outcome.RECOGNISED, "posting.in_statement", told.match
        return
    day = _day(row)
    transfer = BankTransfer(
        reference=uuid5(POSTINGS, row.external_id),
        payer=payer,
        dues=[due],
        amount_gr=row.amount_gr,
        paid_on=day,
        credited_on=day,
    )
    row.entry = book_transfer(transfer, may_overpay=False, actor=actor)
    row.outcome = Outcome.BOOKED


def _book_payment(row: PostingRow, due: Liability, actor: Actor) -> None:
    """Money that came through the portal: its payment is booked whole, once its postings are the whole of it."""
    payment = Payment.objects.select_for_update().filter(reference=row.reference.lower()).first()
    verb = Verb.API_PAYMENTS_BOOK if actor.kind == ActorKind.API else Verb.BOOK_PAYMENT
    if payment is None or not can(actor, verb, payment):
        raise NotFound("posting.payment_unknown")
    if payment.state not in _BOOKABLE:
        raise Conflict("posting.payment_not_paid")
    told = _postings_of_payment(row)
    numbers = {one.due_number for one in told} | {row.due_number}
    owed = Liability.objects.filter(external_id__in=numbers, debtors=payment.payer_id).distinct().count()
    if owed != len(numbers):
        raise Conflict("posting.payment_other_due")
    if sum(one.amount_gr for one in told) != payment.office_gr:
        row.expected_gr = payment.office_gr
        raise Conflict("posting.payment_amount")
    earlier = _standing(row).filter(
        reference=row.reference, outcome=Outcome.BOOKED.value, taken_back_by__isnull=True
    )
    if payment.state == State.BOOKED and not earlier.exists():
        row.outcome, row.code, row.told_on = Outcome.RECOGNISED, "posting.in_portal", payment.credited_on
        return
    payment = book_within(payment_id=payment.public_id, credited_on=_day(row), actor=actor)
    entries = standing_entries([payment.public_id])[payment.public_id]
    row.entry = next((one for one in reversed(entries) if one.code == EntryCode.PAYMENT), None)
    row.outcome = Outcome.BOOKED


def _postings_of_payment(row: PostingRow) -> list[PostingRow]:
    """Everything that was posted of the payment: in this file and, where it stands, in earlier ones; each posting once."""
    rows = PostingRow.objects.filter(reference=row.reference, amount_gr__gt=0)
    standing = Q(is_done=True, outcome__in=[one.value for one in KEPT], taken_back_by__isnull=True)
    found = rows.filter(standing | Q(run=row.run_id)).order_by("-is_done", "id")
    taken_back = rows.filter(is_done=True, taken_back_by__isnull=False).values_list("external_id", flat=True)
    gone = set(taken_back)
    by_id: dict[str, PostingRow] = {}
    for one in found:
        if one.external_id not in gone:
            by_id.setdefault(one.external_id, one)
    return list(by_id.values())


def _take_back(row: PostingRow, due: Liability, actor: Actor) -> None:
    """Take back the newest posting of the opposite amount to the same due that still stands."""
    if actor.kind == ActorKind.STAFF:
        require(actor, Verb.CORRECT_LEDGER)
    standing = _standing(row)
    gone = standing.filter(takes_back__isnull=False).values("takes_back")
    before = standing.filter(
        due=due, amount_gr=-row.amount_gr, outcome__in=(Outcome.BOOKED.value, Outcome.RECOGNISED.value)
    )
    if row.reference:
        before = before.filter(reference=row.reference)
    earlier = before.exclude(pk__in=gone).order_by("-posted_on", "-id").first()
    if earlier is None:
        raise Conflict("posting.take_back_nothing")
    if earlier.outcome == Outcome.RECOGNISED:
        row.told_on = earlier.told_on
        raise Conflict("posting.take_back_other")
    if earlier.reference and not _is_whole(earlier):
        raise Conflict("posting.take_back_part")
    row.takes_back, row.outcome = earlier, Outcome.TAKEN_BACK
    if earlier.entry is not None:  # else the file is only checked, and so is the posting
        _reverse(row, earlier.entry, actor)


def _is_whole(earlier: PostingRow) -> bool:
    payment = Payment.objects.filter(reference=earlier.reference.lower()).first()
    return payment is not None and payment.office_gr == earlier.amount_gr


def _reverse(row: PostingRow, entry: Entry, actor: Actor) -> None:
    known = reversal_of(entry)
    if known is not None:  # a clerk was faster
        row.entry = known
        return
    row.entry = reverse_within(
        entry_id=entry.public_id,
        reason=f"Cofnięcie księgowania przez system finansowy: {row.external_id}",
        corrected_on=_day(row),
        actor=_REVERSING if actor.kind == ActorKind.API else actor,
    )
