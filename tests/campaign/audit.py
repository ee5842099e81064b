"""The operators' own books against ours, transaction by transaction, and what must hold in our own books anyway."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from integrations.emulators.registry import EMULATORS
from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.ledger.verification import verify
from services.liabilities.models import Liability
from services.notices.models import Message
from services.payments.domain.discrepancies import Kind
from services.payments.domain.states import LOCKING, UNPAID, State, has_money
from services.payments.models import Discrepancy, OperatorEvent, Payment, PaymentItem, Verdict
from services.payments.models_reconciliation import DiscrepancyState
from tests.campaign.world import Town, World

Remote = Mapping[str, Any]
Key = tuple[str, str, str]
"""Operator, its merchant, our reference."""
Listed = frozenset[tuple[str, str]]
"""Our reference and the operator's id of money that somebody looks into."""

LOST, DOUBLED, INVENTED, STUCK, LOCKED, AMOUNT, BOOKS = (
    "lost", "doubled", "invented", "stuck", "locked", "amount", "books"
)  # fmt: skip
KINDS = (LOST, DOUBLED, INVENTED, STUCK, LOCKED, AMOUNT, BOOKS)


@dataclass(frozen=True)
class Difference:
    """One thing that must not be; `reference` finds it in all logs and books."""

    kind: str
    reference: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.reference}: {self.text}"


@dataclass
class Findings:
    """What the audit has found, and its figures."""

    differences: list[Difference] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, reference: str, text: str) -> None:
        """A difference."""
        self.differences.append(Difference(kind, reference, text))

    def figures(self) -> dict[str, int]:
        """Differences by kind."""
        return {kind: sum(one.kind == kind for one in self.differences) for kind in KINDS}


def audit(world: World, other_amounts: Mapping[str, int]) -> Findings:
    """Compare everything before anything is booked."""
    findings = Findings()
    books = _books(world)
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            _compare(town, books, other_amounts, findings)
            _check_locks(findings)
            _check_once(findings)
            _check_unbooked(findings)
    for (operator, _, reference), remote in books.items():  # what no gmina knows
        for one in filter(_is_paid, remote):
            findings.add(LOST, reference, f"{operator} {one['operator_tx_id']} is no payment of any gmina")
    return findings


def _books(world: World) -> dict[Key, list[Remote]]:
    found: dict[Key, list[Remote]] = defaultdict(list)
    for operator, control in world.controls.items():
        for one in control.state()["transactions"]:
            found[operator, one["merchant"], one["ref"]].append(one)
    return dict(found)


def _is_paid(remote: Remote) -> bool:
    return remote["paid_at"] is not None


def _compare(
    town: Town, books: dict[Key, list[Remote]], other_amounts: Mapping[str, int], findings: Findings
) -> None:
    listed = _clerks_list()
    seen: Counter[tuple[str, str]] = Counter()
    for payment in Payment.objects.select_related("operator_account").order_by("id"):
        account = payment.operator_account
        merchant = account.merchant_ids[EMULATORS[account.operator].merchant_key]
        remote = books.pop((account.operator, merchant, payment.reference), [])
        paid = [one for one in remote if _is_paid(one)]
        findings.counts["payments"] += 1
        findings.counts[f"state.{payment.state}"] += 1
        findings.counts["paid_there"] += len(paid)
        findings.counts["paid_there_gr"] += sum(one["paid_gr"] for one in paid)
        if has_money(State(payment.state)):
            seen[account.operator, payment.operator_id] += 1
        for problem in judged(payment, paid, listed, payment.reference in other_amounts):
            findings.differences.append(problem)
        if len(paid) > 1:
            findings.counts["paid_twice_by_one_link"] += 1
    for (operator, operator_id), times in seen.items():
        if times > 1:
            findings.add(DOUBLED, operator_id, f"{times} payments of {town.label} live on one of {operator}")
    findings.counts["clerks_list"] += len(listed)


def judged(
    payment: Payment, paid: Sequence[Remote], listed: Listed, is_other_amount: bool
) -> Iterator[Difference]:
    """What is wrong with one payment; `paid` is what the operator has of it."""
    state = State(payment.state)
    if state in UNPAID or state == State.PAID_UNVERIFIED:
        yield _difference(STUCK, payment, f"nobody asks any more; the operator has {len(paid)} paid")
        return
    if not paid:
        if has_money(state) or state == State.MISMATCH:
            yield _difference(INVENTED, payment, "the operator has no money")
        return
    ours = [one for one in paid if has_money(state) and one["operator_tx_id"] == payment.operator_id]
    if has_money(state) and not ours:
        yield _difference(INVENTED, payment, f"the money is in {[one['operator_tx_id'] for one in paid]}")
    for one in paid:
        is_listed = (payment.reference, one["operator_tx_id"]) in listed
        if one in ours and is_listed:
            yield _difference(DOUBLED, payment, f"{one['operator_tx_id']} is taken, and listed as nobody's")
        elif one in ours:
            yield from _taken(payment, one, is_other_amount)
        elif not is_listed and state != State.MISMATCH:
            yield _difference(
                LOST, payment, f"{one['paid_gr']} gr in {one['operator_tx_id']} ({one['state']})"
            )


def _taken(payment: Payment, remote: Remote, is_other_amount: bool) -> Iterator[Difference]:
    """What is wrong with money that we say is ours."""
    if remote["amount_gr"] != payment.total_gr or is_other_amount:
        yield _difference(
            AMOUNT, payment, f"{remote['paid_gr']} gr came for an order of {payment.total_gr} gr"
        )
    operator = EMULATORS[payment.operator_account.operator]
    if "confirm" in operator.places and remote["state"] == "paid":
        yield _difference(LOST, payment, "never confirmed: the money stays with the payer")


def _difference(kind: str, payment: Payment, text: str) -> Difference:
    account = payment.operator_account
    return Difference(kind, payment.reference, f"{payment.state} at {account.operator}: {text}")


def _clerks_list() -> Listed:
    """What the clerks of the open gmina work through, besides mismatches: messages without a payment, and money that
    reconciling has found."""
    listed = set()
    for event in OperatorEvent.objects.filter(verdict=Verdict.ORPHAN):
        listed.add((str(event.parsed["ref"]), str(event.parsed["operator_tx_id"])))
    rows = Discrepancy.objects.filter(
        state=DiscrepancyState.OPEN, payment__isnull=False, kind=Kind.PAID_TWICE
    )
    for row in rows.select_related("payment"):
        assert row.payment is not None
        listed.add((row.payment.reference, str(row.details.get("operator_id", ""))))
    return frozenset(listed)


def _check_locks(findings: Findings) -> None:
    """A due is locked as long as its payment may still bring money that nobody has booked (eKasa § 10 ust. 4)."""
    states = [state.value for state in LOCKING]
    rows = PaymentItem.objects.filter(is_open=True).exclude(payment__state__in=states)
    for item in rows.select_related("payment"):
        findings.add(LOCKED, item.payment.reference, f"{item.payment.state} still locks {item}")
    findings.counts["locked_items"] += PaymentItem.objects.filter(is_open=True).count()


def _check_once(findings: Findings) -> None:
    """Each payment became paid once, and one letter says so."""
    rows = AuditEntry.objects.filter(action="payment.state", details__after=State.PAID)
    for row in rows.values("subject_ref").annotate(times=Count("id")).filter(times__gt=1):
        findings.add(DOUBLED, row["subject_ref"], f"became paid {row['times']} times")
    letters = Message.objects.filter(kind="payment_paid").values("related_ref").annotate(times=Count("id"))
    for row in letters.filter(times__gt=1):
        findings.add(DOUBLED, row["related_ref"], f"{row['times']} letters say that it is paid")
    findings.counts["letters"] += letters.count()


def _check_unbooked(findings: Findings) -> None:
    """Nothing but the office's booking changes a balance (eKasa § 10 ust. 4)."""
    for entry in Entry.objects.exclude(code=EntryCode.ASSESSMENT):
        findings.add(BOOKS, str(entry.reference), f"a {entry.code} that nobody has booked")
    dues = {due.public_id: due.principal_gr for due in Liability.objects.all()}
    owed = balances(list(dues), AccountKind.RECEIVABLE_PRINCIPAL)
    for public_id, principal_gr in dues.items():
        if owed.get(public_id, 0) != principal_gr:
            findings.add(BOOKS, str(public_id), f"{owed.get(public_id, 0)} gr owed of {principal_gr} gr")
    check_ledger(findings)


def check_ledger(findings: Findings) -> None:
    """The ledger of the open gmina stands as it was written."""
    outcome = verify()
    findings.counts["entries"] += outcome.entries
    for one in outcome.findings:
        findings.add(BOOKS, tenancy.current_tenant_id(), str(one))
