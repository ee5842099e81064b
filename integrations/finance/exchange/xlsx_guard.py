"""What a workbook may be before anything reads it: no bomb, no formula, no macro, no link to elsewhere.

The sizes that a ZIP declares may lie, so every part is unpacked once, block by block, up to a limit.
"""

import re
import zipfile
import zlib
from typing import BinaryIO

from integrations.finance.errors import FileRefused

MAX_BYTES = 32 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 200
_BLOCK = 1024 * 1024
_OVERLAP = 64
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[\s>/]")
_ROW = re.compile(rb"<(?:[A-Za-z0-9_]+:)?row[\s>/]")
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_FORBIDDEN_PARTS = re.compile(
    r"(?i)(vbaProject\.bin|externalLinks/|connections\.xml|embeddings/|activeX/|ddeLinks)"
)
_SHEET = re.compile(r"(?i)xl/worksheets/")


def guard(file: BinaryIO) -> None:
    """Raises FileRefused: empty, too_big, not_xlsx, damaged, xlsx_part, xlsx_bomb, xml_document_type, formula."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FileRefused("empty")
    if size > MAX_BYTES:
        raise FileRefused("too_big", megabytes=MAX_BYTES // (1024 * 1024))
    if file.read(4) != b"PK\x03\x04":
        raise FileRefused("not_xlsx")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        UnicodeError,
    ):
        raise FileRefused("damaged") from None
    finally:
        file.seek(0)


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise FileRefused("xlsx_part", found=f"{len(parts)}")
    if "xl/workbook.xml" not in names:
        raise FileRefused("not_xlsx")
    unpacked = 0
    for part in parts:
        if _FORBIDDEN_PARTS.search(part.filename):
            raise FileRefused("xlsx_part", found=part.filename)
        unpacked += _check_part(archive, part, MAX_UNPACKED - unpacked)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """Bytes of the part when it is unpacked. A formula is reported with the row it stands in."""
    unpacked, rows, tail = 0, 0, b""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            unpacked += len(block)
            if unpacked > most:
                raise FileRefused("xlsx_bomb", megabytes=MAX_UNPACKED // (1024 * 1024))
            if not is_xml:
                continue
            text = tail + block
            if b"\x00" in block:
                raise FileRefused("xlsx_part", found=part.filename)  # UTF-16 would hide what is looked for
            if _DOCUMENT_TYPE.search(text):
                raise FileRefused("xml_document_type", line=1)
            if _SHEET.match(part.filename):
                if formula := _FORMULA.search(text):
                    raise FileRefused(
                        "formula", line=rows + len(_ROW.findall(text[: formula.start()])), field="", found=""
                    )
                rows += len(_ROW.findall(text[: max(0, len(text) - _OVERLAP)]))
            tail = text[-_OVERLAP:]
    return unpacked
