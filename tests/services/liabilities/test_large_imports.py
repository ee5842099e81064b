"""A large file goes in by chunks and says of every row what a small one would say."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Refused
from services.ledger.verification import verify
from services.liabilities.actions import import_chunks
from services.liabilities.actions.import_files import apply_file
from services.liabilities.actions.import_quotas import use_quotas
from services.liabilities.actions.import_work import work_on
from services.liabilities.actions.imports import import_csv
from services.liabilities.models import ImportPart, ImportRun, Liability, StagedDue, StagedPayer
from services.liabilities.queries_imports import import_run
from tests.services.liabilities.large import bring_file, findings, table, taken, world
from tests.services.liabilities.rows import OFFICE, bring, cost, counts, due, entries, owed, second_payer
from tests.tenants.test_switches import limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch, in_borki):
    monkeypatch.setattr(import_chunks, "CHUNK", 3)


def many(number: int, **changes) -> list[dict]:
    return [due(external_id=f"N-{n}", payer_external_id=f"P-{n % 4}", payer_name=f"Jan Próbny {n % 4}",
                payer_identifier="", **changes) for n in range(number)]  # fmt: skip


KNOWN_BEFORE = [
    due(
        external_id="N-2",
        payer_external_id="P-2",
        payer_name="Jan Próbny 2",
        payer_identifier="",
        principal="500.00",
    ),
    due(external_id="N-3", payer_external_id="P-3", payer_name="Dawne Nazwisko", payer_identifier=""),
    due(external_id="C-1", payer_external_id="P-9", payer_name="Ewa Próbna", payer_identifier=""),
]
TWISTED = [
    *many(9),
    due(external_id="T-1", liability_type="waste_fee", due_on="31.02.2026"),  # no such day
    due(external_id="T-2", payer_external_id="P-1", payer_name="Ktoś Inny"),  # contradicts N-1
    due(external_id="T-3", payer_external_id="P-5", payer_name="Piotr Próbny", payer_identifier="", payer_address=""),
    due(external_id="T-4", payer_external_id="P-5", payer_name="Piotr Próbny", payer_identifier="75870300062"),
    due(external_id="T-5", payer_external_id="P-5", payer_name="Piotr Próbny", payer_identifier="75870300079"),
    due(external_id="T-6", co_owners="P-7", payer_external_id="P-6", payer_identifier=""),
    due(external_id="T-7", payer_external_id="P-7", payer_name="Wspólna", payer_identifier="",
        interest_pauses="2026-01-01/2026-02-28"),
    due(external_id="T-8", co_owners="P-nikt", payer_external_id="P-8", payer_identifier=""),
    due(external_id="T-9", co_owners="P-8", payer_external_id="P-10", payer_identifier=""),  # P-8 is not made
    due(external_id="N-1", payer_external_id="P-1", payer_name="Jan Próbny 1", payer_identifier=""),  # twice
    due(external_id="C-1", liability_type="waste_fee", payer_external_id="P-9", payer_name="Ewa Próbna",
        payer_identifier=""),
    due(external_id="D-1", document_number="X.1", instalment="", payer_external_id="P-11", payer_identifier=""),
    due(external_id="D-2", document_number="X.1", instalment="1", payer_external_id="P-11", payer_identifier=""),
    due(external_id="Z-1", principal="0", payer_external_id="P-12", payer_identifier=""),
    cost(external_id="U-1", liabilities=["N-0"], payer_external_id="P-0"),
    cost(external_id="U-2", liabilities=["T-2"], payer_external_id="P-1"),  # refused with its due
    cost(external_id="U-3", liabilities=["N-2", "N-6"], payer_external_id="P-2"),
]  # fmt: skip


@pytest.mark.parametrize("before", [[], KNOWN_BEFORE], ids=["an empty portal", "a portal that knows some"])
def test_a_large_file_does_and_says_what_a_small_one_does(before):
    content = table(TWISTED)
    sid = transaction.savepoint()
    if before:
        bring(*before)
    small = import_csv(content, source="command", file_name="maly.csv", actor=OFFICE)
    expected = world()
    said = sorted((line, code) for line, _, _, code, _ in small.findings["rejected"])
    warned = sorted((line, code) for line, _, _, code, _ in small.findings["warned"])
    transaction.savepoint_rollback(sid)
    assert Liability.objects.count() == 0

    if before:
        bring(*before)
    checked = bring_file(content, is_dry_run=True)
    assert checked.state == "checked"
    assert Liability.objects.count() == len(before)
    large = bring_file(content)
    assert large.state == "applied"
    for run in (checked, large):
        assert findings(run) == said
        assert findings(run, is_warning=True) == warned
        assert (run.created, run.rejected) == (small.created, small.rejected)
        assert counts(run) == counts(small)
        assert (run.lines, run.principal_sum_gr) == (small.lines, small.principal_sum_gr)
    assert world() == expected


def test_the_same_large_file_again_changes_nothing():
    content = table(many(20))
    assert counts(bring_file(content)) == (20, 0, 0, 0)
    before = world()
    assert counts(bring_file(content)) == (0, 0, 20, 0)
    assert world() == before


def test_only_differences_are_posted_and_versions_rise():
    bring_file(table(many(8)))
    changed = many(8)
    changed[5]["principal"] = "250.00"
    run = bring_file(table(changed))
    assert counts(run) == (0, 1, 7, 0)
    assert entries("N-5") == [("assessment", 30_000), ("write_down", -5_000)]
    assert Liability.objects.get(external_id="N-5").version == 2
    assert owed("N-4") == 30_000


def test_the_ledger_of_a_large_file_verifies_as_any_other():
    bring_file(table(many(7)))
    found = verify()
    assert found.findings == ()
    assert found.entries >= 7


def test_what_waits_is_encrypted_and_gone_when_it_is_in():
    run = taken(table([due()]))
    part = bytes(ImportPart.objects.filter(run=run).values_list("content", flat=True)[0])
    assert b"75870300062" not in part
    assert "Próbny".encode() not in part
    work_on(run.public_id)
    assert not ImportPart.objects.exists()
    assert not StagedDue.objects.exists()
    assert not StagedPayer.objects.exists()
    assert owed() == 30_000


def test_staged_rows_hold_no_readable_name_or_number(monkeypatch):
    from services.liabilities.actions import import_work

    monkeypatch.setattr(import_work, "judge", lambda run: (_ for _ in ()).throw(RuntimeError("here")))
    run = taken(table([due()]))
    with pytest.raises(RuntimeError):
        work_on(run.public_id)
    row = StagedPayer.objects.get(run=run)
    for column in (row.name, row.identifier, row.address, StagedDue.objects.get(run=run).title):
        assert "Prób".encode() not in bytes(column)
        assert b"75870300062" not in bytes(column)
    assert ImportRun.objects.get().attempts == 1


def test_a_step_that_keeps_failing_stops_the_run_and_a_person_may_go_on(monkeypatch):
    from services.liabilities.actions import import_fast

    real, fails = import_fast.post_new, [True]

    def post_new(entries, *, actor):
        if Liability.objects.count() > 6 and fails[0]:
            raise RuntimeError("the disk is full")
        real(entries, actor=actor)

    monkeypatch.setattr(import_fast, "post_new", post_new)
    run = taken(table(many(12)))
    for _ in range(2):
        with pytest.raises(RuntimeError):
            work_on(run.public_id)
    work_on(run.public_id)
    run.refresh_from_db()
    assert (run.state, run.failure_code) == ("stopped", "RuntimeError")
    assert Liability.objects.count() == 6
    fails[0] = False
    apply_file(run.public_id, OFFICE)
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("applied", (12, 0, 0, 0))
    assert Liability.objects.count() == 12


def test_a_file_with_a_wrong_control_sum_is_refused_and_nothing_of_it_is_in():
    run = bring_file(table(many(9), head="incremental", control=(9, "2700.01")))
    assert (run.state, run.failure_code) == ("failed", "finance_file.control_sum")
    report = import_run(OFFICE, run.public_id)
    assert "2700" in report.refusal.replace(" ", "").replace("\xa0", "")
    assert Liability.objects.count() == 0
    assert not StagedDue.objects.exists()
    assert not ImportPart.objects.exists()


def test_the_audit_log_tells_of_the_file_by_its_digest_and_counts():
    run = bring_file(table(many(5)))
    begun, applied = AuditEntry.objects.filter(subject_ref=str(run.public_id)).order_by("id")
    assert (begun.action, applied.action) == ("import.begun", "import.applied")
    assert begun.details["sha256"] == applied.details["sha256"] == bytes(run.sha256).hex()
    assert applied.details["created"] == 5
    assert applied.details["principal_sum_gr"] == 5 * 30_000


def test_what_was_encrypted_under_a_key_that_is_gone_is_read_again(monkeypatch):
    from services.liabilities.actions import import_work

    run = bring_file(table(many(4)), is_dry_run=True)
    ImportRun.objects.update(key_mark=b"\x01old!")
    seen, stage = [], import_work.stage
    monkeypatch.setattr(import_work, "stage", lambda *args: (seen.append(1), stage(*args)))
    apply_file(run.public_id, OFFICE)
    assert seen == [1]
    assert Liability.objects.count() == 4


def test_a_company_and_a_person_under_one_number_are_a_contradiction():
    rows = [due(), second_payer() | due(external_id="N-2", payer_kind="company", payer_identifier="")]
    rows[1]["payer_external_id"] = "P-1"
    run = bring_file(table(rows))
    assert findings(run) == [(3, "dues.payer_contradiction")]
    assert date(2026, 9, 15) == Liability.objects.get().due_on


def test_what_was_found_in_an_old_file_goes_with_its_time():
    from services.privacy.tasks import erase_past_time

    run = bring_file(table([due(), due(external_id="N-2", due_on="2026-02-31")]))
    assert findings(run) == [(3, "dues.day")]
    erase_past_time()
    assert findings(run) == [(3, "dues.day")]
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=3660))
    erase_past_time()
    assert findings(run) == []


def test_an_import_that_failed_on_a_quota_is_counted_before_it_is_written():
    limit(2, name="import_rows")
    run = bring_file(table(many(3)))
    assert (run.state, run.failure_code) == ("failed", "quota.import_rows")
    apply_file(
        run.public_id, OFFICE
    )  # the quota is still too small: nothing may slip through by asking twice
    run.refresh_from_db()
    assert (run.state, run.failure_code) == ("failed", "quota.import_rows")
    assert not Liability.objects.exists()
    limit(5, name="import_rows")
    apply_file(run.public_id, OFFICE)
    run.refresh_from_db()
    assert (run.state, Liability.objects.count()) == ("applied", 3)
    with pytest.raises(Refused, match=r"quota\.import_rows"):
        use_quotas(3)  # three of five are used up
    use_quotas(2)


def test_a_check_that_failed_half_way_is_counted_when_it_is_applied_after_all():
    limit(0, name="import_rows")
    run = taken(table(many(3)), is_dry_run=True)
    assert work_on(run.public_id)
    ImportRun.objects.filter(pk=run.pk).update(state="failed", phase="judging", failure_code="OSError")
    with pytest.raises(Refused, match=r"quota\.import_rows"):
        apply_file(run.public_id, OFFICE)
    run.refresh_from_db()
    assert (run.state, Liability.objects.count()) == ("failed", 0)
