"""What every bank file is read into. Amounts are integer grosze, signed: money that came is positive."""

import hashlib
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Control:
    """What the office knows of a file from elsewhere (the bank's page or letter): number of entries, their sum in grosze."""

    entries: int
    sum_gr: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account. Formats that carry no balances (Elixir-O, most result files) have None there.

    `index` is its place in the file from 0, `line` where it begins; `credits_gr` and `debits_gr` are not negative.
    """

    index: int
    line: int
    account_nrb: str = field(repr=False)
    number: str
    opening_gr: int | None
    closing_gr: int | None
    opened_on: date | None
    closed_on: date | None
    entries: int
    credits_gr: int
    debits_gr: int

    @property
    def sum_gr(self) -> int:
        """Sum of the entries, signed."""
        return self.credits_gr - self.debits_gr


@dataclass(frozen=True, slots=True)
class Entry:
    """One booked entry. `payer_…` is the other side: who paid us, or whom we paid.

    `reference` is the bank's id of the operation, `end_to_end` what the payer's side gave as reference, `code` the kind
    of operation in the bank's own code, `virtual_account` the account or payer's id of a mass payment.
    """

    line: int
    booked_on: date
    value_on: date
    amount_gr: int
    payer_name: str = field(default="", repr=False)
    payer_account: str = field(default="", repr=False)
    title: tuple[str, ...] = field(default=(), repr=False)
    reference: str = ""
    end_to_end: str = ""
    code: str = ""
    virtual_account: str = field(default="", repr=False)
    statement: int = 0
    statement_number: str = ""
    account_nrb: str = field(default="", repr=False)
    ordinal: int = 0
    """Which of the entries that are equal in everything, within one day of the statements of one number, from 0."""

    @property
    def title_text(self) -> str:
        """The title in one text; lines are joined without a space, because banks cut words at the end of a line."""
        return "".join(self.title).strip()

    @property
    def likeness(self) -> str:
        """Digest of what the bank says about the entry, without the statement and the ordinal.

        An equal one in another statement is a second payment or the same one told twice: only a person can tell.
        """
        return _digest(
            self.account_nrb,
            self.booked_on.isoformat(),
            self.value_on.isoformat(),
            str(self.amount_gr),
            self.payer_name,
            self.payer_account,
            *self.title,
            "\x1f",
            self.reference,
            self.end_to_end,
            self.code,
            self.virtual_account,
        )

    @property
    def fingerprint(self) -> str:
        """Digest that the same entry of the same statement always has, and no other: unique in storage.

        It does not depend on line breaks, code page or place in the file, so a statement that is downloaded again gives
        the same ones; two equal real payments differ by their ordinal (payments.md 14.1).
        """
        return _digest(self.likeness, self.statement_number, str(self.ordinal))


def _digest(*parts: str) -> str:
    # Lengths go in, so that no two different lists of parts read the same.
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()
