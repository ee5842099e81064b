"""What is known of a line before it is matched: the same for a line of a file that is only checked and for a stored one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from integrations.finance.eplatnosci.values import Settled
from integrations.finance.statements.values import Entry
from kernel import crypto
from services.banking.models import FileSource, StatementLine

PAYER_ACCOUNT = "payer account"
"""Purpose of the blind index of a payer's account."""
LINE, LIKENESS = "statement line", "statement line likeness"
"""Purposes of the two digests by which a line is known again."""


@dataclass(frozen=True)
class Facts:
    """One line. `account_nrb` is the office's account, `due_id` the due that a service names outright; grosze, signed."""

    line: int
    fingerprint: str
    likeness: str
    booked_on: date
    value_on: date
    amount_gr: int
    account_nrb: str = field(repr=False)
    title: str = field(default="", repr=False)
    payer_name: str = field(default="", repr=False)
    payer_account: str = field(default="", repr=False)
    virtual_account: str = field(default="", repr=False)
    reference: str = ""
    end_to_end: str = field(default="", repr=False)
    code: str = ""
    due_id: str = ""
    statement: int = 0
    statement_number: str = ""
    prefixes: Sequence[str] = ()
    contradicts: bool = False
    """Whether it is a payment of ePłatności that is stored with another amount."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Where a number of ours may stand."""
        return (self.title, self.title.replace(" ", ""), self.end_to_end, self.reference)

    @property
    def days(self) -> tuple[date, date]:
        """Days that stand for the payment."""
        return min(self.value_on, self.booked_on), self.booked_on

    @property
    def payer_account_index(self) -> bytes | None:
        """By which earlier payments from the same account are found."""
        return crypto.blind_index(self.payer_account, PAYER_ACCOUNT) if self.payer_account else None


def facts_of_entry(entry: Entry, prefixes: Sequence[str] = ()) -> Facts:
    """A line of a bank's file."""
    return Facts(
        line=entry.line,
        fingerprint=_keyed(entry.fingerprint, LINE),
        likeness=_keyed(entry.likeness, LIKENESS),
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount_gr=entry.amount_gr,
        account_nrb=entry.account_nrb,
        title=entry.title_text,
        payer_name=entry.payer_name,
        payer_account=entry.payer_account,
        virtual_account=entry.virtual_account,
        reference=entry.reference[:80],
        end_to_end=entry.end_to_end,
        code=entry.code[:20],
        statement=entry.statement,
        statement_number=entry.statement_number,
        prefixes=prefixes,
    )


def _keyed(digest: str, purpose: str) -> str:
    """The digest under the gmina's key: it covers name, account and title, and who has a dump must not try persons on it."""
    return crypto.blind_index(digest, purpose).hex()


def facts_of_settled(settled: Settled, statement: int) -> Facts:
    """A payment of ePłatności: the operator's id is its identity, whatever file tells it."""
    identity = _identity(settled.external_id)
    return Facts(
        line=settled.line,
        fingerprint=identity,
        likeness=identity,
        booked_on=settled.settled_on or settled.paid_on,
        value_on=settled.paid_on,
        amount_gr=settled.amount_gr,
        account_nrb=settled.account_nrb,
        title=settled.title,
        payer_name=settled.payer_name,
        reference=settled.external_id,
        end_to_end=settled.due_id,
        due_id=settled.due_id,
        statement=statement,
        statement_number=settled.transfer_id,
    )


def _identity(external_id: str, more: str = "") -> str:
    return hashlib.sha256(f"eplatnosci|{external_id}{more}".encode()).hexdigest()


def against_stored(batch: Sequence[Facts]) -> list[Facts]:
    """The lines as they are to be stored: a payment of ePłatności that is known with another amount `contradicts` it
    and is a line of its own, so that it is neither lost nor booked twice. Lines of banks stay as they are: their fingerprint
    holds the amount."""
    of_service = [one.fingerprint for one in batch if one.due_id]
    stored = StatementLine.objects.filter(fingerprint__in=of_service).values_list("fingerprint", "amount_gr")
    amounts = dict(stored)
    return [
        one if amounts.get(one.fingerprint, one.amount_gr) == one.amount_gr else _contradicting(one)
        for one in batch
    ]


def _contradicting(facts: Facts) -> Facts:
    identity = _identity(facts.reference, f"|{facts.amount_gr}")
    return replace(facts, fingerprint=identity, contradicts=True)


def facts_of_line(row: StatementLine, prefixes: Sequence[str] = ()) -> Facts:
    """A stored line; its statement and file must be loaded with it."""
    is_service = row.statement.file.source == FileSource.SERVICE
    return Facts(
        line=row.line,
        fingerprint=row.fingerprint,
        likeness=row.likeness,
        booked_on=row.booked_on,
        value_on=row.value_on,
        amount_gr=row.amount_gr,
        account_nrb=row.statement.account_nrb,
        title=row.title,
        payer_name=row.payer_name,
        payer_account=row.payer_account,
        virtual_account=row.virtual_account,
        reference=row.reference,
        end_to_end=row.end_to_end,
        code=row.code,
        due_id=row.end_to_end if is_service else "",
        statement_number=row.statement.number,
        prefixes=prefixes,
    )
