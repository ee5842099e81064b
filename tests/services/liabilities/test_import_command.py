"""`skarbnik import_dues`: the same import from a shell, with exit statuses for scripts."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kernel import tenancy
from services.liabilities.domain.dues_file import write_csv
from services.liabilities.models import ImportRun, Liability
from tests.services.liabilities.large import table
from tests.services.liabilities.rows import due, owed

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path: Path):
    def make(*rows: dict) -> str:
        names = list(due())
        path = tmp_path / "dues.csv"
        path.write_bytes(write_csv(names, [[row.get(name, "") for name in names] for row in rows]))
        return str(path)

    return make


def test_dues_go_into_the_gmina_that_is_named_and_into_no_other(write, borki, dabrowa, capsys):
    call_command("import_dues", "borki", write(due()))
    with tenancy.enter(borki):
        assert owed() == 30_000
        assert (ImportRun.objects.get().source, ImportRun.objects.get().file_name) == ("command", "dues.csv")
    with tenancy.enter(dabrowa):
        assert Liability.objects.count() == 0
    out = capsys.readouterr().out
    assert "Gmina Borki: dues.csv: zapisany" in out
    assert "Wiersze: 1. Nowe: 1." in out
    assert "300,00" in out


@pytest.mark.parametrize("name", ["0615022", "borki.localhost", "borki"])
def test_a_gmina_is_named_by_teryt_host_or_label(name, write, borki):
    call_command("import_dues", name, write(due()))
    with tenancy.enter(borki):
        assert Liability.objects.count() == 1


def test_a_dry_run_writes_no_due(write, borki, capsys):
    call_command("import_dues", "borki", write(due()), "--dry-run")
    with tenancy.enter(borki):
        assert Liability.objects.count() == 0
    assert "sprawdzony, nic nie zapisano" in capsys.readouterr().out


def test_refused_lines_are_printed_and_the_status_is_1(write, borki, capsys):
    with pytest.raises(SystemExit) as caught:
        call_command("import_dues", "borki", write(due(), due(external_id="N-2", principal="12.34")))
    assert caught.value.code == 1
    assert (
        "wiersz 3, N-2, principal: Ten rodzaj należności podaje się w pełnych złotych."
        in capsys.readouterr().out
    )
    with tenancy.enter(borki):
        assert list(Liability.objects.values_list("external_id", flat=True)) == ["N-1"]


def test_personal_numbers_are_not_printed(write, borki, capsys):
    with pytest.raises(SystemExit):
        call_command("import_dues", "borki", write(due(payer_identifier="75931300062", payer_name="x" * 201)))
    assert "75931300062" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("gmina", "content", "text"),
    [
        ("borki", None, "Nie można odczytać pliku"),
        ("nigdzie", b"x", "Nie ma takiej gminy: nigdzie."),
        ("borki", b"", "Plik jest pusty."),
        ("borki", "external_id\nŻółć".encode("cp1250"), "wiersz 2, bajt 1: 0xAF"),
    ],
)
def test_what_cannot_be_read_at_all_is_status_2(gmina, content, text, tmp_path, borki):
    path = tmp_path / "dues.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=text) as caught:
        call_command("import_dues", gmina, str(path))
    assert caught.value.returncode == 2
    with tenancy.enter(borki):
        assert ImportRun.objects.count() == 0


def test_a_file_that_speaks_of_itself_is_read_as_one_of_the_exchange(tmp_path, borki, capsys):
    path = tmp_path / "pelny.csv"
    path.write_bytes(table([due()], head="full", control=(1, "300.00")))
    call_command("import_dues", "borki", str(path))
    with tenancy.enter(borki):
        assert owed() == 30_000
    assert "Nowe: 1." in capsys.readouterr().out


def test_a_wrong_control_sum_is_told_and_the_status_is_2(tmp_path, borki):
    path = tmp_path / "pelny.csv"
    path.write_bytes(table([due()], head="full", control=(1, "300.01")))
    with pytest.raises(CommandError, match="Wiersz 4") as caught:
        call_command("import_dues", "borki", str(path))
    assert caught.value.returncode == 2
    with tenancy.enter(borki):
        assert Liability.objects.count() == 0
