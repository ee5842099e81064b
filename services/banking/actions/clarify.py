"""What a clerk does with a line of a statement: match it, take a match back, set it aside. Each keeps its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.banking.actions.matching import carry_out, is_transfer_of, locked_lines, to_clarify
from services.banking.domain.kinds import Ground, LineState, Target, Why
from services.banking.models import Match, StatementLine
from services.banking.proposing import Proposal, dues_with_types, service_transfers
from services.banking.queries import line_for
from services.banking.transfers import common_payers
from services.ledger.queries import reversal_of
from services.payments.actions import reverse_within, withdraw_transfer
from services.payments.actions.settlements import lock_account
from services.payments.queries import desk_payment_for
from services.payments.queries_reconciliation import settlement_batch
from services.users.domain import Verb

LONGEST_REASON = 300


@dataclass(frozen=True)
class Choice:
    """What a clerk has chosen: dues of one payer, or one payment, payout or bulk transfer of ePłatności.

    `may_overpay`: what is more than owed becomes an overpayment. `shown` is the fingerprint of the split that the clerk has
    seen; None where none is shown.
    """

    target: Target
    ids: Sequence[UUID]
    payer_id: UUID | None = None
    may_overpay: bool = False
    shown: str | None = None


@transaction.atomic(durable=True)
def match_line(*, line_id: UUID, choice: Choice, version: int, actor: Actor) -> Match:
    """Match a line with what the clerk chose. A second press books nothing and is told that the line is matched.

    Raises NotFound for what the clerk does not handle, Conflict("statement_line.stale") when the line has changed since it
    was shown, ("statement_line.matched") when it is matched already, by whomever, InvalidInput("match.nothing_chosen") or
    ("match.several_payers"), and what `carry_out` raises.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    row = _locked(line_id, actor)
    if row.state == LineState.MATCHED:
        raise Conflict("statement_line.matched")
    _check_version(row, version)
    if row.state not in (LineState.TO_CLARIFY, LineState.WAITING):
        raise Conflict("statement_line.not_open")
    found = _chosen(choice, actor)
    return carry_out(row, found, may_overpay=choice.may_overpay, shown=choice.shown, actor=actor)


@transaction.atomic(durable=True)
def undo_match(*, line_id: UUID, reason: str, version: int, actor: Actor) -> StatementLine:
    """Take a match back with a reason: what it booked is reversed in the ledger by an opposite entry, the transfer that it
    confirmed is missed again, and the line is to be clarified. The match stays in the history.

    Raises InvalidInput("correction.reason") without a reason of at most 300 characters, Conflict("statement_line.stale"),
    ("statement_line.not_matched") and the obstacles of `reverse_entry`.
    """
    actor = require(actor, Verb.CORRECT_LEDGER)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("correction.reason", field="reason", longest=LONGEST_REASON)
    row = _locked(line_id, actor)
    _check_version(row, version)
    match = row.matches.select_for_update().filter(undone_at__isnull=True).first()
    if match is None or row.state != LineState.MATCHED:
        raise Conflict("statement_line.not_matched")
    _reverse(match, reason, actor)
    match.undone_at, match.undone_by, match.undo_reason = timezone.now(), actor.ref, reason
    match.save()
    to_clarify(row, Why.TAKEN_BACK)
    record("match.undone", row, actor=actor, amount_gr=row.amount_gr, target=match.target)
    return row


@transaction.atomic(durable=True)
def leave_line(*, line_id: UUID, note: str, version: int, actor: Actor) -> StatementLine:
    """Set a line aside with a note: its money is for none of the portal's dues. It can be put back.

    Raises InvalidInput("statement_line.note"), Conflict("statement_line.stale") and ("statement_line.not_open").
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    note = note.strip()
    if not note or len(note) > LONGEST_REASON:
        raise InvalidInput("statement_line.note", field="note", most=LONGEST_REASON)
    row = _locked(line_id, actor)
    _check_version(row, version)
    if row.state != LineState.TO_CLARIFY:
        raise Conflict("statement_line.not_open")
    row.state, row.why, row.why_code, row.note = LineState.LEFT, "", "", note
    row.version += 1
    row.save()
    record("statement_line.left", row, actor=actor, amount_gr=row.amount_gr)
    return row


@transaction.atomic(durable=True)
def reopen_line(*, line_id: UUID, version: int, actor: Actor) -> StatementLine:
    """Put a line that was set aside back into the queue. Raises Conflict("statement_line.stale") and
    ("statement_line.not_left")."""
    actor = require(actor, Verb.BOOK_PAYMENT)
    row = _locked(line_id, actor)
    _check_version(row, version)
    if row.state != LineState.LEFT:
        raise Conflict("statement_line.not_left")
    to_clarify(row, Why.TAKEN_BACK)
    record("statement_line.reopened", row, actor=actor, amount_gr=row.amount_gr)
    return row


def _locked(line_id: UUID, actor: Actor) -> StatementLine:
    return locked_lines().get(pk=line_for(actor, line_id).pk)


def _check_version(row: StatementLine, version: int) -> None:
    if row.version != version:
        raise Conflict("statement_line.stale")


def _chosen(choice: Choice, actor: Actor) -> Proposal:
    if not choice.ids:
        raise InvalidInput("match.nothing_chosen", field="choice")
    if choice.target is Target.DUES:
        return _chosen_dues(choice, actor)
    if choice.target is Target.PAYMENT:
        payment = desk_payment_for(actor, choice.ids[0])
        return Proposal(Target.PAYMENT, Ground.CLERK, payment=payment)
    if choice.target is Target.PAYOUT:
        return Proposal(Target.PAYOUT, Ground.CLERK, batch=settlement_batch(actor, choice.ids[0]))
    transfer = service_transfers().filter(public_id=choice.ids[0]).first()
    if transfer is None:
        raise NotFound("match.unknown")
    return Proposal(Target.SERVICE, Ground.CLERK, transfer=transfer)


def _chosen_dues(choice: Choice, actor: Actor) -> Proposal:
    dues = list(dues_with_types().filter(public_id__in=choice.ids))
    if len(dues) != len(set(choice.ids)):
        raise NotFound("liability.unknown")
    for due in dues:
        require(actor, Verb.BOOK_PAYMENT, due)
    payers = common_payers(dues)
    if choice.payer_id is not None:
        payers = [payer for payer in payers if payer.public_id == choice.payer_id]
    if not payers:
        raise InvalidInput("match.several_payers", field="choice")
    return Proposal(Target.DUES, Ground.CLERK, payer=payers[0], dues=tuple(dues))


def _reverse(match: Match, reason: str, actor: Actor) -> None:
    if not match.has_acted:
        return
    if match.target in (Target.DUES, Target.PAYMENT):
        assert match.entry is not None
        if reversal_of(match.entry) is not None:
            return  # a clerk has taken the entry itself back; only the match still stood
        reverse_within(
            entry_id=match.entry.public_id,
            reason=reason,
            corrected_on=timezone.localdate(),
            actor=actor,
        )
    elif match.target == Target.PAYOUT:
        assert match.batch is not None
        lock_account(match.batch.operator_account)
        match.batch.refresh_from_db(fields=["bank_amount_gr", "bank_on"])
        if is_transfer_of(match.batch, match.line):  # else a clerk has corrected it since: that stays
            withdraw_transfer(batch_id=match.batch.public_id, actor=actor)
