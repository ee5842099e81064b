"""A file as statements with their lines, whichever service wrote it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from integrations.finance.eplatnosci.reading import read_settlement
from integrations.finance.statements.reading import open_statements
from integrations.finance.statements.values import Control
from services.banking.facts import Facts, facts_of_entry, facts_of_settled
from services.banking.layouts import layout_of, service_layout, virtual_prefixes
from services.banking.models import BankAccount
from tenants.configuration.models import LiabilityType


@dataclass(frozen=True)
class ReadStatement:
    """One statement of a file, or one bulk transfer of ePłatności. Amounts in grosze; without a sign but `sum_gr`."""

    number: str
    account_nrb: str = field(repr=False)
    entries: int
    credits_gr: int
    debits_gr: int
    opening_gr: int | None = None
    closing_gr: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None

    @property
    def sum_gr(self) -> int:
        """Sum of the entries, signed."""
        return self.credits_gr - self.debits_gr


@dataclass(frozen=True)
class ReadFile:
    """A sound file. `lines()` reads it anew, in its order; `Facts.statement` is the index of a line's statement."""

    sha256: str
    statements: Sequence[ReadStatement]
    lines: Callable[[], Iterator[Facts]] = field(repr=False)

    @property
    def entries(self) -> int:
        """Number of lines."""
        return sum(one.entries for one in self.statements)

    @property
    def opening_gr(self) -> int | None:
        """Opening balance of the first statement, if these statements go on from one another and tell balances."""
        return self.statements[0].opening_gr if self._is_continuous else None

    @property
    def closing_gr(self) -> int | None:
        """Closing balance of the last statement, as `opening_gr`."""
        return self.statements[-1].closing_gr if self._is_continuous else None

    @property
    def _is_continuous(self) -> bool:
        pairs = zip(self.statements, self.statements[1:], strict=False)
        return bool(self.statements) and all(one.closing_gr == after.opening_gr for one, after in pairs)


def read_file(file: BinaryIO, account: BankAccount | None, control: Control | None = None) -> ReadFile:
    """Read and check a file of an account, or without one a settlement file of ePłatności.

    Raises FileRefused, and InvalidInput when the account's layout is broken.
    """
    return _settlement(file, control) if account is None else _statements(file, account, control)


def _statements(file: BinaryIO, account: BankAccount, control: Control | None) -> ReadFile:
    layout = layout_of(account)
    opened = open_statements(file, layout, account_nrb=account.account_nrb, control=control)
    prefixes = virtual_prefixes(layout)
    told = [
        ReadStatement(
            number=one.number,
            account_nrb=one.account_nrb,
            entries=one.entries,
            credits_gr=one.credits_gr,
            debits_gr=one.debits_gr,
            opening_gr=one.opening_gr,
            closing_gr=one.closing_gr,
            opened_on=one.opened_on,
            closed_on=one.closed_on,
        )
        for one in opened.statements
    ]
    return ReadFile(
        opened.sha256, told, lambda: (facts_of_entry(entry, prefixes) for entry in opened.entries())
    )


def own_accounts() -> list[str]:
    """Numbers of the office's own accounts: a settlement for any other is not the office's."""
    of_types = LiabilityType.objects.exclude(account_nrb="").values_list("account_nrb", flat=True)
    return sorted({*of_types, *BankAccount.objects.values_list("account_nrb", flat=True)})


def _settlement(file: BinaryIO, control: Control | None) -> ReadFile:
    settlement = read_settlement(file, service_layout(), accounts=own_accounts(), control=control)
    place = {(one.transfer_id, one.account_nrb): at for at, one in enumerate(settlement.transfers)}
    told = [
        ReadStatement(
            number=one.transfer_id,
            account_nrb=one.account_nrb,
            entries=one.payments,
            credits_gr=one.amount_gr,
            debits_gr=0,
        )
        for one in settlement.transfers
    ]
    return ReadFile(
        settlement.sha256,
        told,
        lambda: (
            facts_of_settled(one, place[one.transfer_id, one.account_nrb]) for one in settlement.payments
        ),
    )
