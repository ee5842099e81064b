"""Postings in the exchange folder: told from dues by their head, booked, and laid beside their report."""

from pathlib import Path

import pytest

from integrations.finance.exchange.reading import Shape
from services.banking import tasks as banking_tasks
from services.banking.models import PostingRun
from services.ledger.models import Entry
from services.liabilities import tasks
from services.liabilities.actions import folder
from services.liabilities.models import ImportRun
from tests.factories.liabilities import LiabilityFactory
from tests.services.banking.test_postings import NUMBER, content, posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange(in_borki, settings, tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(folder, "QUIET_S", 0)
    settings.EXCHANGE_DIR = str(tmp_path)
    found = tmp_path / in_borki.tenant_id / "naleznosci"
    (found / "nowe").mkdir(parents=True)
    return found


def look() -> None:
    """One turn of both sweeps, and the turn after it."""
    tasks.sweep()
    banking_tasks.sweep()
    tasks.sweep()


def endings(path: Path) -> list[str]:
    return sorted(one.name.partition("-ksiegowania")[2] for one in path.iterdir())


@pytest.mark.covers("D61")
@pytest.mark.parametrize("shape", list(Shape))
def test_a_file_of_postings_is_booked_and_lies_beside_its_report(exchange, anna, owed, shape):
    due = LiabilityFactory(payer=anna, external_id=NUMBER)
    told = content(posting(), posting("K-2", due="N-inna"), shape=shape).getvalue()
    (exchange / "nowe" / f"ksiegowania.{shape}").write_bytes(told)
    look()
    run = PostingRun.objects.get()
    assert (run.source, run.state, run.actor_ref) == ("folder", "done", "banking.postings")
    assert (owed(due), ImportRun.objects.count()) == (0, 0)
    assert list((exchange / "w-toku").iterdir()) == []
    assert endings(exchange / "przyjete") == [
        f".{shape}", f".{shape}.raport.txt", f".{shape}.wiersze.csv"
    ]  # fmt: skip
    (report,) = (exchange / "przyjete").glob("*.raport.txt")
    assert "Zaksięgowane: 1\n" in report.read_text()
    (lines,) = (exchange / "przyjete").glob("*.wiersze.csv")
    assert "odrzucony;" in lines.read_text("utf-8-sig")
    (exchange / "nowe" / f"ksiegowania.{shape}").write_bytes(told)
    look()
    assert Entry.objects.filter(code="receipt").count() == 1


def test_a_file_whose_sums_do_not_agree_lies_with_its_reason_among_the_rejected(exchange, anna, owed):
    due = LiabilityFactory(payer=anna, external_id=NUMBER)
    broken = content(posting()).getvalue().replace(b"300.00", b"300.01", 1)
    (exchange / "nowe" / "ksiegowania.csv").write_bytes(broken)
    look()
    assert endings(exchange / "odrzucone") == [".csv", ".csv.raport.txt"]
    (report,) = (exchange / "odrzucone").glob("*.raport.txt")
    assert "300,01" in report.read_text() or "300.01" in report.read_text()
    assert (owed(due), PostingRun.objects.count()) == (30_000, 0)


def test_a_worker_that_is_killed_between_taking_and_booking_is_followed_by_the_next(exchange, anna, owed):
    due = LiabilityFactory(payer=anna, external_id=NUMBER)
    (exchange / "nowe" / "ksiegowania.csv").write_bytes(content(posting()).getvalue())
    tasks.sweep()
    assert owed(due) == 30_000
    tasks.sweep()  # it is known as taken: no second run
    assert PostingRun.objects.count() == 1
    look()
    assert owed(due) == 0
    assert endings(exchange / "przyjete") == [".csv", ".csv.raport.txt"]
