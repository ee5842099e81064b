"""The settlement file of mObywatel ePłatności (payments.md 9): what is read, and that damaged files change nothing."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.eplatnosci.profile import DEFAULT, settlement_profile_of
from integrations.finance.eplatnosci.reading import read_settlement
from integrations.finance.eplatnosci.values import Transfer
from integrations.finance.statements.values import Control
from tests.integrations.finance.making import OURS, STRANGERS
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

PROFILE = settlement_profile_of()
NAMES = ";".join(DEFAULT["columns"].values())
ROWS = (
    f"EP-1;N-2026-1001-3;300,00;PLN;2026-09-21;2026-09-22;{OURS};BGK-77;Podatek, rata 3;ROZLICZONA",
    f"EP-2;N-2026-1002-9;64,50;PLN;2026-09-21;2026-09-22;{OURS};BGK-77;Śmieci;ROZLICZONA",
    f"EP-3;N-2026-1003-9;64,50;PLN;2026-09-21;;{OURS};;Śmieci;ODRZUCONA",
    f"EP-4;N-2026-1004-9;10,00;PLN;2026-09-22;2026-09-23;{OURS};BGK-78;Śmieci;ROZLICZONA",
)
GOOD = "".join(f"{line}\r\n" for line in (NAMES, *ROWS)).encode()
CONTROL = Control(3, 37_450)
BAD = f"{(int(OURS[:2]) + 1) % 100:02d}{OURS[2:]}"

CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("blank lines", b"\r\n\r\n", "empty"),
    Damaged("a text", b"Dzien dobry\r\n", "column_missing", 1),
    Damaged("a page", b"<html></html>\r\n", "column_missing", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 40, "other_kind"),
    Damaged("a PDF", b"%PDF-1.4\r\n", "other_kind"),
    Damaged("UTF-16", GOOD.decode().encode("utf-16"), "other_kind"),
    Damaged("UTF-16 without mark", GOOD.decode().encode("utf-16-le"), "binary", 1),
    Damaged("Windows-1250", GOOD.decode().encode("cp1250"), "encoding", 3),
    Damaged("NUL", at(GOOD, "EP-1", b"EP\x00"), "binary", 2),
    Damaged("escape character", at(GOOD, "EP-1", b"EP\x1b"), "characters", 2),
    Damaged("only CR", GOOD.replace(b"\r\n", b"\r"), "line_break|cut_off", 1),
    Damaged("without the last line break", GOOD[:-2], "cut_off", 5),
    Damaged("commas", GOOD.replace(b";", b","), "column_missing", 1),
    Damaged("no names", GOOD[GOOD.index(b"EP-1") :], "column_missing", 1),
    Damaged("names twice", GOOD[: GOOD.index(b"EP-1")] + GOOD, "field", 2),
    Damaged("column missing", at(GOOD, "kwota", "kwotaa"), "column_missing", 1),
    Damaged("column twice", at(GOOD, "tytul", "kwota"), "column_twice", 1),
    Damaged("a cell less", at(GOOD, ";PLN", ""), "cells", 2),
    Damaged("a cell more", at(GOOD, ";PLN", ";PLN;x"), "cells", 2),
    Damaged("quote not closed", at(GOOD, "Podatek", '"Podatek'), "quotes", 2),
    Damaged("quote inside", at(GOOD, "Podatek", '"Pod"atek'), "quotes", 2),
    Damaged("formula", at(GOOD, "Podatek", "=1+1;"), "formula", 2),
    Damaged("formula of a program", at(GOOD, "EP-1", "=cmd|' /C calc'!A0"), "formula", 2),
    Damaged("formula with @", at(GOOD, "EP-1", "@SUM(A1)"), "formula", 2),
    Damaged("formula as an amount", at(GOOD, "300,00", "=300"), "formula", 2),
    Damaged("euro", at(GOOD, "PLN", "EUR"), "currency", 2),
    Damaged("no currency", at(GOOD, "PLN", ""), "currency", 2),
    Damaged("amount with a point", at(GOOD, "300,00", "300.00"), "amount", 2),
    Damaged("amount of letters", at(GOOD, "300,00", "trzysta"), "amount", 2),
    Damaged("three decimals", at(GOOD, "300,00", "300,000"), "amount", 2),
    Damaged("amount of zero", at(GOOD, "300,00", "0,00"), "amount", 2),
    Damaged("amount below zero", at(GOOD, "300,00", "-300,00"), "amount", 2),
    Damaged("no amount", at(GOOD, "300,00", ""), "missing", 2),
    Damaged("huge amount", at(GOOD, "300,00", "9999999999999,00"), "amount_too_big", 2),
    Damaged("absurd amount", at(GOOD, "300,00", "9" * 5_000), "amount", 2),
    Damaged("30 February", at(GOOD, "2026-09-21", "2026-02-30"), "day", 2),
    Damaged("29 February of no leap year", at(GOOD, "2026-09-21", "2027-02-29"), "day", 2),
    Damaged("day in Polish", at(GOOD, "2026-09-21", "21.09.2026"), "day", 2),
    Damaged("no day", at(GOOD, "2026-09-21", ""), "missing", 2),
    Damaged("day of settlement", at(GOOD, "2026-09-22", "jutro"), "day", 2),
    Damaged("account with wrong check digits", at(GOOD, OURS, BAD), "nrb", 2),
    Damaged("account of another office", at(GOOD, OURS, STRANGERS), "other_account", 2),
    Damaged("short account", at(GOOD, OURS, OURS[1:]), "nrb", 2),
    Damaged("no id", at(GOOD, "EP-1", ""), "missing", 2),
    Damaged("no due", at(GOOD, "N-2026-1001-3", ""), "missing", 2),
    Damaged("long id", at(GOOD, "EP-1", "E" * 81), "text_too_long", 2),
    Damaged("huge title", at(GOOD, "Podatek", "P" * 3_000), "text_too_long", 2),
    Damaged("huge line", at(GOOD, "Podatek", "P" * 20_000), "line_too_long", 2),
    Damaged("unknown state", at(GOOD, "ROZLICZONA", "W TOKU"), "field", 2),
    Damaged("no state", at(GOOD, "ROZLICZONA", ""), "field", 2),
    Damaged("payment twice", GOOD + f"{ROWS[0]}\r\n".encode(), "twice", 6),
    Damaged("id twice", at(GOOD, "EP-2", "EP-1"), "twice", 3),
    Damaged("a payment less", at(GOOD, f"{ROWS[0]}\r\n", ""), "control_entries"),
    Damaged("another amount", at(GOOD, "300,00", "300,01"), "control_sum"),
    *cuts("cell", GOOD, b";", "cut_off"),
    *cuts("line", GOOD, b"\r\n", "control_entries"),
]  # fmt: skip


def read(file: BinaryIO) -> Iterator[Any]:
    yield from read_settlement(file, PROFILE, accounts=[OURS], control=CONTROL).payments


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_damaged_file_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(read, case)


def test_settled_payments_are_told_with_their_dues_and_rejected_ones_are_left_out() -> None:
    settlement = read_settlement(BytesIO(GOOD), PROFILE, accounts=[OURS], control=CONTROL)
    assert [one.external_id for one in settlement.payments] == ["EP-1", "EP-2", "EP-4"]
    first = settlement.payments[0]
    assert (first.due_id, first.amount_gr, first.line) == ("N-2026-1001-3", 30_000, 2)
    assert (first.paid_on, first.settled_on) == (date(2026, 9, 21), date(2026, 9, 22))
    assert settlement.amount_gr == 37_450


def test_the_bulk_transfers_are_summed_for_the_bank_statement() -> None:
    assert read_settlement(BytesIO(GOOD), PROFILE).transfers == (
        Transfer("BGK-77", OURS, 2, 36_450),
        Transfer("BGK-78", OURS, 1, 1_000),
    )


def test_reading_the_same_file_again_says_the_same() -> None:
    assert read_settlement(BytesIO(GOOD), PROFILE) == read_settlement(BytesIO(GOOD), PROFILE)


def test_columns_may_have_other_names() -> None:
    columns = {"external_id": "ID", "due_id": "Zobowiązanie", "amount": "Kwota zł", "paid_on": "Data"}
    profile = settlement_profile_of(
        {
            "encoding": "windows-1250",
            "delimiter": ",",
            "columns": columns,
            "amount": "point",
            "day": "DD.MM.YYYY",
        }
    )
    content = "Data,Kwota zł,ID,Zobowiązanie,Uwagi\n21.09.2026,300.00,EP-1,N-1,ąę\n".encode("cp1250")
    (one,) = read_settlement(BytesIO(content), profile).payments
    assert (one.external_id, one.due_id, one.amount_gr, one.paid_on) == (
        "EP-1",
        "N-1",
        30_000,
        date(2026, 9, 21),
    )
