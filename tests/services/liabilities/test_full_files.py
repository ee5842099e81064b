"""A full file names every due of its kinds: what it lacks is told, and written down only when somebody has confirmed it."""

from io import BytesIO

import pytest
from guardian.shortcuts import assign_perm

from kernel.errors import Conflict, NotFound
from services.accounts.models import DepartmentGrant
from services.liabilities.actions.import_files import apply_file, check_file, close_missing, leave_missing
from services.liabilities.actions.import_work import work_on
from services.liabilities.models import ImportRun, Liability, Overpayment, StagedDue
from services.liabilities.queries_imports import import_run, missing_of
from services.users.models import User
from tenants.configuration.models import LiabilityType
from tests.services.liabilities.large import bring_file, findings, table, taken
from tests.services.liabilities.rows import OFFICE, bring, due, entries, owed

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def known(in_borki):
    bring(*[due(external_id=f"N-{n}") for n in range(4)], due(external_id="O-1", liability_type="waste_fee"))


def full(*rows: dict, head: str = "full") -> bytes:
    total = sum(int(float(row["principal"]) * 100) for row in rows)
    return table(rows, head=head, control=(len(rows), f"{total // 100}.{total % 100:02}"))


def applied(content: bytes, actor) -> ImportRun:
    run = check_file(BytesIO(content), "pelny.csv", actor)
    apply_file(run.public_id, actor)
    return ImportRun.objects.get(pk=run.pk)


def test_what_a_full_file_lacks_of_its_kinds_is_named_and_stays_as_it_is(known, daria):
    run = applied(full(due(external_id="N-0"), due(external_id="N-1")), daria)
    assert (run.state, run.missing, run.unchanged) == ("applied", 2, 2)
    assert [row.external_id for row in missing_of(daria, run.public_id)] == ["N-2", "N-3"]
    assert import_run(daria, run.public_id).can_close
    assert [owed(f"N-{n}") for n in range(4)] == [30_000] * 4
    assert owed("O-1") == 30_000  # another kind, of which the file does not speak


def test_an_incremental_file_lacks_nothing(known, daria):
    run = applied(full(due(external_id="N-0"), head="incremental"), daria)
    assert (run.state, run.missing) == ("applied", 0)
    with pytest.raises(Conflict, match=r"import\.not_full"):
        close_missing(run.public_id, 0, daria)
    assert owed("N-3") == 30_000


def test_once_confirmed_they_are_written_down_and_history_stays(known, daria):
    run = applied(full(due(external_id="N-0"), due(external_id="N-1")), daria)
    close_missing(run.public_id, 2, daria)
    close_missing(run.public_id, 2, daria)  # the second click
    work_on(run.public_id)
    run.refresh_from_db()
    assert (run.state, run.closed, run.can_close) == ("applied", 2, False)
    assert [owed(f"N-{n}") for n in range(4)] == [30_000, 30_000, 0, 0]
    assert entries("N-2") == [("assessment", 30_000), ("write_down", -30_000)]
    assert Liability.objects.get(external_id="N-2").version == 2
    assert not Overpayment.objects.exists()
    assert not StagedDue.objects.exists()


def test_what_came_or_changed_after_the_file_is_not_closed_by_it(known, daria):
    run = applied(full(due(external_id="N-0"), due(external_id="N-1")), daria)
    bring(due(external_id="N-9"), due(external_id="N-3", principal="310.00"))
    assert [row.external_id for row in missing_of(daria, run.public_id)] == ["N-2"]
    close_missing(run.public_id, 2, daria)
    work_on(run.public_id)
    run.refresh_from_db()
    assert (run.state, run.closed) == ("applied", 1)
    assert [owed(one) for one in ("N-2", "N-3", "N-9")] == [0, 31_000, 30_000]


def test_what_was_paid_of_a_closed_due_is_an_overpayment(known, daria):
    from datetime import date

    from services.liabilities.actions.receipts import post_receipt

    row = Liability.objects.get(external_id="N-3")
    post_receipt(
        liability=row,
        principal_gr=12_000,
        interest_gr=0,
        paid_on=date(2026, 9, 1),
        external_id="W-1",
        actor=OFFICE,
    )
    run = applied(full(due(external_id="N-0"), due(external_id="N-1"), due(external_id="N-2")), daria)
    close_missing(run.public_id, 1, daria)
    work_on(run.public_id)
    assert owed("N-3") == 0
    assert Overpayment.objects.get().source_ref == str(row.public_id)


def test_another_number_than_the_one_that_was_seen_closes_nothing(known, daria):
    run = applied(full(due(external_id="N-0"), due(external_id="N-1")), daria)
    with pytest.raises(Conflict, match=r"import\.missing_changed"):
        close_missing(run.public_id, 3, daria)
    assert owed("N-2") == 30_000


def test_leaving_them_is_a_decision_too(known, daria):
    run = applied(full(due(external_id="N-0")), daria)
    leave_missing(run.public_id, daria)
    with pytest.raises(Conflict, match=r"import\.not_full"):
        close_missing(run.public_id, 3, daria)
    assert owed("N-3") == 30_000
    assert not StagedDue.objects.exists()


def test_while_a_line_is_refused_nothing_can_be_closed(known, daria):
    content = full(due(external_id="N-0"), due(external_id="N-1", due_on="2026-02-31"))
    run = applied(content, daria)
    assert (run.rejected, run.missing, run.can_close) == (1, 3, False)
    with pytest.raises(Conflict, match=r"import\.not_full"):
        close_missing(run.public_id, 3, daria)
    assert owed("N-2") == 30_000


def test_a_stranger_can_neither_see_nor_decide(known, daria, person):
    run = applied(full(due(external_id="N-0")), daria)
    stranger = person("edyta").actor
    from kernel.errors import Refused

    for act in (
        lambda: close_missing(run.public_id, 3, stranger),
        lambda: leave_missing(run.public_id, stranger),
        lambda: missing_of(stranger, run.public_id),
        lambda: apply_file(run.public_id, stranger),
    ):
        with pytest.raises((Refused, NotFound)):
            act()
    assert owed("N-3") == 30_000


def test_a_full_file_of_the_folder_is_decided_about_by_who_handles_all_its_kinds(known, daria):
    run = bring_file(
        full(due(external_id="N-0"), due(external_id="O-1", liability_type="waste_fee")), source="folder"
    )
    assert run.missing == 3
    user = User.objects.get(public_id=daria.ref)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_liabilitytype", user, LiabilityType.objects.get(code="property_tax"))
    with pytest.raises(NotFound):
        close_missing(run.public_id, 3, daria)
    assert owed("N-2") == 30_000


def test_warnings_of_the_whole_file_are_given_once(known, daria):
    run = taken(
        full(due(external_id="N-0", instalment=""), due(external_id="N-1"), due(external_id="N-2")),
        source="command",
    )
    work_on(run.public_id)
    assert findings(run, is_warning=True) == [(3, "dues.whole_and_instalments")]
