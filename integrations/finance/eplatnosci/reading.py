"""Reading a settlement file of ePłatności. A file is taken as a whole or refused as a whole."""

import csv
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from integrations.finance.eplatnosci.profile import SettlementProfile
from integrations.finance.eplatnosci.values import Settled, Settlement, Transfer
from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formulas import is_formula
from integrations.finance.fields import day, one_line, own_account, refuse_other_currency, signed_amount_gr
from integrations.finance.lines import digest_of, lines_of
from integrations.finance.statements.values import Control
from kernel.money import format_gr

MAX_PAYMENTS = 100_000


def read_settlement(
    file: BinaryIO,
    profile: SettlementProfile,
    *,
    accounts: Sequence[str] = (),
    control: Control | None = None,
) -> Settlement:
    """The payments of a settlement file, and the bulk transfers that they came in.

    `accounts` are the office's own: a payment to another one refuses the file (nothing is checked when none is given).
    `control` is what the office knows from elsewhere, usually the bank statement. The last line must have its line
    break: nothing else would show that the rest is missing. Raises FileRefused with the line.
    """
    names: Sequence[str] = ()
    payments: list[Settled] = []
    seen: dict[str, int] = {}
    line = 1
    for line, text in lines_of(file, profile.encoding, final_break=True):
        if not text.strip():
            continue
        cells = _cells(text, line, profile)
        if not names:
            names = _names(cells, line, profile)
            continue
        if len(cells) != len(names):
            raise FileRefused("cells", line=line, found=len(cells), expected=len(names))
        settled = _settled(dict(zip(names, cells, strict=True)), line, profile, accounts)
        if settled is None:
            continue
        first = seen.setdefault(settled.external_id, line)
        if first != line:
            raise FileRefused("twice", line=line, field="external_id", found=settled.external_id, first=first)
        payments.append(settled)
        if len(payments) > MAX_PAYMENTS:
            raise FileRefused("too_many", line=line, most=MAX_PAYMENTS)
    if not names:
        raise FileRefused("empty", line=1)
    settlement = Settlement(tuple(payments), _transfers(payments), digest_of(file))
    if control and control.entries != len(payments):
        raise FileRefused("control_entries", line=line, expected=control.entries, found=len(payments))
    if control and control.sum_gr != settlement.amount_gr:
        raise FileRefused(
            "control_sum",
            line=line,
            expected=format_gr(control.sum_gr),
            found=format_gr(settlement.amount_gr),
        )
    return settlement


def _cells(text: str, line: int, profile: SettlementProfile) -> list[str]:
    try:
        cells = next(csv.reader([text], delimiter=profile.delimiter, strict=True))
    except csv.Error:
        raise FileRefused("quotes", line=line) from None
    plain = [cell.strip() for cell in cells]
    for cell in plain:
        if is_formula(cell):
            raise FileRefused("formula", line=line, field="", found=cell)
    return plain


def _names(cells: Sequence[str], line: int, profile: SettlementProfile) -> Sequence[str]:
    """The first line names the columns; those that we do not ask for may be there too."""
    for name in cells:
        if name and cells.count(name) > 1:
            raise FileRefused("column_twice", line=line, columns=name)
    missing = sorted(set(profile.columns.values()) - set(cells))
    if missing:
        raise FileRefused("column_missing", line=line, columns=", ".join(missing))
    return cells


def _settled(
    cells: Mapping[str, str], line: int, profile: SettlementProfile, accounts: Sequence[str]
) -> Settled | None:
    said = {name: cells[column] for name, column in profile.columns.items()}
    if "status" in said and said["status"] not in profile.settled_words:
        if said["status"] in profile.other_words:
            return None
        raise FileRefused("field", line=line, field=profile.columns["status"], found=said["status"])
    for name in ("external_id", "due_id", "amount", "paid_on"):
        if not said[name]:
            raise FileRefused("missing", line=line, field=profile.columns[name])
    if "currency" in said:
        refuse_other_currency(said["currency"], line)
    amount_gr = signed_amount_gr(said["amount"], profile.amount, line)
    if amount_gr <= 0:
        raise FileRefused("amount", line=line, found=said["amount"])
    account = own_account(said["account"], line) if said.get("account") else ""
    if account and accounts and account not in accounts:
        raise FileRefused("other_account", line=line, found=account)
    return Settled(
        line=line,
        external_id=one_line(said["external_id"], line, most=80),
        due_id=one_line(said["due_id"], line, most=80),
        amount_gr=amount_gr,
        paid_on=day(said["paid_on"], profile.day, line),
        settled_on=day(said["settled_on"], profile.day, line) if said.get("settled_on") else None,
        account_nrb=account,
        transfer_id=one_line(said.get("transfer_id", ""), line, most=80),
        payer_name=one_line(said.get("payer_name", ""), line, most=200),
        title=one_line(said.get("title", ""), line),
    )


def _transfers(payments: Sequence[Settled]) -> tuple[Transfer, ...]:
    parts: dict[tuple[str, str], list[int]] = {}
    for one in payments:
        parts.setdefault((one.transfer_id, one.account_nrb), []).append(one.amount_gr)
    return tuple(
        Transfer(transfer_id, account, len(amounts), sum(amounts))
        for (transfer_id, account), amounts in parts.items()
    )
