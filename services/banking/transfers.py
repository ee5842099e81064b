"""A line of a statement as money for dues."""

from collections.abc import Sequence
from uuid import UUID

from services.accounts.models import Payer
from services.banking.models import FileSource, StatementLine
from services.liabilities.models import Liability
from services.payments.bank_transfers import TRADITIONAL, BankTransfer

SERVICE_METHOD = "blik"
"""ePłatności are paid by BLIK or a pay-by-link, never by an order on paper (payments.md 9)."""


def common_payers(dues: Sequence[Liability]) -> list[Payer]:
    """Debtors of every one of the dues, in the order of the first one's."""
    common = set.intersection(*({payer.pk for payer in due.debtors.all()} for due in dues))
    return [payer for payer in dues[0].debtors.all() if payer.pk in common]


def transfer_of(
    line: StatementLine, reference: UUID, payer: Payer, dues: Sequence[Liability]
) -> BankTransfer:
    """The line as money for dues. A statement tells no day of debit, so the day of value stands for it, never later than the
    credit; ePłatności tell the payer's own day."""
    is_service = line.statement.file.source == FileSource.SERVICE
    return BankTransfer(
        reference=reference,
        payer=payer,
        dues=dues,
        amount_gr=line.amount_gr,
        paid_on=min(line.value_on, line.booked_on),
        credited_on=line.booked_on,
        method_group=SERVICE_METHOD if is_service else TRADITIONAL,
    )
