"""The ZIP file of an archive: written in one pass, and believed only after it was looked at.

Nothing is ever unpacked to a path that a file names: parts are read by name, and a name that could lead out of a folder
refuses the whole archive, because people unpack it with other programs.
"""

import hashlib
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, Protocol

from kernel.errors import InvalidInput
from tenants.archive import envelope, manifest
from tenants.archive.manifest import Manifest, Part

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_CHUNK: Final = 1 << 20
_DEFLATE_LEVEL: Final = 6
_UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged ZIP makes Python's reader raise: NotImplementedError and UnicodeDecodeError are among them."""


class Sink(Protocol):
    """Where an archive is written to: a file, or an encryption before one."""

    def write(self, data: bytes, /) -> int:
        """Take all of it."""

    def flush(self) -> None:
        """Pass on what is kept back, as far as that can be."""

    def close(self) -> None:
        """End it."""


class Packer:
    """Writes parts one after the other into a ZIP and keeps their digests."""

    def __init__(self, out: Sink) -> None:
        self._zip = zipfile.ZipFile(
            out, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=_DEFLATE_LEVEL
        )
        self.parts: dict[str, Part] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one part."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                part.write(chunk)
        self.parts[name] = Part(size, digest.hexdigest())

    def finish(self, last: Manifest) -> None:
        """Write the manifest and the ZIP's own list of parts."""
        self._zip.writestr(manifest.NAME, last.to_json())
        self._zip.close()


class Archive:
    """An archive that was opened and looked at as a whole: every part is there and as it was written."""

    def __init__(self, file: zipfile.ZipFile, last: Manifest) -> None:
        self._zip = file
        self.manifest = last

    def read(self, name: str) -> bytes:
        """One part, whole: for small ones."""
        return self._zip.read(name)

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """One part as a file."""
        with self._zip.open(name) as part:
            yield part


@contextmanager
def opened(path: Path, unlock: envelope.Unlock | None = None) -> Iterator[Archive]:
    """Open an archive and check all of it before anything is believed.

    Raises InvalidInput("archive.damaged") with the place, ("archive.unsafe_name"), ("archive.not_ours"), ("archive.newer"),
    and for an encrypted one ("archive.passphrase") or ("archive.locked") without `unlock`.
    """
    # What was decrypted lies in a file without a name: it is gone with the process, however that ends.
    with path.open("rb") as source, tempfile.TemporaryFile() as plain:
        file: IO[bytes] = source
        if envelope.is_sealed(source):
            envelope.unseal(source, plain, unlock)
            file = plain
        file.seek(0)
        with ExitStack() as stack:
            try:
                inside = stack.enter_context(zipfile.ZipFile(file))
                last = _checked(inside)
            except _UNREADABLE as error:
                raise InvalidInput("archive.damaged", place=str(error)) from error
            yield Archive(inside, last)


def _checked(inside: zipfile.ZipFile) -> Manifest:
    names = inside.namelist()
    for name in names:
        if not _NAME.fullmatch(name) or ".." in name:
            raise InvalidInput("archive.unsafe_name", place=name)
    if manifest.NAME not in names:
        raise InvalidInput("archive.not_ours")
    last = Manifest.of(b"".join(_chunks(inside, manifest.NAME)))
    if sorted(names) != sorted([*last.parts, manifest.NAME]):
        strange = sorted(set(names).symmetric_difference([*last.parts, manifest.NAME])) or names
        raise InvalidInput("archive.damaged", place=strange[0])
    for name, part in last.parts.items():
        digest, size = hashlib.sha256(), 0
        for chunk in _chunks(inside, name):
            digest.update(chunk)
            size += len(chunk)
        if Part(size, digest.hexdigest()) != part:
            raise InvalidInput("archive.damaged", place=name)
    return last


def _chunks(inside: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The part piece by piece. A broken one is named: whichever of its parts is wrong, ZIP's own errors do not say which."""
    try:
        with inside.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except _UNREADABLE as error:
        raise InvalidInput("archive.damaged", place=name) from error
