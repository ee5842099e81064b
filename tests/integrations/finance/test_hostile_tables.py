"""Damaged and hostile result files of mass payments: each is refused as a whole, with a code, the line and a sentence."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.statements.banks import profiles
from integrations.finance.statements.profiles import Profile, profile_of
from integrations.finance.statements.reading import open_statements
from tests.integrations.finance.making import OURS, PAYERS, STRANGERS, VIRTUAL, mass_csv, mass_fixed
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

CSV, FIXED = mass_csv(), mass_fixed()
BAD = f"{(int(VIRTUAL[:2]) + 1) % 100:02d}{VIRTUAL[2:]}"
BAD_PAYER = f"{(int(PAYERS[:2]) + 1) % 100:02d}{PAYERS[2:]}"
ENTRY = CSV.split(b"\r\n")[1]
TRAILER = CSV.split(b"\r\n")[3]
LINE = FIXED.split(b"\r\n")[0]

CSV_CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("blank lines", b"\r\n\r\n", "no_entries"),
    Damaged("a text", b"Dzien dobry\r\n", "kind", 1),
    Damaged("MT940", b":20:MT940\r\n", "kind", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 50, "other_kind"),
    Damaged("UTF-16", CSV.decode("cp1250").encode("utf-16"), "other_kind"),
    Damaged("mark of UTF-8", b"\xef\xbb\xbf" + CSV, "byte_order_mark", 1),
    Damaged("UTF-8", CSV.decode("cp1250").encode(), "encoding_utf_8", 2),
    Damaged("ISO 8859-2", CSV.decode("cp1250").encode("iso-8859-2"), "encoding"),
    Damaged("CP852", CSV.decode("cp1250").encode("cp852"), "encoding", 2),
    Damaged("NUL", at(CSV, "RAPORT", b"RA\x00PORT"), "binary", 1),
    Damaged("escape character", at(CSV, "RAPORT", b"RA\x1bPORT"), "characters", 1),
    Damaged("only CR", CSV.replace(b"\r\n", b"\r"), "line_break", 1),
    Damaged("commas", CSV.replace(b";", b","), "kind", 1),
    Damaged("no header", CSV[CSV.index(b"D;") :], "order", 1),
    Damaged("two headers", CSV[: CSV.index(b"D;")] + CSV, "order", 2),
    Damaged("no trailer", CSV[: CSV.index(b"T;")], "unfinished", 3),
    Damaged("only header", CSV[: CSV.index(b"D;")], "unfinished", 1),
    Damaged("two trailers", CSV + TRAILER + b"\r\n", "after_end", 5),
    Damaged("entry after the end", CSV + ENTRY + b"\r\n", "after_end", 5),
    Damaged("unknown kind", at(CSV, "\nD;", "\nX;"), "kind", 2),
    Damaged("kind as a formula", at(CSV, "\nD;", "\n=D;"), "kind", 2),
    Damaged("an entry less", at(CSV, ENTRY + b"\r\n", ""), "control_entries"),
    Damaged("an entry twice", at(CSV, ENTRY, ENTRY + b"\r\n" + ENTRY), "control_entries"),
    Damaged("wrong number", at(CSV, "T;2", "T;3"), "control_entries", 4),
    Damaged("number of letters", at(CSV, "T;2", "T;dwa"), "field", 4),
    Damaged("number below zero", at(CSV, "T;2", "T;-2"), "field", 4),
    Damaged("wrong sum", at(CSV, "364,50", "364,51"), "control_sum", 4),
    Damaged("sum of letters", at(CSV, "364,50", "suma"), "amount", 4),
    Damaged("another amount", at(CSV, ";300,00;", ";300,01;"), "control_sum", 4),
    Damaged("amount with a point", at(CSV, ";300,00;", ";300.00;"), "amount", 2),
    Damaged("amount in words", at(CSV, ";300,00;", ";trzysta;"), "amount", 2),
    Damaged("amount with a unit", at(CSV, ";300,00;", ";300,00 zł;", encoding="cp1250"), "amount", 2),
    Damaged("three decimals", at(CSV, ";300,00;", ";300,000;"), "amount", 2),
    Damaged("amount of zero", at(CSV, ";300,00;", ";0,00;"), "amount", 2),
    Damaged("amount as a formula", at(CSV, ";300,00;", ";=300;"), "amount", 2),
    Damaged("no amount", at(CSV, ";300,00;", ";;"), "amount", 2),
    Damaged("huge amount", at(CSV, ";300,00;", ";999999999999999,00;"), "amount_too_big", 2),
    Damaged("30 February", at(CSV, "D;2026-09-21", "D;2026-02-30"), "day", 2),
    Damaged("29 February of no leap year", at(CSV, "D;2026-09-21", "D;2027-02-29"), "day", 2),
    Damaged("day in Polish", at(CSV, "D;2026-09-21", "D;21.09.2026"), "day", 2),
    Damaged("no day", at(CSV, "D;2026-09-21", "D;"), "day", 2),
    Damaged("value date of nowhere", at(CSV, ";2026-09-20;", ";2026-13-20;"), "day", 2),
    Damaged("day of the report", at(CSV, "183;2026-09-21", "183;jutro"), "day", 1),
    Damaged("euro", at(CSV, ";PLN;", ";EUR;"), "currency", 2),
    Damaged("no currency", at(CSV, ";PLN;", ";;"), "currency", 2),
    Damaged("report of another account", at(CSV, OURS, STRANGERS), "other_account", 1),
    Damaged("account with wrong check digits", at(CSV, OURS, OURS[::-1]), "nrb", 1),
    Damaged("virtual account with wrong check digits", at(CSV, VIRTUAL, BAD), "nrb", 2),
    Damaged("payer's account with wrong check digits", at(CSV, PAYERS, BAD_PAYER), "nrb", 2),
    Damaged("payer's account as a spreadsheet shows it", at(CSV, PAYERS, "1,14E+25"), "account", 2),
    Damaged("a cell less", at(CSV, ";2026092100000001", ""), "cells", 2),
    Damaged("a cell more", at(CSV, "2026092100000002", "2026092100000002;x"), "cells", 3),
    Damaged("quote not closed", at(CSV, 'Przykładowa"', "Przykładowa", encoding="cp1250"), "quotes", 2),
    Damaged("quote inside", at(CSV, '"Bartek', '"Bar"tek'), "quotes", 3),
    Damaged("line break in a cell", at(CSV, "Bartek ", "Bartek\r\n"), "quotes", 3),
    Damaged("huge name", at(CSV, "Bartek", "B" * 3_000), "text_too_long", 3),
    Damaged("huge line", at(CSV, "Bartek", "B" * 20_000), "line_too_long", 3),
    *cuts("cell", CSV[:-10], b";", "unfinished|cells|day|currency|amount|nrb|quotes"),
]  # fmt: skip

FIXED_CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("a text", b"Dzien dobry\r\n", "width", 1),
    Damaged("CSV", CSV, "width", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 50, "other_kind"),
    Damaged("UTF-16", FIXED.decode("cp852").encode("utf-16"), "other_kind"),
    Damaged("mark of UTF-8", b"\xef\xbb\xbf" + FIXED, "byte_order_mark", 1),
    Damaged("UTF-8", FIXED.decode("cp852").encode(), "encoding_utf_8", 1),
    Damaged("Windows-1250", FIXED.decode("cp852").encode("cp1250"), "encoding", 1),
    Damaged("NUL", at(FIXED, "Anna", b"An\x00a"), "binary", 1),
    Damaged("tabulator", at(FIXED, "Anna", b"An\x0ba"), "characters", 1),
    Damaged("only CR", FIXED.replace(b"\r\n", b"\r"), "line_break", 1),
    Damaged("a character more", at(FIXED, "Anna", "Annna"), "width", 1),
    Damaged("a character less", at(FIXED, "Anna", "Ana"), "width", 1),
    Damaged("spaces at the end cut off", b"\r\n".join(one.rstrip() for one in FIXED.split(b"\r\n")), "width", 1),
    Damaged("no trailer", b"\r\n".join(FIXED.split(b"\r\n")[:2]) + b"\r\n", "unfinished", 2),
    Damaged("only trailer of two", FIXED[FIXED.index(b"\r\n9") + 2 :], "control_entries", 1),
    Damaged("two trailers", FIXED + FIXED[FIXED.index(b"\r\n9") + 2 :], "after_end", 4),
    Damaged("an entry after the end", FIXED + LINE + b"\r\n", "after_end", 4),
    Damaged("an entry twice", LINE + b"\r\n" + FIXED, "control_entries"),
    Damaged("an entry less", FIXED[len(LINE) + 2 :], "control_entries"),
    Damaged("wrong sum", at(FIXED, "000000000036450", "000000000036451"), "control_sum", 3),
    Damaged("wrong number", at(FIXED, "900000002", "900000003"), "control_entries", 3),
    Damaged("number of letters", at(FIXED, "900000002", "9     dwa"), "field", 3),
    Damaged("another amount", at(FIXED, "000000000030000", "000000000030001"), "control_sum", 3),
    Damaged("amount with a comma", at(FIXED, "000000000030000", "00000000030,000"), "amount", 1),
    Damaged("amount of spaces", at(FIXED, "000000000030000", " " * 15), "amount", 1),
    Damaged("amount of zero", at(FIXED, "000000000030000", "0" * 15), "amount", 1),
    Damaged("huge amount", at(FIXED, "000000000030000", "9" * 15), "amount_too_big", 1),
    Damaged("30 February", at(FIXED, "220260921", "220260230"), "day", 1),
    Damaged("day turned", at(FIXED, "220260921", "221092026"), "day", 1),
    Damaged("day of spaces", at(FIXED, "220260921", "2        "), "day", 1),
    Damaged("virtual account with wrong check digits", at(FIXED, VIRTUAL, BAD), "nrb", 1),
    Damaged("payer's account with wrong check digits", at(FIXED, PAYERS, BAD_PAYER), "nrb", 1),
    Damaged("account moved by one", at(FIXED, VIRTUAL + PAYERS, " " + VIRTUAL + PAYERS[:-1]), "nrb", 1),
    Damaged("account of signs", at(FIXED, PAYERS, "=cmd|' /C calc'!A0" + " " * 8), "account", 1),
    Damaged("unknown kind", at(FIXED, "220260921", "320260921"), "kind", 1),
    Damaged("huge line", b"2" * 40_000, "line_too_long", 1),
    *[
        Damaged(f"cut at byte {place}", FIXED[:place], "width|unfinished|cells|kind|control_entries")
        for place in range(1, len(FIXED) - 2, 24)
    ],
]  # fmt: skip


def assert_table_refused(case: Damaged, profile: Profile) -> None:
    def read(file: BinaryIO) -> Iterator[Any]:
        yield from open_statements(file, profile, account_nrb=OURS).entries()

    assert_refused(read, case)


def test_there_are_enough_of_them() -> None:
    assert len(CSV_CASES) >= 60
    assert len(FIXED_CASES) >= 60


@pytest.mark.parametrize("case", CSV_CASES, ids=lambda case: case.name)
def test_a_damaged_csv_is_refused_as_a_whole(case: Damaged) -> None:
    assert_table_refused(case, profiles()["mass_csv"])


@pytest.mark.parametrize("case", FIXED_CASES, ids=lambda case: case.name)
def test_a_damaged_file_of_fixed_width_is_refused_as_a_whole(case: Damaged) -> None:
    assert_table_refused(case, profiles()["mass_fixed"])


NAMED = profile_of(
    {
        "format": "table", "code": "named", "name": "Z nazwami", "encoding": "utf-8", "delimiter": ",", "quote": '"',
        "has_names": True, "skip_lines": 1, "amount": "point", "day": "DD.MM.YYYY", "credit_words": ["WN"],
        "debit_words": ["MA"], "virtual_prefixes": [VIRTUAL[2:14]],
        "columns": {
            "booked_on": "Data", "amount": "Kwota", "direction": "Strona", "virtual_account": "Rachunek",
            "account": "Rachunek zbiorczy", "title": {"join": ["Tytuł 1", "Tytuł 2"]},
        },
    }
)  # fmt: skip
NAMES = "Raport płatności\nData,Strona,Kwota,Rachunek,Rachunek zbiorczy,Tytuł 1,Tytuł 2\n"
ROW = f'21.09.2026,WN,"1 234.50",{VIRTUAL},{OURS},Czynsz,za wrzesień\n'


def test_columns_may_be_found_by_their_names_and_signs_by_words() -> None:
    content = (NAMES + ROW + ROW.replace("WN", "MA")).encode()
    first, second = open_statements(BytesIO(content), NAMED, account_nrb=OURS).entries()
    assert (first.amount_gr, second.amount_gr) == (123_450, -123_450)
    assert (first.virtual_account, first.title) == (VIRTUAL, ("Czynsz", "za wrzesień"))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (NAMES.replace("Kwota", "Suma") + ROW, "column_missing", 2),
        (NAMES.replace("Tytuł 2", "Tytuł 1") + ROW, "column_twice", 2),
        (NAMES + ROW.replace("WN", "??"), "field", 3),
        (NAMES + ROW + ROW[:-1], "cut_off", 4),
        (NAMES, "no_entries", None),
        (NAMES + ROW.replace(VIRTUAL, STRANGERS), "other_account", 3),
        (NAMES + ROW.replace(OURS, STRANGERS), "other_account", 3),
        (NAMES + ROW.replace(",Czynsz", ""), "cells", 3),
    ],
)
def test_a_named_table_is_refused_when_it_is_not_as_declared(
    content: str, code: str, line: int | None
) -> None:
    assert_table_refused(Damaged(code, content.encode(), code, line), NAMED)


def test_a_line_before_the_table_is_left_out_only_when_declared() -> None:
    assert_table_refused(
        Damaged("skip", (NAMES + ROW).encode(), "column_missing", 1), replace(NAMED, skip_lines=0)
    )
