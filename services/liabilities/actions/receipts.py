"""Money that the office got outside the portal: at its counter, by an ordinary transfer."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from services.accounts.access import require
from services.accounts.models import Payer
from services.ledger.actions import Line, post
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.liabilities.models import Liability
from services.users.domain import Verb

RECEIPTS = uuid5(NAMESPACE_URL, "skarbnik:receipts")
"""Name space in which a receipt's external id becomes the reference of its ledger entry."""


@transaction.atomic
def post_receipt(
    *,
    liability: Liability,
    principal_gr: int,
    interest_gr: int,
    paid_on: date,
    external_id: str,
    actor: Actor,
) -> Entry:
    """Book what was paid of a due outside the portal, in grosze. The same `external_id` again books nothing.

    Interest becomes a claim and is settled in the same entry, since it is counted only when it is paid. Raises
    InvalidInput("receipt.amount") when nothing is paid or an amount is below zero, Conflict("receipt.too_much") when the
    principal is more than is owed, and Conflict("receipt.differs") when the id stands for another receipt.
    """
    actor = require(actor, Verb.BOOK_PAYMENT, liability)
    if principal_gr < 0 or interest_gr < 0 or principal_gr + interest_gr == 0:
        raise InvalidInput("receipt.amount")
    _lock(liability)
    lines = [
        Line(AccountKind.BANK, principal_gr + interest_gr),
        Line(AccountKind.RECEIVABLE_PRINCIPAL, -principal_gr, liability.public_id),
        Line(AccountKind.RECEIVABLE_INTEREST, interest_gr, liability.public_id),
        Line(AccountKind.INTEREST_REVENUE, -interest_gr),
        Line(AccountKind.RECEIVABLE_INTEREST, -interest_gr, liability.public_id),
    ]
    reference = uuid5(RECEIPTS, external_id)
    known = Entry.objects.filter(code=EntryCode.RECEIPT, reference=reference).first()
    if known:
        _check_same(known, lines, paid_on)
        return known
    owed = balances([liability.public_id], AccountKind.RECEIVABLE_PRINCIPAL).get(liability.public_id, 0)
    if principal_gr > owed:
        raise Conflict("receipt.too_much", owed_gr=owed)
    entry = post(code=EntryCode.RECEIPT, reference=reference, lines=lines, effective_on=paid_on, actor=actor)
    assert entry is not None
    record(
        "receipt.posted",
        liability,
        actor=actor,
        principal_gr=principal_gr,
        interest_gr=interest_gr,
        paid_on=paid_on,
    )
    return entry


def _lock(liability: Liability) -> None:
    """Debtors first, then the due, as bookings and imports do."""
    debtors = Payer.objects.filter(liabilities=liability.pk).values_list("pk", flat=True)
    list(
        Payer.objects.select_for_update(no_key=True)
        .filter(pk__in=list(debtors))
        .order_by("pk")
        .values_list("pk")
    )
    list(Liability.objects.select_for_update(no_key=True).filter(pk=liability.pk).values_list("pk"))


def _check_same(entry: Entry, lines: list[Line], paid_on: date) -> None:
    posted = sorted((p.account, p.amount_gr, str(p.subject)) for p in entry.postings.all())
    asked = sorted(
        (line.account.value, line.amount_gr, str(line.subject)) for line in lines if line.amount_gr
    )
    if posted != asked or entry.effective_on != paid_on:
        raise Conflict("receipt.differs")
