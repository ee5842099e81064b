"""Files that appear whole or not at all."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from kernel.errors import Conflict

PARTIAL: Final = ".partial"
_CHUNK: Final = 1 << 20


def folder_of(teryt: str) -> Path:
    """The gmina's folder under BACKUP_DIR, made when it is missing; only this process's user may look into it.

    Raises Conflict("archive.no_folder") when BACKUP_DIR is not set. `teryt` must be a TERYT code.
    """
    if not settings.BACKUP_DIR:
        raise Conflict("archive.no_folder")
    if not re.fullmatch(r"[0-9]{7}", teryt):
        raise ValueError(f"not a TERYT code: {teryt!r}")
    folder = Path(settings.BACKUP_DIR) / teryt
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A new file, under its name only when the block ends well and the disk has it; what a killed run left is replaced."""
    partial = path.with_name(path.name + PARTIAL)
    partial.unlink(missing_ok=True)
    with open(partial, "wb", opener=_private) as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    synchronise(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """A small file."""
    with written(path) as out:
        out.write(content)


def synchronise(folder: Path) -> None:
    """Make renamed and removed names of a folder last."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
