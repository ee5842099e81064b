"""With what a line fits, by the rules in their order: our number, a virtual account, amount and payer (payments.md 14.1).

Only what fits in exactly one way is proposed. Everything else is for a person, with the reason.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from kernel.names import folded_words, wanted_tokens
from services.accounts.models import Payer
from services.banking.domain.kinds import Ground, Target, Why
from services.banking.domain.references import numbers, payment_numbers
from services.banking.facts import Facts
from services.banking.guarding import posted_to_dues, posted_to_payers
from services.banking.models import FileSource, Match, Statement, StatementLine
from services.banking.transfers import common_payers
from services.liabilities.models import Liability
from services.liabilities.queries import dues_of, statement
from services.liabilities.statements import Due
from services.payments.domain.states import State
from services.payments.findings import batches_with_sums
from services.payments.models import Payment, SettlementBatch

NAME_WORDS = 2
"""Words of a payer's name by which candidates are looked up; banks put the address behind the name."""
MOST_PAYERS = 20


@dataclass(frozen=True)
class Proposal:
    """What a line is to be matched with. One of `payment`, `batch`, `transfer`, or `payer` with `dues`."""

    target: Target
    ground: Ground
    payment: Payment | None = None
    batch: SettlementBatch | None = None
    transfer: Statement | None = None
    payer: Payer | None = None
    dues: tuple[Liability, ...] = field(default=(), repr=False)


Found = Proposal | Why | None


def propose(facts: Facts) -> Proposal | Why:
    """The one thing that the line fits, or why a person has to look."""
    if facts.due_id:
        return _unless_posted(_of_numbers({facts.due_id}, facts), facts) or Why.NOTHING
    twins = StatementLine.objects.filter(likeness=facts.likeness).exclude(fingerprint=facts.fingerprint)
    if twins.exclude(statement__number=facts.statement_number).exists():
        return Why.LOOKS_LIKE
    for rule in (_by_number, _by_virtual_account, _by_amount_and_payer):
        found = _unless_posted(rule(facts), facts)
        if found is not None:
            return found
    told = payers_like(facts)
    return Why.POSTED if told and posted_to_payers(told, facts.amount_gr, facts.days) else Why.NOTHING


def _unless_posted(found: Found, facts: Facts) -> Found:
    return Why.POSTED if isinstance(found, Proposal) and is_posted(found, facts) else found


def is_posted(found: Proposal, facts: Facts) -> bool:
    """Whether the finance system has told of the same money by a posting that is booked (docs/exchange.md).

    Of a due that the payer has named only postings to that due count; where we guess the due, those to any of the payer's.
    """
    if found.target is not Target.DUES:
        return False
    assert found.payer is not None
    if found.ground is Ground.REFERENCE:
        return posted_to_dues(found.dues, facts.amount_gr, facts.days)
    return posted_to_payers([found.payer], facts.amount_gr, facts.days)


def _by_number(facts: Facts) -> Found:
    hexadecimal = {number for text in facts.texts for number in payment_numbers(text)}
    payments = list(Payment.objects.filter(reference__in=hexadecimal)[:2])
    if payments:
        return _of_payment(payments[0], facts) if len(payments) == 1 else Why.SEVERAL
    words = numbers(facts.texts)
    batches = list(
        batches_with_sums().filter(operator_account__account_nrb=facts.account_nrb, batch_id__in=words)[:2]
    )
    if batches:
        return _of_batch(batches[0], facts) if len(batches) == 1 else Why.SEVERAL
    transfers = list(service_transfers().filter(number__in=words)[:2])
    if transfers:
        return _of_transfer(transfers[0], facts) if len(transfers) == 1 else Why.SEVERAL
    return _of_numbers(words, facts)


def _of_payment(payment: Payment, facts: Facts) -> Proposal | Why:
    if payment.state not in (State.PAID, State.BOOKED):
        return Why.NOT_PAID
    if _is_taken(payment=payment):
        return Why.TWICE
    if payment.office_gr != facts.amount_gr or payment.account_nrb != facts.account_nrb:
        return Why.AMOUNT
    return Proposal(Target.PAYMENT, Ground.REFERENCE, payment=payment)


def _of_batch(batch: SettlementBatch, facts: Facts) -> Proposal | Why:
    if _is_taken(batch=batch):
        return Why.TWICE
    if batch.payout_gr != facts.amount_gr:  # type: ignore[attr-defined]
        return Why.AMOUNT
    return Proposal(Target.PAYOUT, Ground.REFERENCE, batch=batch)


def _of_transfer(transfer: Statement, facts: Facts) -> Proposal | Why:
    if _is_taken(service_transfer=transfer):
        return Why.TWICE
    if transfer.sum_gr != facts.amount_gr or transfer.account_nrb not in ("", facts.account_nrb):
        return Why.AMOUNT
    return Proposal(Target.SERVICE, Ground.REFERENCE, transfer=transfer)


def _of_numbers(words: Collection[str], facts: Facts) -> Found:
    """Dues that are named by the finance system's number and are paid to this very account."""
    named = [due for due in dues_with_types().filter(external_id__in=words) if is_paid_to(due, facts)]
    if not named:
        return None
    return _of_dues(named, facts, Ground.REFERENCE)


def _by_virtual_account(facts: Facts) -> Found:
    if not facts.virtual_account:
        return None
    named = list(dues_with_types().filter(account_nrb=facts.virtual_account))
    ground = Ground.VIRTUAL_ACCOUNT
    if named:
        ids = {
            due.id
            for due in dues_of(Liability.objects.filter(pk__in=[one.pk for one in named]), facts.value_on)
        }
        return _of_dues([due for due in named if due.pk in ids] or named[-1:], facts, ground)
    payers = list(Payer.objects.filter(external_id__in=_payer_numbers(facts))[:2])
    if len(payers) != 1:
        return Why.SEVERAL if payers else None
    (payer,) = payers
    owed = [due for due in statement(payer, facts.value_on).dues if not due.is_enforced]
    exact = [due for due in owed if due.principal_gr + due.interest_gr == facts.amount_gr]
    chosen = exact[:1] or owed
    if not chosen:
        return Why.TOO_MUCH
    if len({due.regime for due in chosen}) > 1:
        return Why.SEVERAL
    return Proposal(Target.DUES, ground, payer=payer, dues=_rows(chosen))


def _payer_numbers(facts: Facts) -> set[str]:
    """The payer's number inside a virtual account: all of it, or what follows a prefix that the layout declares."""
    whole = facts.virtual_account
    inside = [whole[2 + len(one) :] for one in facts.prefixes if whole[2:].startswith(one)]
    return {number for one in (whole, *inside) for number in (one, one.lstrip("0")) if number}


def _by_amount_and_payer(facts: Facts) -> Found:
    found: list[Proposal] = []
    for payer in payers_like(facts):
        owed = [due for due in statement(payer, facts.value_on).dues if _fits(due, facts)]
        for chosen in _sums(owed, facts.amount_gr):
            found.append(Proposal(Target.DUES, Ground.AMOUNT_AND_PAYER, payer=payer, dues=_rows(chosen)))
    if not found:
        return None
    return found[0] if len(found) == 1 else Why.SEVERAL


def payers_like(facts: Facts) -> list[Payer]:
    """Payers who have paid from the same account, or whose whole name the bank tells."""
    known: list[Payer] = []
    if facts.payer_account_index is not None:
        earlier = Match.objects.filter(
            line__payer_account_index=facts.payer_account_index,
            target=Target.DUES.value,
            undone_at__isnull=True,
        )
        known = list(Payer.objects.filter(pk__in=earlier.values("payer"))[:MOST_PAYERS])
    told = folded_words(facts.payer_name)
    tokens = wanted_tokens(" ".join(told[:NAME_WORDS]))
    if len(tokens) < NAME_WORDS:
        return known
    named = Payer.objects.filter(name_tokens__contains=tokens).exclude(pk__in=[one.pk for one in known])
    return known + [one for one in named[:MOST_PAYERS] if set(folded_words(one.name)) <= set(told)]


def _sums(owed: list[Due], amount_gr: int) -> Iterable[list[Due]]:
    """Choices of dues of one law that are exactly the amount: one due, all overdue ones, or all."""
    single = [[due] for due in owed if due.principal_gr + due.interest_gr == amount_gr]
    if single:
        # Instalments are equal as a rule: the one that fell due first is meant.
        return [min(single, key=lambda one: (one[0].due_on, one[0].external_id))]
    for regime in sorted({due.regime for due in owed}):
        same = [due for due in owed if due.regime == regime]
        for some in ([due for due in same if due.is_overdue], same):
            if len(some) > 1 and sum(due.principal_gr + due.interest_gr for due in some) == amount_gr:
                return [some]
    return []


def _fits(due: Due, facts: Facts) -> bool:
    return not due.is_enforced and due.account_nrb == facts.account_nrb


def _of_dues(named: list[Liability], facts: Facts, ground: Ground) -> Proposal | Why:
    if len({due.liability_type.allocation_regime for due in named}) > 1:
        return Why.SEVERAL
    if any(due.is_enforced for due in named):
        return Why.ENFORCED
    payers = common_payers(named)
    if len(payers) > 1:
        told = set(folded_words(facts.payer_name))
        payers = [payer for payer in payers if set(folded_words(payer.name)) <= told]
    if len(payers) != 1:
        return Why.SEVERAL
    return Proposal(Target.DUES, ground, payer=payers[0], dues=tuple(named))


def is_paid_to(due: Liability, facts: Facts) -> bool:
    """Whether the due is paid to the account of the line, where the line tells one."""
    account = due.account_nrb or due.liability_type.account_nrb
    return not facts.account_nrb or account in ("", facts.account_nrb, facts.virtual_account)


def dues_with_types() -> QuerySet[Liability]:
    """Dues with what matching asks of them."""
    return (
        Liability.objects.select_related("liability_type")
        .prefetch_related("debtors")
        .order_by("due_on", "id")
    )


def service_transfers() -> QuerySet[Statement]:
    """Bulk transfers of ePłatności that its own files have told."""
    return Statement.objects.filter(file__source=FileSource.SERVICE).exclude(number="")


def _rows(dues: Iterable[Due]) -> tuple[Liability, ...]:
    return tuple(dues_with_types().filter(pk__in=[due.id for due in dues]))


def _is_taken(**target: object) -> bool:
    return Match.objects.filter(undone_at__isnull=True, **target).exists()
