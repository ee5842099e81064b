"""The exchange folder: complete files are taken once, half-written ones are left alone, the report lies beside the file."""

import os
import time
from pathlib import Path

import pytest

from kernel.audit.models import AuditEntry
from services.liabilities import tasks
from services.liabilities.actions import folder
from services.liabilities.actions.import_work import work_on
from services.liabilities.models import ImportRun, Liability
from tests.services.liabilities.large import table
from tests.services.liabilities.rows import bring, due, owed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(in_borki, settings, tmp_path) -> Path:
    settings.EXCHANGE_DIR = str(tmp_path)
    found = tmp_path / in_borki.tenant_id / "naleznosci"
    (found / "nowe").mkdir(parents=True)
    return found


def lay(dues: Path, name: str, content: bytes, *, age: float = 120, is_marked: bool = False) -> Path:
    """A file that nobody has touched for `age` seconds, as far as its times tell."""
    path = dues / "nowe" / name
    path.write_bytes(content)
    if is_marked:
        Path(f"{path}.ok").touch()
    os.utime(path, (time.time() - age,) * 2)
    return path


@pytest.fixture
def _quiet(monkeypatch):
    """ctime cannot be set back, so the time of silence is what the tests change."""
    monkeypatch.setattr(folder, "QUIET_S", 0)


def look() -> None:
    """One turn of the sweep, and the worker that it asks for."""
    tasks.sweep()
    for run in ImportRun.objects.filter(state="running"):
        work_on(run.public_id)
    tasks.sweep()


def names(path: Path) -> list[str]:
    return sorted(one.name.partition("-naleznosci")[2] for one in path.iterdir())


def test_a_file_with_its_mark_is_imported_at_once_and_lies_beside_its_report(dues):
    lay(
        dues,
        "naleznosci.csv",
        table([due(), due(external_id="N-2", due_on="2026-02-31")]),
        age=0,
        is_marked=True,
    )
    look()
    run = ImportRun.objects.get()
    assert (run.source, run.state, run.created, run.rejected) == ("folder", "applied", 1, 1)
    assert owed() == 30_000
    assert list((dues / "nowe").iterdir()) == []
    assert list((dues / "w-toku").iterdir()) == []
    assert names(dues / "przyjete") == [".csv", ".csv.raport.txt", ".csv.wiersze.csv"]
    (report,) = (dues / "przyjete").glob("*.raport.txt")
    assert "Nowe: 1" in report.read_text()
    assert "Odrzucone: 1" in report.read_text()
    (lines,) = (dues / "przyjete").glob("*.wiersze.csv")
    assert "odrzucony;3;N-2;due_on" in lines.read_text("utf-8-sig")
    entry = AuditEntry.objects.filter(action="import.applied").get()
    assert (entry.actor_kind, entry.actor_ref) == ("system", "liabilities.folder")


def test_a_file_that_is_still_being_written_is_not_touched(dues):
    path = lay(dues, "naleznosci.csv", table([due()]), age=5)
    lay(dues, "inne.csv.part", table([due()]))
    lay(dues, ".ukryte.csv", table([due()]))
    look()
    assert path.exists()
    assert len(list((dues / "nowe").iterdir())) == 3
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("_quiet")
def test_without_a_mark_a_file_is_taken_when_nothing_changes_about_it(dues):
    lay(dues, "naleznosci.csv", table([due()]))
    look()
    assert owed() == 30_000


@pytest.mark.usefixtures("_quiet")
def test_a_file_that_is_refused_as_a_whole_lies_with_its_reason_among_the_rejected(dues):
    lay(dues, "naleznosci.csv", table([due()]).replace(b"principal", b"kwota"))
    look()
    assert names(dues / "odrzucone") == [".csv", ".csv.raport.txt"]
    (report,) = (dues / "odrzucone").glob("*.raport.txt")
    assert "niczego nie zmienił" in report.read_text()
    assert "kwota" in report.read_text()
    assert Liability.objects.count() == 0


@pytest.mark.usefixtures("_quiet")
def test_a_picture_a_link_and_a_folder_harm_nobody(dues, tmp_path):
    lay(dues, "naleznosci.png", b"\x89PNG")
    secret = tmp_path / "secret"
    secret.write_text("do not read me")
    (dues / "nowe" / "naleznosci-link.csv").symlink_to(secret)
    (dues / "nowe" / "katalog.csv").mkdir()
    os.mkfifo(dues / "nowe" / "kolejka.csv")
    look()
    assert names(dues / "odrzucone") == [".png", ".png.raport.txt"]
    assert sorted(one.name for one in (dues / "nowe").iterdir()) == [
        "katalog.csv",
        "kolejka.csv",
        "naleznosci-link.csv",
    ]
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("_quiet")
def test_killed_between_taking_the_file_and_keeping_it_the_next_sweep_goes_on(dues, monkeypatch):
    lay(dues, "naleznosci.csv", table([due()]))
    real = folder.take_file
    monkeypatch.setattr(folder, "take_file", lambda *args, **options: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        tasks.sweep()
    assert len(list((dues / "w-toku").iterdir())) == 1
    assert not ImportRun.objects.exists()
    monkeypatch.setattr(folder, "take_file", real)
    look()
    assert owed() == 30_000
    assert ImportRun.objects.count() == 1


@pytest.mark.usefixtures("_quiet")
def test_killed_before_the_file_is_put_away_it_is_not_imported_again(dues, monkeypatch):
    lay(dues, "naleznosci.csv", table([due()]))
    monkeypatch.setattr(tasks, "put_away", lambda: None)
    look()
    assert len(list((dues / "w-toku").iterdir())) == 1
    monkeypatch.undo()
    look()
    assert names(dues / "przyjete") == [".csv", ".csv.raport.txt"]
    assert ImportRun.objects.count() == 1


@pytest.mark.usefixtures("_quiet")
def test_a_full_file_names_what_it_lacks_beside_it_and_closes_nothing(dues):
    bring(due(), due(external_id="N-2"))
    lay(dues, "naleznosci.csv", table([due()], head="full", control=(1, "300.00")))
    look()
    (missing,) = (dues / "przyjete").glob("*.brakujace.csv")
    assert "N-2" in missing.read_text("utf-8-sig")
    assert owed("N-2") == 30_000


def test_a_gmina_without_a_folder_and_a_platform_without_one_do_nothing(in_borki, settings, tmp_path):
    for place in ("", str(tmp_path)):
        settings.EXCHANGE_DIR = place
        tasks.sweep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_quiet")
def test_another_gminas_folder_is_not_ours(dues, settings, tmp_path):
    foreign = tmp_path / "2465011" / "naleznosci" / "nowe"
    foreign.mkdir(parents=True)
    (foreign / "naleznosci.csv").write_bytes(table([due()]))
    look()
    assert (foreign / "naleznosci.csv").exists()
    assert Liability.objects.count() == 0
