"""Damaged and hostile files of dues, brought in for real: each is refused with a sentence, and nothing of it is in.

How each fault is found and on which line is tested with the readers (tests/integrations/finance/test_hostile_exchange.py).
"""

import io
import zipfile
from collections.abc import Iterator

import pytest

from integrations.finance.exchange.reading import Shape
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.liabilities.models import ImportPart, ImportRun, Liability, StagedDue, StagedPayer
from services.liabilities.queries_imports import import_run
from tests.integrations.finance.exchanging import written
from tests.services.liabilities.large import bring_file
from tests.services.liabilities.rows import OFFICE

pytestmark = pytest.mark.django_db
CSV, JSON, XLSX = (written("dues", shape) for shape in (Shape.CSV, Shape.JSON, Shape.XLSX))
NAME = "Anna Przykładowa"
SHEET = "xl/worksheets/sheet1.xml"
Sample = tuple[str, bytes]


def cuts(content: bytes, number: int) -> Iterator[Sample]:
    """The file cut off at so many places, none of them behind what it cannot do without."""
    for place in range(number):
        end = max(len(content) * place // number, 1)
        yield f"cut at byte {end}", content[:end]


def swapped(content: bytes, *changes: tuple[str, str | bytes]) -> Iterator[Sample]:
    for old, new in changes:
        assert old.encode() in content, old
        yield (
            f"{old} -> {new!r:.40}",
            content.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1),
        )


def csv_samples() -> Iterator[Sample]:
    yield from cuts(CSV, 50)
    yield from swapped(
        CSV,
        (NAME, b"Anna Przyk\xb3adowa"),
        (NAME, b"Anna\x00Przyk"),
        (NAME, b"Anna\x1bPrzyk"),
        (NAME, "=cmd|' /C calc'!A0"),
        (NAME, "@SUM(A1:A9)"),
        (NAME, "+1+1"),
        (NAME, f'"{NAME}'),
        (NAME, "A" * 5_000),
        (NAME, "A" * 20_000),
        (NAME, '"' + "a\r\n" * 60_000),
        ("skarbnik.dues", "skarbnik.postings"),
        (";full;" if b";full;" in CSV else ";incremental;", ";wszystko;"),
        ("300.00", "300.01"),
        ("payer_kind", "payer_name"),
        ("principal", "kwota"),
        ("external_id", ""),
        ("control;", "kontrola;"),
    )
    yield "twice the same file", CSV + CSV
    yield "UTF-16", CSV.decode("utf-8-sig").encode("utf-16")
    yield "old line ends", CSV.replace(b"\r\n", b"\r")
    yield "a bank's statement", b":20:STARTUMS\r\n:25:PL31999900130000100020000101\r\n:28C:1/1\r\n"
    yield "an order of Elixir", b'110,20260921,30000,99990013,0,"31999900130000100020000101"\r\n'
    yield "a page", b"<!DOCTYPE html><html></html>"
    yield "packed", b"\x1f\x8b\x08\x00\x00\x00"
    yield "a PDF", b"%PDF-1.7\r\n"


def json_samples() -> Iterator[Sample]:
    yield from cuts(JSON, 50)
    yield from swapped(
        JSON,
        (NAME, b"Anna Przyk\xb3adowa"),
        ('"300.00"', "300.00"),
        ('"300.00"', "NaN"),
        ('"300.00"', "1e400"),
        ('"300.00"', '"300.01"'),
        ('"rows"', '"wiersze"'),
        ('"control"', '"suma"'),
        ("skarbnik.dues", "skarbnik.payments"),
        ('"format_version": 1', '"format_version": 2'),
        ("{", "[{"),
    )
    yield "deep", b"[" * 100_000
    yield "deep objects", b'{"rows":' * 50_000
    yield "a long number", b'{"rows": [' + b"9" * 100_000 + b"]}"
    yield "a list", b"[]"
    yield "two objects", JSON + JSON


def packed(**parts: bytes) -> bytes:
    """The workbook with some of its parts changed or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


def xlsx_samples() -> Iterator[Sample]:
    yield from cuts(XLSX, 50)
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        sheet = archive.read(SHEET)
    for name, content in swapped(
        sheet,
        ("<v>300.00</v>", "<f>1+1</f><v>300.00</v>"),
        ("<v>300.00</v>", "<v>300.01</v>"),
        ("<v>300.00</v>", "<v>1e300</v>"),
        (NAME, "A" * 40_000),
        (NAME, b"Anna Przyk\xb3adowa"),
        ("</is></c>", "</c></is>"),
        ("skarbnik.dues", "skarbnik.postings"),
    ):
        yield name, packed(**{SHEET: content})
    yield "bomb", packed(**{"xl/media/a.png": b"\x00" * (110 * 1024 * 1024)})
    yield "macro", packed(**{"xl/vbaProject.bin": b"Sub Auto_Open()"})
    yield "link", packed(**{"xl/externalLinks/externalLink1.xml": b"<a/>"})
    yield "billion laughs", packed(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY l "ha">]><workbook/>'})
    yield "old workbook", b"\xd0\xcf\x11\xe0" + b"\x00" * 600


SAMPLES = {Shape.CSV: csv_samples, Shape.JSON: json_samples, Shape.XLSX: xlsx_samples}


@pytest.mark.parametrize("shape", list(Shape))
def test_nothing_of_a_damaged_file_is_in_and_its_report_says_why(shape, in_borki):
    samples = dict(SAMPLES[shape]())
    assert len(samples) >= 50
    before = Payer.objects.count(), Entry.objects.count()
    for name, content in samples.items():
        run = bring_file(content, name=f"plik.{shape}")
        assert run.state == "failed", (name, run.state, run.created)
        said = import_run(OFFICE, run.public_id).refusal
        assert said, (name, run.failure_code)
        assert "%(" not in said, (name, said)
        assert Liability.objects.count() == 0, name
    assert (Payer.objects.count(), Entry.objects.count()) == before
    for model in (StagedDue, StagedPayer, ImportPart):
        assert not model.objects.exists()
    assert not ImportRun.objects.filter(state="running").exists()
