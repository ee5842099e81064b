"""What a clerk is shown beside a line that is to be clarified: what it could be, the likeliest first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import InvalidInput
from services.accounts.access import types_handled
from services.banking.domain.kinds import Target
from services.banking.domain.references import numbers, payment_numbers
from services.banking.facts import Facts, facts_of_line
from services.banking.models import FileSource, Match, StatementLine
from services.banking.proposing import dues_with_types, payers_like, service_transfers
from services.banking.transfers import common_payers, transfer_of
from services.liabilities.models import Liability
from services.liabilities.queries import dues_of, liabilities_for
from services.payments.bank_transfers import check_transfer, split_transfer
from services.payments.booking import Split
from services.payments.domain.states import State
from services.payments.findings import batches_with_sums
from services.payments.models import Payment
from services.payments.queries import payments_seen

MOST = 20
PAYMENTS_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Suggestion:
    """One thing that the line could be matched with as a whole; `amount_gr` is what it should have brought."""

    target: Target
    id: UUID
    number: str
    amount_gr: int
    day: date | None
    fits: bool


@dataclass(frozen=True)
class SuggestedDue:
    """A due that the money could be for, with what was owed of it on the day of the transfer (grosze)."""

    id: UUID
    number: str
    title: str = field(repr=False)
    payers: tuple[str, ...] = field(repr=False)
    due_on: date
    owed_gr: int
    fits: bool
    is_enforced: bool


def suggestions(actor: Actor, line: StatementLine) -> list[Suggestion]:
    """Payments, payouts and bulk transfers that stand for no other line: named in the title, or of the very amount."""
    facts = facts_of_line(line)
    if line.statement.file.source == FileSource.SERVICE:
        return []
    found = [*_payments(actor, facts), *_payouts(facts), *_service_transfers(facts)]
    return sorted(found, key=lambda one: not one.fits)


def _payments(actor: Actor, facts: Facts) -> Iterable[Suggestion]:
    named = {number for text in facts.texts for number in payment_numbers(text)}
    since = timezone.make_aware(datetime.combine(facts.booked_on - PAYMENTS_BACK, time.min))
    rows = payments_seen(actor).filter(
        Q(reference__in=named)
        | Q(amount_gr=facts.amount_gr, account_nrb=facts.account_nrb, paid_at__gte=since),
        state__in=(State.PAID, State.BOOKED),
    )
    for row in rows.exclude(_taken("payment")).distinct().order_by("-paid_at")[:MOST]:
        yield _payment(row, facts)


def _payment(row: Payment, facts: Facts) -> Suggestion:
    fits = row.office_gr == facts.amount_gr
    return Suggestion(Target.PAYMENT, row.public_id, row.reference, row.office_gr, row.debited_on, fits)


def _payouts(facts: Facts) -> Iterable[Suggestion]:
    rows = batches_with_sums().filter(
        Q(batch_id__in=numbers(facts.texts)) | Q(payout_gr=facts.amount_gr),
        operator_account__account_nrb=facts.account_nrb,
    )
    for row in rows.exclude(_taken("batch")).order_by("-settled_on")[:MOST]:
        fits = row.payout_gr == facts.amount_gr
        yield Suggestion(Target.PAYOUT, row.public_id, row.batch_id, row.payout_gr, row.settled_on, fits)


def _service_transfers(facts: Facts) -> Iterable[Suggestion]:
    rows = service_transfers().filter(
        Q(account_nrb="") | Q(account_nrb=facts.account_nrb), sum_gr=facts.amount_gr
    )
    for row in rows.exclude(_taken("service_transfer")).order_by("-id")[:MOST]:
        yield Suggestion(Target.SERVICE, row.public_id, row.number, row.sum_gr, None, True)


def _taken(target: str) -> Exists:
    return Exists(Match.objects.filter(undone_at__isnull=True, **{target: OuterRef("pk")}))


def suggested_dues(actor: Actor, line: StatementLine, search: str = "") -> list[SuggestedDue]:
    """Open dues that the clerk handles: those that the title names, those of the virtual account and of payers whom the bank
    names, or with `search` what it finds. Those of the very amount come first."""
    facts = facts_of_line(line)
    if search.strip():
        rows = list(liabilities_for(actor, search=search)[: MOST * 2])
    else:
        payers = payers_like(facts)
        wanted = Q(external_id__in=numbers(facts.texts)) | Q(debtors__in=[one.pk for one in payers])
        if facts.virtual_account:
            wanted |= Q(account_nrb=facts.virtual_account)
        handled = types_handled(actor)
        rows = list(
            dues_with_types().filter(wanted, liability_type__in=handled).distinct().order_by("due_on", "id")
        )
    return sorted(_open(rows, facts), key=lambda due: (not due.fits, due.due_on, due.number))[: MOST * 2]


def _open(rows: Collection[Liability], facts: Facts) -> Iterable[SuggestedDue]:
    by_id = {row.pk: row for row in rows}
    for due in dues_of(Liability.objects.filter(pk__in=list(by_id)), facts.value_on):
        owed_gr = due.principal_gr + due.interest_gr
        yield SuggestedDue(
            id=due.public_id,
            number=due.external_id,
            title=due.title,
            payers=tuple(payer.name for payer in by_id[due.id].debtors.all()),
            due_on=due.due_on,
            owed_gr=owed_gr,
            fits=owed_gr == facts.amount_gr,
            is_enforced=due.is_enforced,
        )


def preview(line: StatementLine, due_ids: Collection[UUID], actor: Actor) -> Split:
    """Where the money of a line would go if it were matched with these dues. Nothing is booked.

    Raises InvalidInput("match.nothing_chosen") or ("match.several_payers"), and what `check_transfer` raises.
    """
    handled = types_handled(actor)
    dues = list(dues_with_types().filter(public_id__in=due_ids, liability_type__in=handled))
    if not dues:
        raise InvalidInput("match.nothing_chosen", field="due")
    payers = common_payers(dues)
    if not payers:
        raise InvalidInput("match.several_payers", field="due")
    transfer = transfer_of(line, line.public_id, payers[0], dues)
    check_transfer(transfer)
    return split_transfer(transfer)
