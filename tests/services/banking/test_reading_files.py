"""A file is read as a whole or not at all, once, whatever dies on the way."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone

from integrations.finance.errors import FileRefused
from integrations.finance.statements.banks import profiles
from integrations.finance.statements.reading import open_statements
from integrations.finance.statements.values import Control
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound, Refused
from services.banking import actions, tasks
from services.banking.actions import storing
from services.banking.layouts import layout_of
from services.banking.models import BankAccount, Match, Statement, StatementFile, StatementLine
from services.banking.queries import CheckedLines, accounts_seen, progress_of
from services.ledger.models import Entry
from services.users.models import StaffRole
from tests.factories.liabilities import LiabilityFactory
from tests.integrations.finance import (
    test_eplatnosci,
    test_hostile_camt,
    test_hostile_elixir,
    test_hostile_mt940,
    test_hostile_tables,
)
from tests.integrations.finance.making import OURS
from tests.integrations.finance.refusing import Damaged
from tests.services.banking.conftest import transfer

pytestmark = pytest.mark.django_db
NUMBER = "FN.3120.1001.2026/3"


@pytest.fixture
def due(anna):
    return LiabilityFactory(payer=anna, external_id=NUMBER)


def counts() -> tuple[int, ...]:
    models = (Statement, StatementLine, Match)
    return (*(model.objects.count() for model in models), Entry.objects.filter(code="receipt").count())


def test_a_checked_file_stores_no_line_and_says_what_would_happen(bank, due, owed):
    file = bank.check(bank.file(transfer(NUMBER), transfer("inne", gr=5)))
    page = CheckedLines(file)[0:10]
    assert [str(getattr(one.outcome, "ground", one.outcome)) for one in page] == ["reference", "nothing"]
    assert (file.state, file.entries, file.known_entries, file.sum_gr) == ("checked", 2, 0, 30_005)
    assert (file.opening_gr, file.closing_gr) == (1_000_000, 1_030_005)
    assert counts() == (0, 0, 0, 0)
    assert owed(due) == 30_000


def test_the_content_waits_encrypted_and_is_forgotten_when_the_file_is_read(bank, due):
    file = bank.check(bank.file(transfer(NUMBER, name="Tajna Osoba")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM banking_statementfile f")
        stored = cursor.fetchone()[0]
    assert b"Tajna".hex() not in stored
    actions.confirm_file(file_id=file.public_id, actor=bank.clerk)
    actions.carry_on(file.public_id)
    file = StatementFile.objects.get(pk=file.pk)
    assert (file.state, file.content) == ("done", b"")
    with connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM banking_statementline l")
        assert "Tajna" not in cursor.fetchone()[0]


def test_nobody_can_try_names_and_accounts_on_the_digests_of_a_line_without_the_key(bank, due):
    """A plain digest over name, account and title would tell who has a dump whether a guess is right (S43, T-31)."""
    content = bank.file(transfer(NUMBER, name="Tajna Osoba"))
    bank.read(content)
    opened = open_statements(
        BytesIO(content), layout_of(bank.account), account_nrb=bank.account.account_nrb, control=None
    )
    told = next(opened.entries())
    guesses = {told.fingerprint, told.likeness}
    line = StatementLine.objects.get()
    assert line.payer_name == told.payer_name == "Tajna Osoba"
    assert not guesses & {line.fingerprint, line.likeness}
    assert line.fingerprint != line.likeness


@pytest.mark.covers("D61")
def test_a_file_that_is_read_again_changes_nothing(bank, due, owed):
    content = bank.file(transfer(NUMBER), transfer("nieznane", gr=700))
    bank.read(content)
    before, line = counts(), StatementLine.objects.get(amount_gr=30_000)
    again = bank.read(content)
    assert (again.state, again.known_entries, counts()) == ("done", 2, before)
    assert owed(due) == 0
    assert StatementLine.objects.get(amount_gr=30_000).version == line.version
    renamed = bank.read(content.replace(b"\r\n", b"\n"))  # other line breaks are the same statement
    assert (renamed.known_entries, counts()) == (2, before)


@pytest.mark.covers("D61")
def test_two_equal_real_payments_stay_two(bank, due, owed):
    half = transfer(NUMBER, gr=15_000)
    file = bank.read(bank.file(half, half))
    assert StatementLine.objects.filter(state="matched").count() == 2
    assert (file.known_entries, owed(due)) == (0, 0)
    assert Entry.objects.filter(code="receipt").count() == 2


def test_the_same_line_in_another_statement_is_for_a_person(bank, due, owed):
    one = transfer(NUMBER, gr=15_000)
    bank.read(bank.file(one))
    line = bank.line(one, number="184")
    assert (line.state, line.why) == ("to_clarify", "looks_like")
    assert owed(due) == 15_000


def test_balances_that_do_not_agree_refuse_the_whole_file_with_the_line(bank, due, owed):
    content = bank.file(transfer(NUMBER), transfer("inne", gr=5))
    with pytest.raises(FileRefused) as refused:
        bank.check(content.replace(b"PLN10300,05", b"PLN10300,06"))
    assert (refused.value.code, refused.value.line) == ("finance_file.balance", 21)
    assert StatementFile.objects.count() == 0
    assert counts() == (0, 0, 0, 0)
    assert owed(due) == 30_000


LAYOUTS = {
    "mt940": ("pko_mt940", test_hostile_mt940),
    "elixir": ("pko_elixir", test_hostile_elixir),
    "camt": ("camt053", test_hostile_camt),
    "mass payments": ("mass_csv", test_hostile_tables),
    "mass payments, fixed": ("mass_fixed", test_hostile_tables),
}


def cases(layout: str) -> list[Damaged]:
    code, samples = LAYOUTS[layout]
    names = {"mass_csv": "CSV_CASES", "mass_fixed": "FIXED_CASES"}
    return getattr(samples, names.get(code, "CASES"))


def test_every_format_has_fifty_damaged_samples_at_least():
    for layout in LAYOUTS:
        assert len(cases(layout)) >= 50, layout
    assert len(test_eplatnosci.CASES) >= 50


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_damaged_file_is_refused_with_its_line_and_leaves_nothing(in_borki, daria, layout):
    code, samples = LAYOUTS[layout]
    account = BankAccount.objects.create(label="Próba", account_nrb=OURS, profile_code=code)
    refused = 0
    for case in cases(layout):
        if len(case.content) > 1_000_000:
            continue  # the size is the readers' own test
        with pytest.raises(FileRefused) as told:
            actions.check_statements(
                case.content,
                account_id=account.public_id,
                file_name=f"{case.name}.txt",
                control=getattr(samples, "CONTROL", None),
                actor=daria,
            )
        refused += 1
        if case.line is not None:
            assert told.value.line == case.line, case.name
    assert refused >= 50
    assert StatementFile.objects.count() == 0
    assert counts() == (0, 0, 0, 0)


def test_a_damaged_settlement_of_eplatnosci_leaves_nothing(in_borki, daria):
    BankAccount.objects.create(label="Próba", account_nrb=OURS, profile_code="pko_mt940")
    for case in test_eplatnosci.CASES:
        with pytest.raises(FileRefused):
            actions.check_service_file(
                case.content, file_name="x.csv", control=test_eplatnosci.CONTROL, actor=daria
            )
        assert not counts()[0], case.name
    assert StatementFile.objects.count() == 0


def test_control_sums_of_the_banks_page_show_that_the_end_is_missing(in_borki, daria):
    from tests.integrations.finance.making import elixir

    account = BankAccount.objects.create(label="Próba", account_nrb=OURS, profile_code="pko_elixir")
    whole = elixir()
    part = b"".join(whole.splitlines(keepends=True)[:2])

    def check(content):
        return actions.check_statements(
            content,
            account_id=account.public_id,
            file_name="a.elx",
            control=Control(3, 35_245),
            actor=daria,
        )

    with pytest.raises(FileRefused, match="control_entries"):
        check(part)
    assert StatementFile.objects.count() == 0
    assert check(whole).entries == 3


def test_a_worker_that_died_while_matching_is_followed_by_another(bank, due, owed, monkeypatch):
    file = bank.check(bank.file(transfer(NUMBER, gr=10_000), transfer(f"{NUMBER} druga", gr=5_000)))
    actions.confirm_file(file_id=file.public_id, actor=bank.clerk)
    real, tried = storing.match_waiting_line, []

    def dies(line_pk):
        if tried:
            raise KeyboardInterrupt
        tried.append(line_pk)
        return real(line_pk)

    monkeypatch.setattr(storing, "match_waiting_line", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.carry_on(file.public_id)
    monkeypatch.setattr(storing, "match_waiting_line", real)
    file.refresh_from_db()
    assert (file.state, owed(due)) == ("stored", 20_000)
    assert (progress_of(file).tried, progress_of(file).waiting) == (1, 1)

    tasks.sweep()  # the lease of the dead worker still runs
    assert progress_of(file).waiting == 1
    StatementFile.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    file.refresh_from_db()
    assert (file.state, owed(due), progress_of(file).matched) == ("done", 15_000, 2)


def test_a_worker_that_died_while_storing_has_stored_nothing(bank, due, monkeypatch):
    file = bank.check(bank.file(transfer(NUMBER), transfer("inne", gr=5)))
    actions.confirm_file(file_id=file.public_id, actor=bank.clerk)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storing, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            actions.carry_on(file.public_id)
    assert counts() == (0, 0, 0, 0)
    StatementFile.objects.update(busy_until=None)
    tasks.carry_on(str(file.public_id))
    assert StatementLine.objects.count() == 2


def test_a_line_that_fails_in_an_unforeseen_way_is_left_to_a_person(bank, due, owed, monkeypatch):
    file = bank.check(bank.file(transfer(NUMBER, gr=10_000), transfer("inne", gr=5)))
    actions.confirm_file(file_id=file.public_id, actor=bank.clerk)

    def breaks(line_pk):
        raise ZeroDivisionError

    monkeypatch.setattr(storing, "match_waiting_line", breaks)
    actions.carry_on(file.public_id)
    file.refresh_from_db()
    assert (file.state, owed(due)) == ("done", 30_000)
    assert set(StatementLine.objects.values_list("state", "why", "why_code")) == {
        ("to_clarify", "refused", "unforeseen")
    }


def test_a_layout_that_was_changed_after_the_check_fails_the_file_as_a_whole(bank, due, owed):
    file = bank.check(bank.file(transfer(NUMBER)))
    BankAccount.objects.update(profile_code="camt053")
    actions.confirm_file(file_id=file.public_id, actor=bank.clerk)
    actions.carry_on(file.public_id)
    file.refresh_from_db()
    assert (file.state, file.failure_code.split(".")[0]) == ("failed", "finance_file")
    assert counts() == (0, 0, 0, 0)
    assert owed(due) == 30_000


def test_who_may_not_book_reads_no_statement(bank, person, due):
    content = bank.file(transfer(NUMBER))
    for name in ("edyta", "filip"):
        stranger = replace(bank, clerk=person(name).actor)
        with pytest.raises(Refused):
            stranger.check(content)
    with pytest.raises(Refused):
        actions.check_service_file(content, file_name="x", actor=person("filip").actor)
    assert StatementFile.objects.count() == 0


def test_an_account_of_dues_that_the_clerk_does_not_handle_is_not_there(bank, person):
    filip = person("filip")
    StaffRole.objects.create(
        user_id=filip.user_id, role="clerk", authorisation_number="OR.077.9.2026", authorised_on=date(2026, 1, 2),
        issuer="Wójt", valid_from=date(2026, 1, 2),
    )  # fmt: skip
    with pytest.raises(NotFound):
        replace(bank, clerk=filip.actor).check(bank.file(transfer("x")))
    assert list(accounts_seen(filip.actor)) == []
    assert list(accounts_seen(bank.clerk)) == [bank.account]
    assert StatementFile.objects.count() == 0


def test_the_log_names_the_clerk_and_the_program_and_no_person(bank, due):
    bank.read(bank.file(transfer(NUMBER, name="Tajna Osoba")))
    acts = {row.action: row for row in AuditEntry.objects.filter(action__startswith="statement_file.")}
    assert set(acts) == {f"statement_file.{one}" for one in ("checked", "confirmed", "stored", "done")}
    assert acts["statement_file.confirmed"].actor_ref == bank.clerk.ref
    assert acts["statement_file.stored"].actor_kind == "system"
    assert "Tajna" not in str([row.details for row in AuditEntry.objects.all()])


def test_a_layout_of_the_accounts_own_is_checked_before_it_is_kept(person, in_borki):
    filip = person("filip").actor
    broken = actions.AccountSettings(label="Próba", account_nrb=OURS, layout={"format": "mt940"})
    with pytest.raises(InvalidInput, match="bank_profile"):
        actions.save_account(broken, actor=filip)
    sign_for_camt = actions.AccountSettings(label="P", account_nrb=OURS, profile_code="camt053", sign="~")
    with pytest.raises(InvalidInput, match="not_for_layout"):
        actions.save_account(sign_for_camt, actor=filip)
    assert BankAccount.objects.count() == 0
    for code in profiles():
        row = BankAccount.objects.first()
        settings = actions.AccountSettings(label="Próba", account_nrb=OURS, profile_code=code)
        saved = actions.save_account(
            settings,
            account_id=row.public_id if row else None,
            version=row.version if row else 0,
            actor=filip,
        )
        assert saved.profile_code == code


def test_a_checked_file_that_nobody_confirms_is_forgotten_after_a_week(bank):
    file = bank.check(bank.file(transfer("x")))
    tasks.sweep()
    assert StatementFile.objects.exists()
    StatementFile.objects.filter(pk=file.pk).update(read_at=timezone.now() - timedelta(days=8))
    tasks.sweep()
    assert not StatementFile.objects.exists()


def test_persons_go_from_lines_five_years_after_the_year_of_the_payment(bank, due):
    from services.privacy.actions.retention import erase_expired

    bank.read(bank.file(transfer(NUMBER, name="Tajna Osoba")))
    job = system("tests")
    early = erase_expired(date(2031, 12, 31), is_dry_run=False, actor=job).counts
    assert (early["statements"], StatementLine.objects.get().payer_name) == (0, "Tajna Osoba")
    late = erase_expired(date(2032, 1, 2), is_dry_run=False, actor=job).counts
    line = StatementLine.objects.get()
    assert late["statements"] == 1
    assert (line.payer_name, line.payer_account, line.title, line.payer_account_index) == ("", "", "", None)
    assert (line.amount_gr, line.state) == (30_000, "matched")
    assert erase_expired(date(2032, 1, 2), is_dry_run=False, actor=job).counts["statements"] == 0
