"""Damaged and hostile camt.053 files: each is refused as a whole, with a code and a Polish sentence."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from integrations.finance.statements.banks import profiles
from integrations.finance.statements.reading import open_statements
from tests.integrations.finance.making import OURS, PAYERS, STATEMENT, STRANGERS, camt
from tests.integrations.finance.refusing import Damaged, assert_refused, at, cuts

GOOD = camt()
BAD_OURS = f"{(int(OURS[:2]) + 1) % 100:02d}{OURS[2:]}"
BAD_PAYER = f"{(int(PAYERS[:2]) + 1) % 100:02d}{PAYERS[2:]}"
HEAD = GOOD[: GOOD.index(b"<Document")]
BODY = GOOD[GOOD.index(b"<Document") :]
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
NTRY = GOOD[GOOD.index(b"<Ntry>") : GOOD.index(b"</Ntry>") + 7]
STMT = GOOD[GOOD.index(b"<Stmt>") : GOOD.index(b"</Stmt>") + 7]
BALANCE = GOOD[GOOD.index(b"<Bal>") : GOOD.index(b"</Bal>") + 6]

LATE = HEAD + b"<!--" + b" x" * 40_000 + b"--><!DOCTYPE d [<!ENTITY a 'b'>]>" + BODY


def typed(declarations: bytes, used: bytes = b"M1") -> bytes:
    return HEAD + b"<!DOCTYPE d [" + declarations + b"]>" + BODY.replace(b"M1", used)


CASES = [
    Damaged("nothing", b"", "empty"),
    Damaged("a text", b"Dzien dobry", "not_camt", 1),
    Damaged("MT940", b":20:MT940\r\n", "not_camt", 1),
    Damaged("a page", b"<html><body>Sesja</body></html>", "not_camt", 1),
    Damaged("a workbook", b"PK\x03\x04" + b"\x00" * 50, "other_kind"),
    Damaged("a PDF", b"%PDF-1.4\r\n", "other_kind"),
    Damaged("UTF-16", GOOD.decode().encode("utf-16"), "other_kind"),
    Damaged("UTF-16 without mark", GOOD.decode().encode("utf-16-le"), "binary", 1),
    Damaged("only a declaration", HEAD, "xml"),
    Damaged("empty document", HEAD + b"<Document/>", "not_camt"),
    Damaged("camt.052", GOOD.replace(b"camt.053", b"camt.052"), "not_camt"),
    Damaged("camt.054", GOOD.replace(b"camt.053", b"camt.054"), "not_camt"),
    Damaged("version 01", camt(version="01"), "not_camt"),
    Damaged("version 99", camt(version="99"), "not_camt"),
    Damaged("no namespace", GOOD.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', b""), "not_camt"),
    Damaged("pain.001", GOOD.replace(b"camt.053.001.02", b"pain.001.001.03"), "not_camt"),
    Damaged("no statement", GOOD.replace(STMT, b""), "no_statement"),
    # hostile XML
    Damaged("document type", HEAD + b"<!DOCTYPE Document>" + BODY, "xml_document_type", 2),
    Damaged("a billion laughs", typed(b'<!ENTITY l0 "ha">' + LAUGHS, b"&l9;"), "xml_document_type"),
    Damaged("quadratic blow-up", typed(b'<!ENTITY a "' + b"a" * 50_000 + b'">', b"&a;" * 9_000), "xml_document_type"),
    Damaged("file of the server", typed(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;"), "xml_document_type"),
    Damaged("address on the net", HEAD + b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">' + BODY, "xml_document_type"),
    Damaged("document type after a long comment", LATE, "xml_document_type|xml"),
    Damaged("parameter entity", typed(b'<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'), "xml_document_type"),
    Damaged("unknown entity", GOOD.replace(b"M1", b"&nbsp;"), "xml"),
    Damaged("very deep", HEAD + BODY.replace(b"<GrpHdr>", b"<a>" * 5_000 + b"</a>" * 5_000 + b"<GrpHdr>"), "xml"),
    Damaged("NUL", at(GOOD, "Anna", b"An\x00na"), "binary|xml"),
    Damaged("control character", at(GOOD, "Anna", b"An\x01na"), "xml"),
    Damaged("not in UTF-8", at(GOOD, "Żółć".encode(), b"\xaf\xf3\xb3\xe6"), "xml"),
    Damaged("unknown code page", GOOD.replace(b'"UTF-8"', b'"KLINGON"'), "xml"),
    Damaged("two roots", GOOD + BODY, "xml"),
    Damaged("text after the end", GOOD + b"koniec", "xml"),
    Damaged("tags crossed", at(GOOD, "</Ustrd></RmtInf>", "</RmtInf></Ustrd>"), "xml"),
    Damaged("bare ampersand", at(GOOD, "Anna", "Anna & Jan"), "xml"),
    # content
    Damaged("no account", at(GOOD, f"<Acct><Id><IBAN>PL{OURS}</IBAN></Id><Ccy>PLN</Ccy></Acct>", ""), "missing"),
    Damaged("account of another gmina", camt(replace(STATEMENT, account=STRANGERS)), "other_account"),
    Damaged("second statement of another account", camt(STATEMENT, replace(STATEMENT, account=STRANGERS)), "other_account"),
    Damaged("account with wrong check digits", at(GOOD, OURS, BAD_OURS), "nrb"),
    Damaged("account of Germany", at(GOOD, f"PL{OURS}", "DE89370400440532013000"), "nrb"),
    Damaged("payer's account with wrong check digits", at(GOOD, PAYERS, BAD_PAYER), "nrb"),
    Damaged("account in euro", at(GOOD, "<Ccy>PLN</Ccy>", "<Ccy>EUR</Ccy>"), "currency"),
    Damaged("balance in euro", at(GOOD, 'Ccy="PLN"', 'Ccy="EUR"'), "currency"),
    Damaged("entry in euro", GOOD.replace(NTRY, NTRY.replace(b'"PLN"', b'"EUR"')), "currency"),
    Damaged("amount without currency", GOOD.replace(NTRY, NTRY.replace(b' Ccy="PLN"', b"")), "currency"),
    Damaged("no opening balance", at(GOOD, "OPBD", "XXXX"), "missing"),
    Damaged("no closing balance", at(GOOD, "CLBD", "CLAV"), "missing"),
    Damaged("two opening balances", GOOD.replace(BALANCE, BALANCE * 2), "balance_twice"),
    Damaged("balance after entries", at(GOOD, "</Ntry>", b"</Ntry>" + BALANCE), "order"),
    Damaged("wrong opening", at(GOOD, "10000.00", "10000.01"), "balance"),
    Damaged("wrong closing", at(GOOD, "10352.45", "10352.46"), "balance"),
    Damaged("an entry twice", GOOD.replace(NTRY, NTRY * 2), "balance"),
    Damaged("an entry less", GOOD.replace(NTRY, b""), "balance"),
    Damaged("sign turned", GOOD.replace(NTRY, NTRY.replace(b"CRDT", b"DBIT")), "balance"),
    Damaged("announced instead of booked", GOOD.replace(NTRY, NTRY.replace(b"BOOK", b"PDNG")), "balance"),
    Damaged("unknown state", GOOD.replace(NTRY, NTRY.replace(b"BOOK", b"HOLD")), "field"),
    Damaged("no state", GOOD.replace(NTRY, NTRY.replace(b"<Sts>BOOK</Sts>", b"")), "field"),
    Damaged("no sign", GOOD.replace(NTRY, NTRY.replace(b"<CdtDbtInd>CRDT</CdtDbtInd>", b"")), "field"),
    Damaged("unknown sign", GOOD.replace(NTRY, NTRY.replace(b"CRDT", b"PLUS")), "field"),
    Damaged("no amount", GOOD.replace(NTRY, NTRY.replace(b'<Amt Ccy="PLN">300.00</Amt>', b"")), "missing"),
    Damaged("empty amount", at(GOOD, ">300.00<", "><"), "amount"),
    Damaged("amount with a comma", at(GOOD, ">300.00<", ">300,00<"), "amount"),
    Damaged("amount below zero", at(GOOD, ">300.00<", ">-300.00<"), "amount"),
    Damaged("exponent", at(GOOD, ">300.00<", ">3e2<"), "amount"),
    Damaged("half a grosz", at(GOOD, ">300.00<", ">300.005<"), "amount"),
    Damaged("huge amount", at(GOOD, ">300.00<", ">9999999999999.00<"), "amount_too_big"),
    Damaged("absurd amount", at(GOOD, ">300.00<", f">{'9' * 5000}<"), "amount"),
    Damaged("not a number", at(GOOD, ">300.00<", ">NaN<"), "amount"),
    Damaged("30 February", at(GOOD, "<BookgDt><Dt>2026-09-21", "<BookgDt><Dt>2026-02-30"), "day"),
    Damaged("day in Polish", at(GOOD, "<BookgDt><Dt>2026-09-21", "<BookgDt><Dt>21.09.2026"), "day"),
    Damaged("value date of year 0", at(GOOD, "<ValDt><Dt>2026", "<ValDt><Dt>0000"), "day"),
    Damaged("no booking date", at(GOOD, "<BookgDt><Dt>2026-09-21</Dt></BookgDt>", ""), "missing"),
    Damaged("huge title", at(GOOD, "Podatek", "P" * 100_000), "text_too_long"),
    Damaged("enormous title", at(GOOD, "Podatek", "P" * 11_000_000), "xml|text_too_long"),
    Damaged("huge name", at(GOOD, "Anna", "A" * 600), "text_too_long"),
    Damaged("huge reference", at(GOOD, "2026092100000001", "2" * 200), "text_too_long"),
    Damaged("the same statement twice", GOOD.replace(STMT, STMT * 2), "statement_twice"),
    *cuts("tag", GOOD[:-3], b"</", "xml"),
]  # fmt: skip


def read(file: BinaryIO) -> Iterator[Any]:
    yield from open_statements(file, profiles()["camt053"], account_nrb=OURS).entries()


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_damaged_file_is_refused_as_a_whole(case: Damaged) -> None:
    error = assert_refused(read, case)
    passwd = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    assert passwd not in str(error.params)


def test_parts_of_a_batch_must_add_up() -> None:
    part = NTRY[NTRY.index(b"<TxDtls>") : NTRY.index(b"</NtryDtls>")]
    amounts = [
        part.replace(b"<TxDtls>", b'<TxDtls><Amt Ccy="PLN">%s</Amt>' % one) for one in (b"100.00", b"199.99")
    ]
    assert_refused(read, Damaged("batch", GOOD.replace(part, b"".join(amounts), 1), "batch_sum"))


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "10", "13"])
def test_each_version_is_read_alike(version: str) -> None:
    entries = list(read(BytesIO(camt(version=version))))
    assert [one.likeness for one in entries] == [one.likeness for one in read(BytesIO(GOOD))]
