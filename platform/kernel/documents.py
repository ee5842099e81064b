"""What may be handed in as a document: known by its first bytes, not by its name, and without anything that runs."""

import re
from dataclasses import dataclass
from typing import Final

from kernel.errors import InvalidInput

MOST_BYTES: Final = 5 * 1024 * 1024
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS: Final = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
"""File name endings by media type, for handing a document out."""
LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Document:
    """A file as it was handed in; name and claimed type are not believed."""

    name: str
    content: bytes


_RUNS: Final = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA)(?![A-Za-z])")
_HEX_IN_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STARTS: Final = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_ENDS: Final = {PDF: b"%%EOF", JPEG: b"\xff\xd9", PNG: b"IEND\xaeB`\x82"}


def media_type_of(content: bytes) -> str:
    """Media type by content (T-28).

    Raises InvalidInput("document.empty"), InvalidInput("document.too_large") above MOST_BYTES, InvalidInput("document.type")
    for anything but PDF, JPEG and PNG or one that is cut off, InvalidInput("document.active") for a PDF that carries
    programs or further files.
    """
    if not content:
        raise InvalidInput("document.empty", field="document")
    if len(content) > MOST_BYTES:
        raise InvalidInput("document.too_large", field="document", megabytes=MOST_BYTES // 1024**2)
    found = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    if found is None or _ENDS[found] not in content[-2048:]:
        raise InvalidInput("document.type", field="document")
    if found == PDF and _RUNS.search(_HEX_IN_NAME.sub(_unhex, content)):
        raise InvalidInput("document.active", field="document")
    return found


def plain_name(name: str, media_type: str) -> str:
    """A file name that is safe to show and to save: no folders, no control characters, the ending of its content."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if one.isalnum() or one in " ._-()" else "_" for one in base).strip(" .")
    stem = kept.rpartition(".")[0] or kept or "dokument"
    return f"{stem[:LONGEST_NAME]}.{ENDINGS[media_type]}"


def _unhex(found: re.Match[bytes]) -> bytes:
    """PDF lets a name be written as /J#61vaScript."""
    return bytes([int(found[1], 16)])
