"""Specyfikacja przelewu zbiorczego: to which dues one bulk transfer of an operator belongs, for the finance system."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from kernel.money import to_decimal_text
from services.banking.domain.kinds import Target
from services.banking.models import Match, Statement, StatementLine
from services.ledger.models import Entry
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.payments.domain.record import Record, from_plain
from services.payments.models import AllocationRecord, Payment, SettlementBatch, SettlementLine
from services.payments.queries_reconciliation import settlement_lines
from services.payments.queries_records import record_of

DUE, COST, OVERPAYMENT, REFUND, UNKNOWN = "due", "reminder_cost", "overpayment", "refund", "unknown"
COLUMNS = (
    "operator_id", "reference", "due_id", "kind", "account", "amount", "fee", "office_fee", "payer_debited_at", "booked",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What one payment of the transfer brings to one due, in grosze. `fee_gr` is the operator's whole fee for the payment,
    `office_fee_gr` what of it was kept back from the office's money; both stand on the first row of a payment."""

    operator_id: str
    reference: str
    due_id: str
    kind: str
    account_nrb: str
    amount_gr: int
    fee_gr: int
    office_fee_gr: int
    payer_debited_at: date | None
    is_booked: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as texts in the order of COLUMNS."""
        return (
            self.operator_id,
            self.reference,
            self.due_id,
            self.kind,
            self.account_nrb,
            to_decimal_text(self.amount_gr),
            to_decimal_text(self.fee_gr),
            to_decimal_text(self.office_fee_gr),
            self.payer_debited_at.isoformat() if self.payer_debited_at else "",
            "1" if self.is_booked else "0",
        )


@dataclass(frozen=True)
class Specification:
    """One bulk transfer. `kept_gr` is a commission kept back of the whole; `bank_gr` the transfer on the bank statement,
    None while nobody has found it. Sum of amounts - office fees - kept = `payout_gr`."""

    number: str
    operator: str
    account_nrb: str
    settled_on: date | None
    bank_on: date | None
    bank_gr: int | None
    kept_gr: int
    payout_gr: int
    rows: Sequence[Row]

    @property
    def amount_gr(self) -> int:
        """Sum of what belongs to dues."""
        return sum(row.amount_gr for row in self.rows)

    @property
    def fee_gr(self) -> int:
        """Sum of the operator's fees."""
        return sum(row.fee_gr for row in self.rows)

    @property
    def office_fee_gr(self) -> int:
        """Sum of the fees that were kept back from the office's money."""
        return sum(row.office_fee_gr for row in self.rows)

    @property
    def digest(self) -> str:
        """SHA-256 of all cells in their order: equal for the same rows, whatever form the file has."""
        told = "\n".join("\t".join(row.cells) for row in self.rows)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class _Part:
    due_id: str
    kind: str
    amount_gr: int


def of_payout(batch: SettlementBatch) -> Specification:
    """Of a payout of a payment operator with `payout_gr` (`settlement_batch`). A booked payment is divided as it was booked,
    one that waits as it was ordered."""
    rows = [row for line in settlement_lines(batch) for row in _rows_of(line)]
    return Specification(
        number=batch.batch_id,
        operator=batch.operator_account.operator,
        account_nrb=batch.operator_account.account_nrb,
        settled_on=batch.settled_on,
        bank_on=batch.bank_on,
        bank_gr=batch.bank_amount_gr,
        kept_gr=batch.kept_gr,
        payout_gr=batch.payout_gr,  # type: ignore[attr-defined]
        rows=rows,
    )


def _rows_of(line: SettlementLine) -> list[Row]:
    payment = line.payment
    if payment is None or line.refund_id or line.amount_gr < 0:
        parts = [_Part("", REFUND if line.refund_id or line.amount_gr < 0 else UNKNOWN, line.payout_gr)]
    else:
        parts = _booked_parts(payment) or _ordered_parts(payment)
    amount_gr = sum(part.amount_gr for part in parts)
    return [
        Row(
            operator_id=line.operator_tx_id,
            reference=line.reference or (payment.reference if payment else ""),
            due_id=part.due_id,
            kind=part.kind,
            account_nrb=payment.account_nrb if payment else line.batch.operator_account.account_nrb,
            amount_gr=part.amount_gr,
            fee_gr=(line.fee_gr or 0) if at == 0 else 0,
            office_fee_gr=amount_gr - line.payout_gr if at == 0 else 0,
            payer_debited_at=payment.debited_on if payment else None,
            is_booked=payment is not None and payment.booked_at is not None,
        )
        for at, part in enumerate(parts)
    ]


def _ordered_parts(payment: Payment) -> list[_Part]:
    parts = []
    for item in payment.items.select_related("liability", "reminder_cost").order_by("id"):
        if item.liability is not None:
            parts.append(_Part(item.liability.external_id, DUE, item.total_gr))
        elif item.reminder_cost is not None:
            parts.append(_Part(item.reminder_cost.external_id, COST, item.total_gr))
    return parts


def _booked_parts(payment: Payment) -> list[_Part]:
    found = record_of(payment) if payment.booked_at is not None else None
    return _parts_of(found.record, str(payment.public_id)) if found and found.reversed_on is None else []


def _parts_of(record: Record, source_ref: str) -> list[_Part]:
    """One part for each due or cost that got something, and what was left over."""
    given: dict[str, int] = {}
    for share in record.shares:
        given[share.subject] = given.get(share.subject, 0) + share.amount_gr
    names = _external_ids(given)
    parts = [_Part(names[key][0], names[key][1], amount_gr) for key, amount_gr in given.items()]
    if record.overpaid_gr:
        held = Overpayment.objects.filter(source_ref=source_ref).order_by("-id").first()
        parts.append(_Part(held.external_id if held else "", OVERPAYMENT, record.overpaid_gr))
    return parts


def _external_ids(subjects: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    ids = [UUID(subject) for subject in subjects]
    dues = Liability.objects.filter(public_id__in=ids).values_list("public_id", "external_id")
    costs = ReminderCost.objects.filter(public_id__in=ids).values_list("public_id", "external_id")
    return {str(key): (number, DUE) for key, number in dues} | {
        str(key): (number, COST) for key, number in costs
    }


def of_service_transfer(transfer: Statement) -> Specification:
    """Of a bulk transfer of ePłatności: what its payments were booked to."""
    found = (
        Match.objects.filter(service_transfer=transfer, undone_at__isnull=True).select_related("line").first()
    )
    return Specification(
        number=transfer.number,
        operator="eplatnosci",
        account_nrb=transfer.account_nrb,
        settled_on=None,
        bank_on=found.line.booked_on if found else None,
        bank_gr=found.line.amount_gr if found else None,
        kept_gr=0,
        payout_gr=transfer.sum_gr,
        rows=_service_rows(transfer),
    )


def _service_rows(transfer: Statement) -> list[Row]:
    lines = list(
        StatementLine.objects.filter(Q(statement=transfer) | Q(statement__part_of=transfer)).order_by("id")
    )
    standing = Match.objects.filter(line__in=lines, target=Target.DUES.value, undone_at__isnull=True)
    matches = {one.line_id: one for one in standing.select_related("entry")}
    rows = []
    for line in lines:
        entry = matches[line.pk].entry if line.pk in matches else None
        parts = _entry_parts(entry) if entry else []
        for part in parts or [_Part(line.end_to_end, UNKNOWN, line.amount_gr)]:
            rows.append(
                Row(
                    operator_id=line.reference,
                    reference=str(line.public_id),
                    due_id=part.due_id,
                    kind=part.kind,
                    account_nrb=transfer.account_nrb,
                    amount_gr=part.amount_gr,
                    fee_gr=0,
                    office_fee_gr=0,
                    payer_debited_at=line.value_on,
                    is_booked=entry is not None,
                )
            )
    return rows


def _entry_parts(entry: Entry) -> list[_Part]:
    row = AllocationRecord.objects.filter(entry=entry).first()
    return _parts_of(from_plain(Record, row.content), str(entry.reference)) if row else []
