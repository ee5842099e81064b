"""Carrying out a match: what the line fits is booked or settled by the acts that exist for it, in one transaction."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kernel.actors import Actor, system
from kernel.audit.recording import record
from kernel.errors import Conflict, SkarbnikError
from services.banking.domain.kinds import WHY_OF_ERROR, LineState, Target, Why
from services.banking.facts import facts_of_line
from services.banking.layouts import layout_of, virtual_prefixes
from services.banking.models import Match, StatementLine
from services.banking.proposing import Proposal, is_posted, propose
from services.banking.transfers import transfer_of
from services.ledger.models import EntryCode
from services.ledger.queries import next_reference, standing_entries
from services.liabilities.locks import hold_payers
from services.payments.actions import book_transfer, book_within, keep_transfer
from services.payments.actions.settlements import lock_account
from services.payments.domain.states import State
from services.payments.findings import batches_with_sums
from services.payments.models import Payment, SettlementBatch

ACTOR = system("banking.match")


def match_waiting_line(line_pk: int) -> StatementLine:
    """Try a stored line: match it where it fits in exactly one way, else queue it with the reason. A second call is the same
    call."""
    try:
        return _try(line_pk)
    except SkarbnikError as error:
        return _queue(line_pk, WHY_OF_ERROR.get(error.code, Why.REFUSED), error.code)


@transaction.atomic(durable=True)
def _try(line_pk: int) -> StatementLine:
    row = locked_lines().get(pk=line_pk)
    if row.state != LineState.WAITING:
        return row
    account = row.statement.file.account
    prefixes = virtual_prefixes(layout_of(account)) if account is not None else ()
    facts = facts_of_line(row, prefixes)
    found = propose(facts)
    if isinstance(found, Why):
        return to_clarify(row, found)
    if found.payer is not None:
        # A posting of the same money may have been booked since it was looked for: behind this lock none can be any more.
        hold_payers(found.payer.pk)
        if is_posted(found, facts):
            return to_clarify(row, Why.POSTED)
    carry_out(row, found, may_overpay=False, actor=ACTOR)
    return row


def give_up_line(line_pk: int) -> StatementLine:
    """Leave a line to a person after a failure that nobody has foreseen, so that it does not keep its file from its end."""
    return _queue(line_pk, Why.REFUSED, "unforeseen")


@transaction.atomic(durable=True)
def _queue(line_pk: int, why: Why, code: str) -> StatementLine:
    row = locked_lines().get(pk=line_pk)
    return to_clarify(row, why, code) if row.state == LineState.WAITING else row


def locked_lines() -> QuerySet[StatementLine]:
    """Lines locked for an act, with their file."""
    return StatementLine.objects.select_for_update(of=("self",)).select_related("statement__file__account")


def to_clarify(row: StatementLine, why: Why, code: str = "") -> StatementLine:
    """Put a locked line into the queue with the reason."""
    row.state, row.why, row.why_code = LineState.TO_CLARIFY, why, code[:60]
    row.version += 1
    row.save()
    return row


def carry_out(
    row: StatementLine, found: Proposal, *, may_overpay: bool, shown: str | None = None, actor: Actor
) -> Match:
    """Match a locked line: post, book or confirm, and keep what was done. Needs a transaction. `may_overpay` and `shown` are
    `book_transfer`'s.

    Raises what the acts raise (`book_transfer`, `book_payment`, `enter_transfer`), Conflict("match.amount") when a payment
    or bulk transfer is of another amount, ("match.entered_otherwise") for a payout whose transfer a person has entered with
    another day or amount, and ("match.taken") when another line stands for it.
    """
    match = Match(
        line=row,
        target=found.target,
        ground=found.ground,
        payer=found.payer,
        payment=found.payment,
        batch=found.batch,
        service_transfer=found.transfer,
        made_by=actor.ref,
    )
    if found.target is Target.DUES:
        _book_dues(match, found, may_overpay, shown, actor)
    else:
        _ACTS[found.target](match, found, actor)
    try:
        with transaction.atomic():
            match.save()
    except IntegrityError as error:
        raise Conflict("match.taken") from error
    row.state, row.why, row.why_code = LineState.MATCHED, "", ""
    row.version += 1
    row.save()
    record(
        "match.made", row, actor=actor, amount_gr=row.amount_gr, target=found.target, found_by=found.ground
    )
    return match


def _book_dues(match: Match, found: Proposal, may_overpay: bool, shown: str | None, actor: Actor) -> None:
    assert found.payer is not None
    row = match.line
    transfer = transfer_of(row, next_reference(row.public_id), found.payer, found.dues)
    match.entry = book_transfer(transfer, may_overpay=may_overpay, shown=shown, actor=actor)
    match.has_acted = True


def _book_payment(match: Match, found: Proposal, actor: Actor) -> None:
    assert found.payment is not None
    # Somebody may have booked it since it was found: taking this match back must not reverse that booking.
    row = Payment.objects.select_for_update().get(pk=found.payment.pk)
    _check_amount(match, row.office_gr)
    match.payer_id = row.payer_id
    match.has_acted = row.state != State.BOOKED
    payment = book_within(payment_id=row.public_id, credited_on=match.line.booked_on, actor=actor)
    entries = standing_entries([payment.public_id])[payment.public_id]
    match.entry = next((one for one in reversed(entries) if one.code == EntryCode.PAYMENT), None)


def _confirm_payout(match: Match, found: Proposal, actor: Actor) -> None:
    batch = found.batch
    assert batch is not None
    lock_account(
        batch.operator_account
    )  # as for a payment: a transfer that somebody has entered meanwhile stays
    batch.refresh_from_db(fields=["bank_amount_gr", "bank_on"])
    _check_amount(match, batches_with_sums().get(pk=batch.pk).payout_gr)
    match.has_acted = batch.bank_amount_gr is None
    if match.has_acted:
        keep_transfer(
            batch_id=batch.public_id,
            amount_gr=match.line.amount_gr,
            bank_on=match.line.booked_on,
            actor=actor,
        )
    elif not is_transfer_of(batch, match.line):
        raise Conflict("match.entered_otherwise")


def is_transfer_of(batch: SettlementBatch, line: StatementLine) -> bool:
    """Whether the transfer that is entered for the payout is the very one of the line."""
    return (batch.bank_amount_gr, batch.bank_on) == (line.amount_gr, line.booked_on)


def _stand_for_service(match: Match, found: Proposal, actor: Actor) -> None:
    """Its payments were booked from its own file; the bank's line proves that their money came."""
    transfer = found.transfer
    assert transfer is not None
    _check_amount(match, transfer.sum_gr)


def _check_amount(match: Match, expected_gr: int) -> None:
    """What stands for a whole payment or transfer must be all of it: a part would hide what is missing."""
    if match.line.amount_gr != expected_gr:
        raise Conflict("match.amount")


_ACTS = {
    Target.PAYMENT: _book_payment,
    Target.PAYOUT: _confirm_payout,
    Target.SERVICE: _stand_for_service,
}
