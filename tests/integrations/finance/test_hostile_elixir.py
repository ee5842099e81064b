"""Damaged and hostile Elixir-O files: each is refused as a whole, with a code, the line and a Polish sentence."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.statements.banks import profiles
from integrations.finance.statements.reading import open_statements
from integrations.finance.statements.values import Control
from tests.integrations.finance.making import OURS, PAYERS, STRANGERS, elixir
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

GOOD = elixir()
BAD_OURS = f"{(int(OURS[:2]) + 1) % 100:02d}{OURS[2:]}"
BAD_PAYER = f"{(int(PAYERS[:2]) + 1) % 100:02d}{PAYERS[2:]}"
FIRST = GOOD.split(b"\r\n")[0]
CONTROL = Control(3, 35_245)

CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("blank lines", b"\r\n\r\n", "no_entries"),
    Damaged("a text", b"Dzie\xf1 dobry\r\n", "cells", 1),
    Damaged("a page", b"<html>Sesja wygas\xb3a</html>\r\n", "cells", 1),
    Damaged("MT940", b":20:MT940\r\n", "cells", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 50, "other_kind"),
    Damaged("a PDF", b"%PDF-1.4\r\n", "other_kind"),
    Damaged("UTF-16", GOOD.decode("iso-8859-2").encode("utf-16"), "other_kind"),
    Damaged("mark of UTF-8", b"\xef\xbb\xbf" + GOOD, "byte_order_mark", 1),
    Damaged("UTF-8 as ISO", elixir(encoding="utf-8"), "encoding_utf_8", 1),
    Damaged("Windows-1250 as ISO", elixir(encoding="windows-1250"), "encoding"),
    Damaged("CP852 as ISO", elixir(encoding="cp852"), "encoding|characters"),
    Damaged("NUL", at(GOOD, "Gmina", b"Gmi\x00na"), "binary", 1),
    Damaged("escape character", at(GOOD, "Gmina", b"Gmi\x1bna"), "characters", 1),
    Damaged("only CR", GOOD.replace(b"\r\n", b"\r"), "cut_off|line_break", 1),
    Damaged("without the last line break", GOOD[:-2], "cut_off", 3),
    Damaged("CR without LF at the end", GOOD[:-1], "cut_off", 3),
    Damaged("names of columns", b"typ,data,kwota\r\n" + GOOD, "cells", 1),
    Damaged("semicolons", GOOD.replace(b",", b";"), "cells", 1),
    Damaged("comma in a name", at(GOOD, "Anna", "Anna,"), "cells", 1),
    Damaged("a field less", FIRST.rsplit(b",", 2)[0] + b"\r\n", "cells", 1),
    Damaged("a field more", FIRST + b",x\r\n", "cells", 1),
    Damaged("quoted by another bank", elixir(quoted=True), "quotes", 1),
    Damaged("reference of another bank is kept, account is not", at(GOOD, OURS, "$$$"), "nrb", 1),
    Damaged("direct debit", at(GOOD, "110,", "210,"), "kind", 1),
    Damaged("no kind", at(GOOD, "110,", ","), "kind", 1),
    Damaged("kind as a formula", at(GOOD, "110,", "=110,"), "kind", 1),
    Damaged("30 February", at(GOOD, "20260921", "20260230"), "day", 1),
    Damaged("29 February of no leap year", at(GOOD, "20260921", "20270229"), "day", 1),
    Damaged("day with hyphens", at(GOOD, "20260921", "2026-09-21"), "day", 1),
    Damaged("no day", at(GOOD, "20260921", ""), "day", 1),
    Damaged("year 0026", at(GOOD, "20260921", "00260921"), "day", 1),
    Damaged("złote instead of grosze", at(GOOD, ",30000,", ",300.00,"), "amount", 1),
    Damaged("amount below zero", at(GOOD, ",30000,", ",-30000,"), "amount", 1),
    Damaged("amount of zero", at(GOOD, ",30000,", ",0,"), "amount", 1),
    Damaged("no amount", at(GOOD, ",30000,", ",,"), "amount", 1),
    Damaged("amount as a formula", at(GOOD, ",30000,", ",=1+1,"), "amount", 1),
    Damaged("exponent", at(GOOD, ",30000,", ",3e4,"), "amount", 1),
    Damaged("huge amount", at(GOOD, ",30000,", ",99999999999999999,"), "amount_too_big", 1),
    Damaged("absurd amount", at(GOOD, ",30000,", "," + "9" * 5000 + ","), "amount", 1),
    Damaged("receiver with wrong check digits", at(GOOD, OURS, BAD_OURS), "nrb", 1),
    Damaged("sender with wrong check digits", at(GOOD, PAYERS, BAD_PAYER), "nrb", 1),
    Damaged("short account", at(GOOD, OURS, OURS[1:]), "nrb", 1),
    Damaged("account in the form of a spreadsheet", at(GOOD, OURS, "6,11E+25"), "cells", 1),
    Damaged("no receiver", at(GOOD, OURS, ""), "nrb", 1),
    Damaged("between strangers", at(GOOD, OURS, STRANGERS), "other_account", 1),
    Damaged("second line of strangers", GOOD + at(FIRST, OURS, STRANGERS) + b"\r\n", "other_account", 4),
    Damaged("from us to us", at(GOOD, PAYERS, OURS), "other_account", 1),
    Damaged("title of five parts", at(GOOD, "Podatek", "a|b|c|d|Podatek"), "parts", 1),
    Damaged("part of 36 characters", at(GOOD, "Podatek", "Podatek" * 6), "parts", 1),
    Damaged("huge name", at(GOOD, "Anna", "A" * 8_000), "parts", 1),
    Damaged("huge line", at(GOOD, "Anna", "A" * 20_000), "line_too_long", 1),
    Damaged("endless line", b"110," * 10_000, "line_too_long", 1),
    Damaged("class of letters", at(GOOD, ",51,", ",MPP,"), "field", 1),
    Damaged("huge reference", at(GOOD, "2026092100000001", "2" * 200), "text_too_long", 1),
    Damaged("a line less", b"\r\n".join(GOOD.split(b"\r\n")[1:]), "control_entries"),
    Damaged("a line twice", GOOD + FIRST + b"\r\n", "control_entries"),
    Damaged("another amount", at(GOOD, ",30000,", ",30001,"), "control_sum"),
    *cuts("field", GOOD, b",", "cut_off"),
    *cuts("line", GOOD, b"\r\n", "control_entries"),
]  # fmt: skip


def read(file: BinaryIO) -> Iterator[Any]:
    yield from open_statements(file, profiles()["pko_elixir"], account_nrb=OURS, control=CONTROL).entries()


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_damaged_file_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(read, case)


def test_the_undamaged_file_is_read_with_either_end_of_lines() -> None:
    prints = [
        [one.fingerprint for one in read(BytesIO(elixir(newline=newline)))] for newline in ("\n", "\r\n")
    ]
    assert prints[0] == prints[1]
    assert len(prints[0]) == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("not quoted well", at(elixir(quoted=True, sign="$$$", encoding="cp1250"), '"51"', '"51'), "quotes"),
        ("quote inside", at(elixir(quoted=True, sign="$$$", encoding="cp1250"), "Gmina", 'Gm"ina'), "quotes"),
        ("reference without signs", elixir(quoted=True, encoding="cp1250"), "field"),
        ("ISO as Windows-1250", elixir(quoted=True, sign="$$$"), "encoding"),
        ("UTF-8 as Windows-1250", elixir(quoted=True, sign="$$$", encoding="utf-8"), "encoding_utf_8"),
    ],
)
def test_a_file_of_millennium_is_refused_when_it_is_not_as_declared(
    name: str, content: bytes, code: str
) -> None:
    def reading(file: BinaryIO) -> Iterator[Any]:
        yield from open_statements(file, profiles()["millennium_elixir"], account_nrb=OURS).entries()

    assert_refused(reading, Damaged(name, content, code))
