"""A file at the desk: checked first, applied after a look, reported line by line."""

import csv
import io
from datetime import date

import pytest
from django.db import connection

from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.liabilities.actions.imports import apply_import, import_dues, preview_csv
from services.liabilities.domain.dues_file import write_csv
from services.liabilities.models import ImportRun, Liability
from services.liabilities.queries_imports import findings_csv, import_run, import_runs
from services.users.models import StaffRole
from tests.services.liabilities.rows import OFFICE, due, owed

pytestmark = pytest.mark.django_db


def file(*rows: dict) -> bytes:
    names = list(due())
    return write_csv(names, [[row.get(name, "") for name in names] for row in rows])


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


def test_a_checked_file_writes_no_due_and_tells_what_would_happen(daria):
    run = preview_csv(file(due(), due(external_id="N-2", principal="x")), "dues.csv", daria)
    report = import_run(daria, run.public_id)
    assert (report.state, report.created, report.rejected, report.can_apply) == ("checked", 1, 1, True)
    assert (report.rejections[0].line, report.rejections[0].field) == (3, "principal")
    assert report.rejections[0].sentence == "Podaj kwotę w złotych, na przykład 123.45 albo 123,45."
    assert Liability.objects.count() == 0


@pytest.mark.covers("S36")
def test_an_applied_file_is_in_and_a_second_click_is_the_same_click(daria):
    run = preview_csv(file(due()), "dues.csv", daria)
    first, second = apply_import(run.public_id, daria), apply_import(run.public_id, daria)
    assert first.pk == second.pk
    report = import_run(daria, run.public_id)
    assert (report.state, report.is_applied, report.is_dry_run, report.can_apply) == (
        "applied",
        True,
        False,
        False,
    )
    assert owed() == 30_000
    assert ImportRun.objects.get().content == ""


def test_the_content_waits_encrypted_and_is_forgotten_when_it_is_in(daria):
    run = preview_csv(file(due()), "dues.csv", daria)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM liabilities_importrun r")
        row = cursor.fetchone()[0]
    assert "75870300062" not in row
    assert b"75870300062".hex() not in row
    assert "75870300062" in ImportRun.objects.get(pk=run.pk).content


@pytest.mark.covers("S35")
def test_applying_judges_the_file_anew(daria):
    run = preview_csv(file(due(), due(external_id="N-2")), "dues.csv", daria)
    import_dues([due(liability_type="waste_fee")], source="command", actor=OFFICE)
    apply_import(run.public_id, daria)
    report = import_run(daria, run.public_id)
    assert (report.created, report.rejected) == (1, 1)
    assert report.rejections[0].code == "dues.type_changed"
    assert Liability.objects.get(external_id="N-1").liability_type.code == "waste_fee"


def test_a_file_that_cannot_be_read_makes_no_run(daria):
    with pytest.raises(InvalidInput, match=r"dues_file\.cp1250"):
        preview_csv("external_id\nZażółć".encode("cp1250"), "dues.csv", daria)
    assert ImportRun.objects.count() == 0


def test_only_the_clerk_who_checked_a_file_can_see_and_apply_it(daria, person):
    run = preview_csv(file(due()), "dues.csv", daria)
    filip = person("filip")
    StaffRole.objects.create(
        user_id=filip.user_id, role="clerk", authorisation_number="OR.077.9.2026", authorised_on=date(2026, 1, 2),
        issuer="Wójt", valid_from=date(2026, 1, 2),
    )  # fmt: skip
    stranger = filip.actor
    with pytest.raises(NotFound):
        apply_import(run.public_id, stranger)
    with pytest.raises(NotFound):
        import_run(stranger, run.public_id)
    assert import_runs(stranger) == []
    assert Liability.objects.count() == 0


@pytest.mark.parametrize("name", ["anna", "edyta", "filip"])
def test_others_can_neither_check_nor_apply_nor_see(name, daria, person):
    run = preview_csv(file(due()), "dues.csv", daria)
    actor = person(name).actor
    for act in (
        lambda: preview_csv(file(due()), "dues.csv", actor),
        lambda: apply_import(run.public_id, actor),
        lambda: import_run(actor, run.public_id),
        lambda: import_runs(actor),
    ):
        with pytest.raises(Refused, match=r"access\.denied"):
            act()
    assert (Liability.objects.count(), ImportRun.objects.count()) == (0, 1)


def test_an_import_of_the_command_cannot_be_applied_at_the_desk(daria):
    run = import_dues([due()], source="command", is_dry_run=True, actor=OFFICE)
    with pytest.raises(NotFound, match=r"import\.unknown"):
        apply_import(run.public_id, daria)
    assert Liability.objects.count() == 0


def test_a_file_without_its_content_cannot_be_applied(daria):
    run = preview_csv(file(due()), "dues.csv", daria)
    ImportRun.objects.filter(pk=run.pk).update(state="failed")
    row = ImportRun.objects.get(pk=run.pk)
    row.content = ""
    row.save()
    with pytest.raises(Conflict, match=r"import\.not_checked"):
        apply_import(run.public_id, daria)
    assert Liability.objects.count() == 0


def test_clerks_see_what_the_finance_system_brought_without_the_values_of_refused_lines(daria):
    import_dues([due(title="Tajne " * 40)], source="api", actor=OFFICE)
    (listed,) = import_runs(daria)
    report = import_run(daria, listed.public_id)
    assert (listed.source_name, listed.rejected, listed.rejections) == ("API", 1, ())
    assert (report.rejections[0].code, report.rejections[0].excerpt) == ("dues.too_long", "")


def test_the_refused_lines_as_a_file_run_no_formula(daria):
    run = preview_csv(file(due(external_id='=cmd|"calc"', year="@SUM(A1)")), "dues.csv", daria)
    written = findings_csv(import_run(daria, run.public_id)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written), delimiter=";"))
    assert rows[1][1:4] == ["2", '\'=cmd|"calc"', "year"]
    assert rows[1][5] == "'@SUM(A1)"


def test_a_control_character_in_the_name_of_a_file_does_no_harm(daria):
    run = preview_csv(file(due()), "dues\x00\r\n.csv", daria)
    assert run.file_name == "dues.csv"
