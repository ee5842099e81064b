"""Issue 5: a restore that was killed before it noted its chain is accepted by a person; an end that was cut off is not."""

from pathlib import Path
from unittest import mock

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kernel import tenancy
from kernel.audit.models import AuditEntry, Seal
from kernel.audit.proof import unpack
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from tenants.archive import restores
from tenants.archive.backups import back_up_gmina, backup_file
from tenants.archive.exports import export_gmina
from tenants.archive.imports import import_gmina
from tenants.archive.restores import restore_gmina, undo_restore
from tenants.directory.queries import scope_of
from tenants.jobs import chains
from tenants.jobs.accepting import accept_head
from tenants.jobs.models import AuditChain
from tests.tenants.archive.conftest import LOCK, OLGA, UNLOCK

BORKI = "0615022"
WHY = "Serwer zgasł w czasie odtwarzania 21.11."


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def backup(lived_in: tenancy.Scope, folder: Path) -> Path:
    """A backup of Borki, and a seal that was made and noted after it; the platform's own log is sealed as ever."""
    with tenancy.public():
        record("test.platform", actor=OLGA)
    chains.seal_platform()
    with tenancy.enter(lived_in):
        chains.seal()
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    with tenancy.enter(lived_in):
        record("test.after", actor=OLGA)
        chains.seal()
    return path


@pytest.fixture
def killed(backup: Path) -> Path:
    """A restore that was killed between the swap and the noting."""
    with mock.patch.object(restores.chains, "note_present", side_effect=Killed), pytest.raises(Killed):
        restore_gmina(BORKI, backup, actor=OLGA)
    assert is_lost()
    return backup


def is_lost() -> bool:
    with tenancy.enter(scope_of(BORKI)):
        return chains.is_head_lost()


def accepted() -> list[AuditEntry]:
    with tenancy.public():
        return list(AuditEntry.objects.filter(action="audit.head_accepted"))


def refused(code: str) -> None:
    """Accepting is refused, and everything is as before."""
    with tenancy.public():
        before = AuditChain.objects.filter(tenant_id=BORKI).values_list("number", "mac", "noted_at").first()
    with pytest.raises(Conflict, match=code.replace(".", r"\.")):
        accept_head(BORKI, reason=WHY, actor=OLGA)
    assert accepted() == []
    with tenancy.public():
        rows = AuditChain.objects.filter(tenant_id=BORKI).values_list("number", "mac", "noted_at")
        assert rows.first() == before


def test_the_command_accepts_the_chain_of_a_restore_that_was_killed(killed, capsys):
    with tenancy.enter(scope_of(BORKI)):
        record("test.goes_on", actor=OLGA)
        with pytest.raises(Conflict, match=r"audit\.head_lost"):
            chains.seal()
    with pytest.raises(CommandError, match="does not stand"):
        call_command("verify_audit", BORKI)
    call_command("verify_audit", BORKI, "--accept", WHY)
    assert "0 wrong" in capsys.readouterr().out
    assert not is_lost()
    [entry] = accepted()
    assert (entry.details["reason"], entry.details["by"]) == (WHY, "tenant.restore_begun")
    with tenancy.enter(scope_of(BORKI)):
        assert AuditEntry.objects.filter(action="audit.head_accepted").count() == 1
        chains.seal()
        assert chains.verify().findings == ()


def test_an_undone_restore_that_was_killed_is_accepted_too(backup):
    restore_gmina(BORKI, backup, actor=OLGA)
    with tenancy.enter(scope_of(BORKI)):
        record("test.in_the_restored_one", actor=OLGA)
        chains.seal()
    with mock.patch.object(restores.chains, "note_present", side_effect=Killed), pytest.raises(Killed):
        undo_restore(BORKI, actor=OLGA)
    assert is_lost()
    accept_head(BORKI, reason=WHY, actor=OLGA)
    assert not is_lost()


def test_an_end_that_was_cut_off_is_not_accepted(backup):
    cut()
    refused("audit.unexplained")


def test_a_restore_that_has_ended_explains_nothing_afterwards(backup):
    restore_gmina(BORKI, backup, actor=OLGA)
    with tenancy.enter(scope_of(BORKI)):
        record("test.later", actor=OLGA)
        chains.seal()
    cut()
    refused("audit.unexplained")


def test_a_swap_that_failed_explains_nothing(backup):
    failing = mock.patch.object(restores, "_rename", side_effect=psycopg.OperationalError("no"))
    with failing, pytest.raises(psycopg.OperationalError):
        restore_gmina(BORKI, backup, actor=OLGA)
    cut()
    refused("audit.unexplained")


def test_a_chain_that_is_not_the_announced_one_is_not_accepted(killed):
    cut()
    refused("audit.broken")


def test_an_entry_that_somebody_put_into_the_platforms_log_explains_nothing(backup, server, own_database):
    cut()
    with psycopg.connect(server.url("postgres", own_database), autocommit=True) as admin:
        admin.execute(
            "INSERT INTO audit_auditentry (public_id, at, actor_kind, actor_ref, role, action, subject_type, subject_ref,"
            " details, outcome) SELECT gen_random_uuid(), now(), 'system', 'x', '', 'tenant.restore_begun',"
            " 'directory.tenant', public_id::text, '{\"head\": \"\"}', 'done' FROM directory_tenant WHERE teryt = %s",
            [BORKI],
        )
        admin.execute("DELETE FROM audit_waiting")
    refused("audit.unexplained")


def test_nothing_is_accepted_where_nothing_is_lost_or_without_a_reason(backup):
    refused("audit.head_stands")
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(InvalidInput, match=r"audit\.reason"):
            accept_head(BORKI, reason=reason, actor=OLGA)
    with pytest.raises(CommandError, match="one gmina"):
        call_command("verify_audit", "--platform", "--accept", WHY)


def test_an_import_notes_its_chain_with_its_registration(lived_in, tmp_path: Path, elsewhere):
    """A kill leaves either no gmina, or one whose chain is noted: there is nothing to accept."""
    with tenancy.enter(lived_in):
        chains.seal()
    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    elsewhere()
    with mock.patch("tenants.archive.imports.record", side_effect=Killed), pytest.raises(Killed):
        import_gmina(path, "borki", unlock=UNLOCK, actor=OLGA)
    with tenancy.public():
        assert not AuditChain.objects.filter(tenant_id=BORKI).exists()
    import_gmina(path, "borki", unlock=UNLOCK, actor=OLGA)
    assert not is_lost()


def cut() -> None:
    """Take the newest seal with its entries away, as somebody with the rights of PostgreSQL's administrator could."""
    with tenancy.enter(scope_of(BORKI)), connection.cursor() as cursor:
        last = Seal.objects.order_by("number").last()
        for table in ("audit_seal", "audit_auditentry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        ids = [member.entry_id for member in unpack(bytes(last.members))]
        cursor.execute("DELETE FROM audit_auditentry WHERE id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audit_seal WHERE number = %s", [last.number])
        for table in ("audit_seal", "audit_auditentry"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
