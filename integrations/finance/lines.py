"""Lines of a foreign text file, decoded by the declared code page and never by a guess; memory stays at one line.

A wrong code page spoils Polish letters in silence (mt-940 reads “PODATEK ŻÓŁĆ” of Windows-1250 as “PODATEK »ËúĂ”), so
whatever shows that the declared one is not the one used refuses the file.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import BinaryIO

from integrations.finance.errors import FileRefused

MAX_BYTES = 256 * 1024 * 1024
MAX_LINE_BYTES = 16 * 1024
_BLOCK = 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_NOT_LATIN = re.compile("[^\x00-\x7f\u00a0-\u017f\u2010-\u2026\u20ac]")
_DOS_END = b"\x1a"

_OTHER_KINDS: Mapping[bytes, str] = {
    b"PK\x03\x04": "XLSX/ZIP",
    b"\xd0\xcf\x11\xe0": "XLS/DOC",
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
}


class Encoding(StrEnum):
    """The code pages that Polish banks write."""

    UTF_8 = "utf-8"
    WINDOWS_1250 = "windows-1250"
    ISO_8859_2 = "iso-8859-2"
    CP852 = "cp852"


_SUSPECT: Mapping[Encoding, re.Pattern[str]] = {
    Encoding.WINDOWS_1250: re.compile(
        "[±¶¦ˇ¬˘©]"
    ),  # Polish letters of ISO 8859-2 and CP852, read as Windows-1250
    Encoding.ISO_8859_2: re.compile(
        "[\x80-\x9fˇ˘]"
    ),  # Windows-1250 and CP852 have letters where ISO has no characters
    Encoding.CP852: re.compile(
        "[\u2500-\u25ffˇ˝˛˘¸ŃŇ]{2}|[\u2500-\u25ff]"
    ),  # letters of the others are frames here
}


def size_of(file: BinaryIO) -> int:
    """Bytes of the file, which stands at its beginning afterwards. Raises FileRefused: empty, too_big, other_kind."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FileRefused("empty")
    if size > MAX_BYTES:
        raise FileRefused("too_big", megabytes=MAX_BYTES // (1024 * 1024))
    return size


def refuse_other_kinds(file: BinaryIO) -> None:
    """Refuse by name what is certainly no text. Raises FileRefused("other_kind")."""
    file.seek(0)
    beginning = file.read(8)
    file.seek(0)
    for signature, kind in _OTHER_KINDS.items():
        if beginning.startswith(signature):
            raise FileRefused("other_kind", found=kind)


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of the whole file in hexadecimal; the file stands at its beginning afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def lines_of(file: BinaryIO, encoding: Encoding, *, final_break: bool = False) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1, without line breaks (LF or CRLF); the last one may lack its break.

    `final_break` refuses such a last line, for formats where nothing else would show that the end is missing.
    Raises FileRefused with the line: empty, too_big, other_kind, line_too_long, binary, line_break, characters, encoding,
    byte_order_mark, cut_off.
    """
    size_of(file)
    refuse_other_kinds(file)
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            raise FileRefused("line_too_long", line=number, most=MAX_LINE_BYTES)
        if number == 1 and raw.startswith(_BYTE_ORDER_MARK):
            if encoding != Encoding.UTF_8:
                raise FileRefused("byte_order_mark", line=1, declared=encoding)
            raw = raw[len(_BYTE_ORDER_MARK) :]
        if raw == _DOS_END:
            if file.read(1):
                raise FileRefused("binary", line=number)
            return
        if final_break and not raw.endswith(b"\n"):
            raise FileRefused("cut_off", line=number)
        yield number, _decoded(raw.removesuffix(b"\n").removesuffix(b"\r"), encoding, number)


def _decoded(raw: bytes, encoding: Encoding, number: int) -> str:
    if b"\x00" in raw:
        raise FileRefused("binary", line=number)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(encoding, number, raw[error.start]) from None
    if raw.isascii() or encoding == Encoding.UTF_8:
        suspect = None
    elif _is_utf_8(raw):
        raise FileRefused("encoding_utf_8", line=number, declared=encoding)
    else:
        suspect = _SUSPECT[encoding].search(text)
    if suspect:
        raise _wrong_encoding(encoding, number, suspect[0][0].encode(encoding)[0])
    if "\r" in text:
        raise FileRefused("line_break", line=number)
    if _CONTROL.search(text):
        raise FileRefused("characters", line=number)
    return text


def _is_utf_8(raw: bytes) -> bool:
    """Whether a line makes sense as UTF-8: all its letters are then Latin ones. To be UTF-8 at all is not enough, for the
    bytes of “RÓŻANA” in ISO 8859-2 are, with a Cyrillic letter."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _NOT_LATIN.search(text)


def _wrong_encoding(declared: Encoding, line: int, byte: int) -> FileRefused:
    return FileRefused("encoding", line=line, declared=declared, byte=f"0x{byte:02X}")
