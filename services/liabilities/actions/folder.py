"""The exchange folder of a gmina: the finance system lays files there, locally or over SFTP, and finds the reports.

    <EXCHANGE_DIR>/<TERYT>/naleznosci/nowe        the finance system writes here
                                      w-toku      taken, being imported
                                      przyjete    in, with the report beside
                                      odrzucone   refused as a whole, with the reason beside

A gmina without the folder `nowe` has no exchange folder; nothing makes one. A file is taken when a file of the same name
with `.ok` behind it stands beside, or when nothing has changed about it for a minute. Taking is one renaming, so only one
worker takes it, and each step can be found again from the names alone.
"""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from kernel.errors import InvalidInput, Refused
from kernel.fields import new_public_id
from services.liabilities.actions.import_files import take_file
from services.liabilities.models import ImportRun, ImportSource, ImportState
from services.liabilities.reports import refusal_text, report_files
from tenants.directory.setup import only_one

ACTOR: Final = system("liabilities.folder")
NEW, AT_WORK, TAKEN, REJECTED = "nowe", "w-toku", "przyjete", "odrzucone"
QUIET_S: Final = 60
"""Seconds for which nothing may have changed about a file that has no `.ok` beside it."""
AT_ONCE: Final = 20
UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
READY: Final = ".ok"
_FORMS: Final = (".csv", ".xlsx", ".json")
_ODD: Final = re.compile(r"[^\w.\- ]", re.ASCII)
_TIME: Final = "%Y-%m-%d-%H%M%S"


@dataclass(frozen=True)
class Taker:
    """Files of another format in the same folder, and the service that takes them.

    `knows` looks at a file and its name; `take` makes it the service's own under the name in `w-toku`, and raises as
    `take_file`; `reports` are what lies beside a file that is over, None while it is not; `names` are those it has taken.
    """

    knows: Callable[[BinaryIO, str], bool]
    take: Callable[[BinaryIO, str, str], None]
    reports: Callable[[str], Mapping[str, bytes] | None]
    names: Callable[[], Collection[str]]


_takers: list[Taker] = []


def take_with(taker: Taker) -> None:
    """Register who takes files of another format: banking does, but it comes after liabilities."""
    _takers[:] = [taker]


def dues_folder() -> Path | None:
    """The folder of the gmina that is open; None when it has none."""
    if not settings.EXCHANGE_DIR:
        return None
    folder = Path(settings.EXCHANGE_DIR) / tenancy.current_tenant_id() / "naleznosci"
    return folder if (folder / NEW).is_dir() else None


def look_into_folder() -> None:
    """Take the files that are complete, and those that somebody had taken and was killed over."""
    folder = dues_folder()
    if folder is None:
        return
    with only_one(f"dues folder {tenancy.current_tenant_id()}") as is_alone:
        if not is_alone:
            return
        for name in (AT_WORK, TAKEN, REJECTED):
            (folder / name).mkdir(exist_ok=True)
        for path in list(_complete(folder / NEW))[:AT_ONCE]:
            with suppress(FileNotFoundError):  # the finance system has taken it back
                path.rename(folder / AT_WORK / f"{new_public_id()}__{_plain(path.name)}")
                Path(f"{path}{READY}").unlink(missing_ok=True)
        known = set(ImportRun.objects.exclude(claimed_as="").values_list("claimed_as", flat=True))
        known.update(name for taker in _takers for name in taker.names())
        for path in sorted((folder / AT_WORK).iterdir()):
            if path.name not in known:
                _take(folder, path)


def put_away() -> None:
    """Lay the files of runs that are over beside their reports."""
    folder = dues_folder()
    if folder is None or not (folder / AT_WORK).is_dir():
        return
    for path in sorted((folder / AT_WORK).iterdir()):
        for taker in _takers:
            reports = taker.reports(path.name)
            if reports is not None:
                _lay(path, folder / TAKEN, reports)
        run = ImportRun.objects.filter(claimed_as=path.name).first()
        if run is None or run.state not in (ImportState.APPLIED, ImportState.FAILED):
            continue
        target = folder / (TAKEN if run.state == ImportState.APPLIED else REJECTED)
        _lay(path, target, report_files(run))


def _complete(folder: Path) -> Iterator[Path]:
    """Files that nobody writes any more, oldest first."""
    now = timezone.now().timestamp()
    entries = [entry for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    names = {entry.name for entry in entries}
    for entry in sorted(entries, key=lambda one: one.stat(follow_symlinks=False).st_mtime):
        if entry.name.startswith(".") or entry.name.lower().endswith((*UNFINISHED, READY)):
            continue
        told = entry.stat(follow_symlinks=False)
        is_quiet = now - max(told.st_mtime, told.st_ctime) >= QUIET_S
        if f"{entry.name}{READY}" in names or is_quiet:
            yield Path(entry.path)


def _take(folder: Path, path: Path) -> None:
    """Make a run of a file that was taken, or lay it with the reason among the rejected ones."""
    name = path.name.partition("__")[2]
    try:
        if not name.lower().endswith(_FORMS):
            raise InvalidInput("import.unknown_form", field="file")
        with _opened(path) as file:
            taker = next((one for one in _takers if one.knows(file, name)), None)
            if taker is not None:
                taker.take(file, name, path.name)
                return
            take_file(
                file,
                name,
                source=ImportSource.FOLDER,
                is_dry_run=False,
                claimed_as=path.name,
                actor=ACTOR,
            )
    except (InvalidInput, Refused) as error:
        if isinstance(error, Refused) and not error.permanent:
            return  # a quota of today: tomorrow it may be taken
        _lay(path, folder / REJECTED, {"raport.txt": refusal_text(name, error)})


def _opened(path: Path) -> BinaryIO:
    """The file, which must be an ordinary one: a link could name anything of the server."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidInput("import.unknown_form", field="file")
    return os.fdopen(descriptor, "rb")


def _lay(path: Path, target: Path, reports: Mapping[str, bytes]) -> None:
    """Reports first, the file last: while it is not there, all this is done again."""
    name = f"{timezone.localtime():{_TIME}}-{path.name.partition('__')[2]}"
    for ending, content in reports.items():
        unfinished = target / f".{name}.{ending}"
        unfinished.write_bytes(content)
        unfinished.rename(target / f"{name}.{ending}")
    with suppress(FileNotFoundError):
        path.rename(target / name)


def _plain(name: str) -> str:
    """A name that any file system and any report can hold."""
    return _ODD.sub("_", name)[-120:]
