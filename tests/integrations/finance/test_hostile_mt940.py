"""Damaged and hostile MT940 files: each is refused as a whole, with a code, the line and a Polish sentence."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.lines import Encoding
from integrations.finance.statements.banks import profiles
from integrations.finance.statements.reading import open_statements
from tests.integrations.finance.making import ANNA, OURS, PAYERS, STATEMENT, STRANGERS, mt940
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

GOOD = mt940()
PROFILE = profiles()["pko_mt940"]
UTF_8 = profiles()["swift_mt940"]
BAD_NRB = f"{(int(OURS[:2]) + 1) % 100:02d}{OURS[2:]}"
BAD_PAYER = f"{(int(PAYERS[:2]) + 1) % 100:02d}{PAYERS[2:]}"
TWO = mt940(STATEMENT, replace(STATEMENT, number="184", opening_gr=STATEMENT.closing_gr))
OPENING = ":60F:C260921PLN10000,00"
CLOSING = ":62F:C260921PLN10352,45"
FIRST = GOOD.index(b":61:")
SECOND = GOOD.index(b":61:", FIRST + 1)
END = GOOD.index(b":62F:")
NOT_ON = TWO.replace(b":60F:C260921PLN10352,45", b":60M:C260921PLN10352,44")

CASES = [
    # what is no MT940 at all
    Damaged("nothing", b"", "empty"),
    Damaged("blank lines", b"\r\n\r\n", "not_mt940"),
    Damaged("a text", b"Dzie\xf1 dobry\r\n", "not_mt940", 1),
    Damaged("a page", b"<html><body>Sesja wygas\xb3a</body></html>", "not_mt940", 1),
    Damaged("camt.053", b'<?xml version="1.0"?><Document/>', "not_mt940", 1),
    Damaged("Elixir-O", b'110,20260921,30000,10901014,0\r\n', "not_mt940", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 100, "other_kind"),
    Damaged("a PDF", b"%PDF-1.7\n", "other_kind"),
    Damaged("packed", b"\x1f\x8b\x08\x00abc", "other_kind"),
    Damaged("UTF-16", GOOD.decode("iso-8859-2").encode("utf-16"), "other_kind"),
    Damaged("UTF-16 without mark", GOOD.decode("iso-8859-2").encode("utf-16-le"), "binary", 1),
    # code pages
    Damaged("Windows-1250 as ISO", mt940(encoding="windows-1250"), "encoding"),
    Damaged("CP852 as ISO", at(GOOD, "Celina Ćma", b"Celina \x8fma", encoding="iso-8859-2"), "encoding"),
    Damaged("UTF-8 as ISO", at(GOOD, "Bartek Próbny", "Bartek Próbny".encode(), encoding="iso-8859-2"), "encoding_utf_8"),
    Damaged("mark of UTF-8", b"\xef\xbb\xbf" + GOOD, "byte_order_mark", 1),
    Damaged("NUL", at(GOOD, ":28C:", b":28\x00C:"), "binary", 3),
    Damaged("NUL in a title", at(GOOD, "Zwrot", b"Zw\x00rot"), "binary"),
    Damaged("escape character", at(GOOD, "Zwrot", b"Zw\x1brot"), "characters"),
    Damaged("only CR", GOOD.replace(b"\r\n", b"\r"), "line_break", 1),
    Damaged("one CR inside", at(GOOD, "Zwrot", b"Zw\rrot"), "line_break"),
    Damaged("end of DOS in the middle", at(GOOD, b":28C:183\r\n", b":28C:183\r\n\x1a"), "tag|characters", 4),
    # fields and their order
    Damaged("begins in the middle", GOOD[GOOD.index(b":61:"):], "order", 1),
    Damaged("no beginning", at(GOOD, ":20:MT940\r\n", ""), "order", 1),
    Damaged("no account", at(GOOD, f":25:/PL{OURS}\r\n", ""), "order", 3),
    Damaged("no opening balance", at(GOOD, OPENING + "\r\n", ""), "order", 4),
    Damaged("two opening balances", at(GOOD, OPENING, f"{OPENING}\r\n{OPENING}"), "order", 5),
    Damaged("entry after the end", at(GOOD, CLOSING, f"{CLOSING}\r\n:61:260921C1,00NTRF"), "order"),
    Damaged("two closing balances", at(GOOD, CLOSING, f"{CLOSING}\r\n{CLOSING}"), "order"),
    Damaged("unknown field", at(GOOD, ":28C:183", ":28C:183\r\n:99X:abc"), "tag", 4),
    Damaged("field of MT942", at(GOOD, ":28C:183", ":28C:183\r\n:90D:3PLN1,00"), "tag", 4),
    Damaged("text after the end", GOOD + b"Wygenerowano w banku\r\n", "tag"),
    Damaged("opening without currency", at(GOOD, OPENING, ":60F:C26092110000,00"), "field", 4),
    Damaged("opening without sign", at(GOOD, OPENING, ":60F:260921PLN10000,00"), "field", 4),
    Damaged("entry without mark", at(GOOD, ":61:2609200921C", ":61:2609200921X"), "field", 5),
    Damaged("announced entry", at(GOOD, ":61:2609200921C", ":61:2609200921EC"), "field", 5),
    Damaged("entry without comma", at(GOOD, "C300,00N", "C30000N"), "field", 5),
    Damaged("amount with a point", at(GOOD, "C300,00N", "C300.00N"), "field", 5),
    Damaged("three decimals", at(GOOD, "C300,00N", "C300,000N"), "amount", 5),
    Damaged("huge amount", at(GOOD, "C300,00N", "C999999999999999,00N"), "amount_too_big", 5),
    Damaged("absurd amount", at(GOOD, "C300,00N", "C" + "9" * 400 + ",00N"), "amount", 5),
    Damaged("arabic digits", at(GOOD, "C300,00N", b"C\xef\xbc\x93,00N"), "encoding_utf_8|field|encoding", 5),
    # days
    Damaged("30 February", at(GOOD, ":61:260920", ":61:260230"), "day", 5),
    Damaged("entry date 30 February", at(GOOD, ":61:2609200921", ":61:2609200230"), "day", 5),
    Damaged("29 February of no leap year", at(GOOD, ":61:260920", ":61:260229"), "day", 5),
    Damaged("month 13", at(GOOD, ":61:260920", ":61:261320"), "day", 5),
    Damaged("day of balance 00", at(GOOD, "60F:C260921", "60F:C260900"), "day", 4),
    # accounts and currency
    Damaged("account of another gmina", mt940(replace(STATEMENT, account=STRANGERS)), "other_account", 1),
    Damaged("second statement of another account", mt940(STATEMENT, replace(STATEMENT, account=STRANGERS)), "other_account"),
    Damaged("account with wrong check digits", at(GOOD, OURS, BAD_NRB), "nrb", 2),
    Damaged("short account", at(GOOD, OURS, OURS[:-1]), "nrb", 2),
    Damaged("account of letters", at(GOOD, OURS, "RACHUNEK"), "nrb", 2),
    Damaged("payer's account with wrong check digits", at(GOOD, f"~31{PAYERS}", f"~31{BAD_PAYER}"), "nrb", 6),
    Damaged("payer's account of signs", at(GOOD, f"~31{PAYERS}", "~31=1+1"), "account", 6),
    Damaged("euro", at(GOOD, "C260921PLN10000", "C260921EUR10000"), "currency", 4),
    Damaged("closing in euro", at(GOOD, "62F:C260921PLN", "62F:C260921EUR"), "currency"),
    Damaged("entry of another currency", at(GOOD, "0921C300,00", "0921CR300,00"), "currency", 5),
    # sums
    Damaged("wrong opening", at(GOOD, "PLN10000,00", "PLN10000,01"), "balance"),
    Damaged("wrong closing", at(GOOD, "PLN10352,45", "PLN10352,46"), "balance"),
    Damaged("one entry more", at(GOOD, ":61:", ":61:260921C1,00NTRF\r\n:61:"), "balance"),
    Damaged("all entries twice", GOOD[:END] + GOOD[FIRST:END] + GOOD[END:], "balance"),
    Damaged("one entry twice", GOOD[:SECOND] + GOOD[FIRST:SECOND] + GOOD[SECOND:], "balance"),
    Damaged("one entry less", GOOD[:FIRST] + GOOD[SECOND:], "balance"),
    Damaged("signs turned", at(GOOD, "0921D12,05", "0921C12,05"), "balance"),
    Damaged("reversed", at(GOOD, "0921C300,00", "0921RC300,00"), "balance"),
    Damaged("closing in debit", at(GOOD, "62F:C", "62F:D"), "balance"),
    Damaged("page that does not go on", NOT_ON, "pages|balance"),
    Damaged("the same statement twice", GOOD + GOOD, "statement_twice"),
    # other layouts and sizes
    Damaged("layout with <", mt940(sign="<"), "layout", 6),
    Damaged("layout with ?", mt940(sign="?", one_per_line=False), "layout", 6),
    Damaged("description without subfields", at(GOOD, "~00PRZELEW\r\n", "").replace(b"~", b" "), "layout", 6),
    Damaged("huge line", at(GOOD, "Zwrot", "Z" * 20_000), "line_too_long"),
    Damaged("huge title", at(GOOD, "Zwrot", "Z" * 5_000), "text_too_long"),
    Damaged("endless description", at(GOOD, "~20Zwrot", "~20a\r\n" * 300 + "~20Zwrot"), "too_many_lines"),
    Damaged("endless line without a break", b":20:" + b"A" * 100_000, "line_too_long", 1),
    *cuts("whole line", GOOD[:END], b"\r\n", "unfinished|not_mt940"),
    *cuts("in the middle of a line", GOOD[:END], b":", "unfinished|not_mt940|nrb|field|tag|order|layout"),
]  # fmt: skip


def read(file: BinaryIO) -> Iterator[Any]:
    yield from open_statements(file, PROFILE, account_nrb=OURS).entries()


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 100
    assert len({case.content for case in CASES}) >= len(CASES) - 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_damaged_file_is_refused_as_a_whole(case: Damaged) -> None:
    assert_refused(read, case)


def test_the_undamaged_file_is_read() -> None:
    assert len(list(read_of(GOOD))) == 3


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_ends_of_lines_are_read_alike(newline: str) -> None:
    content = mt940(newline=newline)
    assert [one.fingerprint for one in read_of(content)] == [one.fingerprint for one in read_of(GOOD)]
    assert len(list(read_of(content.rstrip(b"\r\n")))) == 3


def read_of(content: bytes) -> Iterator[Any]:
    return read(BytesIO(content))


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (a, b)
        for a in ("utf-8", "windows-1250", "iso-8859-2", "cp852")
        for b in ("utf-8", "windows-1250", "iso-8859-2", "cp852")
        if a != b
    ],
)
def test_a_file_of_another_code_page_never_spoils_polish_letters_in_silence(declared: str, used: str) -> None:
    pangram = ("Zażółć gęślą jaźń", " ZAŻÓŁĆ GĘŚLĄ JAŹŃ")
    content = mt940(
        replace(STATEMENT, entries=(replace(ANNA, title=pangram),)),
        encoding=used,
        sign="?",
        one_per_line=False,
    )
    profile = replace(UTF_8, encoding=Encoding(declared))

    def reading(file: BinaryIO) -> Iterator[Any]:
        yield from open_statements(file, profile, account_nrb=OURS).entries()

    assert_refused(reading, Damaged("code page", content, "encoding|encoding_utf_8|characters"))
