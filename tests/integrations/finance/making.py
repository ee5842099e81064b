"""Bank files made from plain values, written without any code of the readers."""

from dataclasses import dataclass, replace
from datetime import date
from xml.sax.saxutils import escape

from stdnum.iso7064 import mod_97_10


def nrb(bban: str) -> str:
    """An account number with right check digits over 24 digits."""
    return mod_97_10.calc_check_digits(f"{bban}2521") + bban


SORT_CODE, PAYER_SORT_CODE = "10901014", "11402004"
OURS = nrb(f"{SORT_CODE}0000071219812874")
PAYERS = nrb(f"{PAYER_SORT_CODE}0000300201355387")
VIRTUAL_PREFIX = f"{SORT_CODE}7788"
VIRTUAL = nrb(f"{VIRTUAL_PREFIX}000000001001")
STRANGERS = nrb("102010260000122702010999")


@dataclass(frozen=True)
class Made:
    """One entry to be written; grosze are signed."""

    booked_on: date
    value_on: date
    amount_gr: int
    name: str
    account: str
    title: tuple[str, ...]
    reference: str


@dataclass(frozen=True)
class MadeStatement:
    account: str
    number: str
    opening_gr: int
    entries: tuple[Made, ...]
    day: date = date(2026, 9, 21)

    @property
    def closing_gr(self) -> int:
        return self.opening_gr + sum(one.amount_gr for one in self.entries)


ANNA = Made(
    date(2026, 9, 21), date(2026, 9, 20), 30_000, "Anna Żółć-Przykładowa", PAYERS,
    ("Podatek od nieruchomości rata 3", " FN.3120.1001.2026"), "2026092100000001",
)  # fmt: skip
ENTRIES = (
    ANNA,
    replace(
        ANNA, amount_gr=6_450, name="Bartek Próbny", title=("Opłata za śmieci, wrzesień",), reference="2026092100000002"
    ),
    replace(ANNA, amount_gr=-1_205, name="Celina Ćma", title=("Zwrot nadpłaty",), reference="2026092100000003"),
)  # fmt: skip
STATEMENT = MadeStatement(OURS, "183", 1_000_000, ENTRIES)


def comma(amount_gr: int) -> str:
    return f"{abs(amount_gr) // 100},{abs(amount_gr) % 100:02d}"


def mt940(
    *statements: MadeStatement,
    sign: str = "~",
    encoding: str = "iso-8859-2",
    one_per_line: bool = True,
    newline: str = "\r\n",
) -> bytes:
    lines: list[str] = []
    for one in statements or (STATEMENT,):
        lines += [":20:MT940", f":25:/PL{one.account}", f":28C:{one.number}"]
        lines.append(f":60F:{_mark(one.opening_gr)}{one.day:%y%m%d}PLN{comma(one.opening_gr)}")
        for entry in one.entries:
            lines += mt940_entry(entry, sign, one_per_line)
        lines.append(f":62F:{_mark(one.closing_gr)}{one.day:%y%m%d}PLN{comma(one.closing_gr)}")
        lines.append("-")
    return (newline.join(lines) + newline).encode(encoding)


def mt940_entry(entry: Made, sign: str, one_per_line: bool) -> list[str]:
    line = (
        f":61:{entry.value_on:%y%m%d}{entry.booked_on:%m%d}{_mark(entry.amount_gr)}{comma(entry.amount_gr)}"
    )
    subfields = [("00", "PRZELEW")]
    subfields += [(f"{20 + at}", text) for at, text in enumerate(entry.title)]
    subfields += [
        ("30", entry.account[2:10]),
        ("31", entry.account),
        ("32", entry.name[:27]),
        ("33", entry.name[27:]),
    ]
    told = [f"{sign}{code}{text or ('˙' if one_per_line else '')}" for code, text in subfields]
    if one_per_line:
        return [f"{line}NTRFNONREF//{entry.reference}", ":86:020", *told]
    text = ":86:020" + "".join(told)
    return [f"{line}NTRFNONREF//{entry.reference}", *(text[at : at + 65] for at in range(0, len(text), 65))]


def _mark(amount_gr: int) -> str:
    return "C" if amount_gr >= 0 else "D"


def elixir(
    *entries: Made,
    encoding: str = "iso-8859-2",
    quoted: bool = False,
    sign: str = "",
    to: str = OURS,
    newline: str = "\r\n",
) -> bytes:
    return "".join(elixir_line(one, quoted, sign, to) + newline for one in entries or ENTRIES).encode(
        encoding
    )


def elixir_line(entry: Made, quoted: bool = False, sign: str = "", to: str = OURS) -> str:
    sides = (entry.account, to) if entry.amount_gr >= 0 else (OURS, entry.account)
    clean = str if quoted else lambda text: str(text).replace(",", " ")
    names = ("|".join([entry.name[:35], entry.name[35:70]]).rstrip("|"), "Gmina Borki|Rynek 1")
    if entry.amount_gr < 0:
        names = names[::-1]
    cells = [
        "110", f"{entry.booked_on:%Y%m%d}", str(abs(entry.amount_gr)), sides[0][2:10], "0", sides[0], sides[1],
        clean(names[0]), clean(names[1]), "0", sides[1][2:10], clean("|".join(entry.title)), "", "", "51",
        f"{sign}{entry.reference}{sign}",
    ]  # fmt: skip
    if quoted:
        for at in (5, 6, 7, 8, 11, 12, 13, 14, 15):
            cells[at] = f'"{cells[at]}"'
    return ",".join(cells)


def camt(*statements: MadeStatement, version: str = "02", encoding: str = "UTF-8") -> bytes:
    parts = [f'<?xml version="1.0" encoding="{encoding}"?>']
    parts.append(f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">')
    parts.append("<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-09-22T06:00:00</CreDtTm></GrpHdr>")
    for one in statements or (STATEMENT,):
        parts.append(f"<Stmt><Id>S-{one.number}</Id><ElctrncSeqNb>{one.number}</ElctrncSeqNb>")
        parts.append(f"<Acct><Id><IBAN>PL{one.account}</IBAN></Id><Ccy>PLN</Ccy></Acct>")
        parts += [_balance("OPBD", one.opening_gr, one.day), _balance("CLBD", one.closing_gr, one.day)]
        parts += [camt_entry(entry, version) for entry in one.entries]
        parts.append("</Stmt>")
    parts.append("</BkToCstmrStmt></Document>")
    return ("\n".join(parts) + "\n").encode(encoding)


def camt_entry(entry: Made, version: str = "02", *, to: str = OURS) -> str:
    side, other = ("Dbtr", "Cdtr") if entry.amount_gr >= 0 else ("Cdtr", "Dbtr")
    name = f"<Nm>{escape(entry.name)}</Nm>"
    party = f"<Pty>{name}</Pty>" if version >= "08" else name
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= "08" else "<Sts>BOOK</Sts>"
    amount = camt_amount(entry.amount_gr)
    return (
        f"<Ntry>{amount}{status}\n<BookgDt><Dt>{entry.booked_on}</Dt></BookgDt><ValDt><Dt>{entry.value_on}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(entry.reference)}</AcctSvcrRef><BkTxCd><Prtry><Cd>020</Cd></Prtry></BkTxCd>\n"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties><{side}>{party}</{side}><{side}Acct><Id><IBAN>PL{entry.account}</IBAN></Id></{side}Acct>"
        f"<{other}Acct><Id><IBAN>PL{to}</IBAN></Id></{other}Acct></RltdPties>"
        f"<RmtInf>{''.join(f'<Ustrd>{escape(line)}</Ustrd>' for line in entry.title)}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def camt_amount(amount_gr: int) -> str:
    text = f"{abs(amount_gr) // 100}.{abs(amount_gr) % 100:02d}"
    return f'<Amt Ccy="PLN">{text}</Amt><CdtDbtInd>{"CRDT" if amount_gr >= 0 else "DBIT"}</CdtDbtInd>'


def _balance(kind: str, amount_gr: int, on: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{camt_amount(amount_gr)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def mass_csv(*entries: Made, newline: str = "\r\n") -> bytes:
    """A made-up result file: header H, entries D, trailer T with number and sum of entries."""
    entries = entries or ENTRIES[:2]
    lines = [f"H;{OURS};RAPORT-183;2026-09-21"]
    for one in entries:
        lines.append(
            f'D;{one.booked_on};{one.value_on};{comma(one.amount_gr)};PLN;{VIRTUAL};{one.account};"{one.name}";'
            f'"{" ".join(text.strip() for text in one.title)}";{one.reference}'
        )
    lines.append(f"T;{len(entries)};{comma(sum(one.amount_gr for one in entries))}")
    return (newline.join(lines) + newline).encode("windows-1250")


def mass_fixed(*entries: Made, newline: str = "\r\n") -> bytes:
    """A made-up result file of fixed width: entries 2, trailer 9."""
    entries = entries or ENTRIES[:2]
    lines = [
        f"2{one.booked_on:%Y%m%d}{one.amount_gr:015d}{VIRTUAL}{one.account}{one.name[:35]:<35}"
        f"{''.join(one.title)[:70]:<70}{one.reference:<20}"
        for one in entries
    ]
    lines.append(f"9{len(entries):08d}{sum(one.amount_gr for one in entries):015d}".ljust(201))
    return (newline.join(lines) + newline).encode("cp852")
