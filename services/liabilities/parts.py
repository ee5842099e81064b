"""A file that waits in the gmina's database in encrypted parts and is read like any other; one part is in memory."""

import hashlib
import io
from typing import Any, BinaryIO

from services.liabilities.models import ImportPart, ImportRun

PART_BYTES = 512 * 1024


def keep(run: ImportRun, file: BinaryIO) -> bytes:
    """Store the whole file from where it stands, inside the caller's transaction; its SHA-256."""
    digest = hashlib.sha256()
    number = 0
    while block := file.read(PART_BYTES):
        digest.update(block)
        ImportPart.objects.create(run=run, number=number, content=block)
        number += 1
    return digest.digest()


def kept(run: ImportRun) -> BinaryIO:
    """The stored file, at its beginning."""
    return io.BufferedReader(_Parts(run), buffer_size=PART_BYTES)


class _Parts(io.RawIOBase):
    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._size = run.work_all
        self._at = 0
        self._number = -1
        self._part = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, target: Any) -> int:
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PART_BYTES)
        if number != self._number:
            row = ImportPart.objects.get(run=self._run, number=number)
            self._number, self._part = number, row.content
        found = self._part[start : start + len(target)]
        target[: len(found)] = found
        self._at += len(found)
        return len(found)
