"""The office books what came, twice over, and the sums must be those of the money."""

from collections import Counter

from django.db.models import Sum
from django.utils import timezone

from kernel import tenancy
from services.ledger.models import AccountKind, EntryCode, Posting
from services.liabilities.models import Liability
from services.payments.actions import book_payments
from services.payments.domain.states import State
from services.payments.models import Payment, PaymentItem
from tests.campaign.audit import BOOKS, DOUBLED, LOCKED, Findings, check_ledger
from tests.campaign.world import Town, World


def book(world: World, findings: Findings) -> None:
    """Book in each gmina all that is paid, as its clerk, and check the sums."""
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            _book(town, findings)
            check_ledger(findings)


def _book(town: Town, findings: Findings) -> None:
    today = timezone.localdate()
    # Money that came late came on a day that the operator's clock has reached and ours has not.
    paid = Payment.objects.filter(state=State.PAID, debited_on__lte=today).order_by("paid_at", "id")
    ids = list(paid.values_list("public_id", flat=True))
    owed_gr = _owed_gr()
    for _ in range(2):
        for outcome in book_payments(payment_ids=ids, credited_on=today, actor=town.actor("daria")):  # type: ignore[arg-type]
            if outcome.error is not None:
                findings.add(BOOKS, str(outcome.payment_id), f"cannot be booked: {outcome.error}")
    booked = Payment.objects.filter(public_id__in=ids, state=State.BOOKED)
    findings.counts["booked"] += booked.count()
    office_gr = sum(one.office_gr for one in booked.prefetch_related("refunds"))
    findings.counts["booked_gr"] += office_gr
    _check_sums(town, owed_gr, office_gr, findings)
    _check_entries(ids, findings)
    for item in PaymentItem.objects.filter(payment__in=booked, is_open=True).select_related("payment"):
        findings.add(LOCKED, item.payment.reference, f"booked, and still locks {item}")


def _check_sums(town: Town, owed_gr: int, office_gr: int, findings: Findings) -> None:
    """All that the bank got has lowered a claim, is interest, or is an overpayment."""
    sums = _sums()
    went_gr = owed_gr - _owed_gr() - sums[AccountKind.INTEREST_REVENUE] - sums[AccountKind.OVERPAYMENT]
    findings.counts["overpaid_gr"] -= sums[AccountKind.OVERPAYMENT]
    if sums[AccountKind.BANK] != office_gr:
        findings.add(BOOKS, town.label, f"{sums[AccountKind.BANK]} gr in the bank for {office_gr} gr paid")
    if went_gr != office_gr:
        findings.add(BOOKS, town.label, f"{went_gr} gr were divided of {office_gr} gr")
    below = Posting.objects.filter(account=AccountKind.RECEIVABLE_PRINCIPAL).values("subject")
    for row in below.annotate(total=Sum("amount_gr")).filter(total__lt=0):
        findings.add(BOOKS, str(row["subject"]), f"paid beyond nothing: {row['total']} gr")


def _check_entries(ids: list[object], findings: Findings) -> None:
    entries = Posting.objects.filter(entry__code=EntryCode.PAYMENT, account=AccountKind.BANK)
    times = Counter(entries.values_list("entry__reference", flat=True))
    for public_id in ids:
        if times[public_id] != 1:
            findings.add(DOUBLED, str(public_id), f"stands in the ledger {times[public_id]} times")


def _owed_gr() -> int:
    dues = Liability.objects.values("public_id")
    rows = Posting.objects.filter(account=AccountKind.RECEIVABLE_PRINCIPAL, subject__in=dues)
    return rows.aggregate(total=Sum("amount_gr"))["total"] or 0


def _sums() -> Counter[str]:
    rows = Posting.objects.values("account").annotate(total=Sum("amount_gr"))
    return Counter({row["account"]: row["total"] for row in rows})
