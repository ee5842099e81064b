"""Issue 5: a command that was refused or failed stays in the platform's audit log, as an act at the desk does."""

from pathlib import Path
from unittest import mock

import pytest
from django.core.management import get_commands

from kernel import tenancy
from kernel.audit import attempts
from kernel.audit.models import AuditEntry
from portal import attempted
from portal.__main__ import main
from tests.kernel.conftest import own_database

__all__ = ["own_database"]

BORKI = "0615022"
OUR_PACKAGES = ("portal", "kernel", "tenants", "services", "frontend")


def told() -> list[tuple[str, str, str, str, str]]:
    """Entries of acts that came to nothing: act, outcome, code, command, object."""
    with tenancy.public():
        rows = AuditEntry.objects.exclude(outcome="done").order_by("pk")
        return [
            (row.action, row.outcome, row.details["code"], row.details.get("route", ""), row.subject_ref)
            for row in rows
        ]


def run(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(["skarbnik", *arguments])
    return ended.value.code


def test_a_refused_act_is_told_with_its_command_its_reason_and_its_gmina(own_database):
    assert run("restore_gmina", BORKI, "--confirm") == 1
    assert told() == [("act.failed", "failed", "restore.nothing_kept", "command restore_gmina", BORKI)]
    with tenancy.public():
        row = AuditEntry.objects.get(action="act.failed")
    assert (row.actor_kind, row.actor_ref) == ("system", "command restore_gmina")


def test_a_command_that_goes_on_with_the_next_gmina_is_told_once_in_the_end(
    own_database, tmp_path: Path, settings
):
    settings.BACKUP_DIR = str(tmp_path)
    failing = mock.patch("tenants.archive.backups.write_archive", side_effect=OSError(28, "no space"))
    with failing:
        assert run("back_up_gmina", BORKI) == 1
    assert told() == [("act.failed", "failed", "CommandError", "command back_up_gmina", BORKI)]


def test_nothing_is_told_of_what_was_mistyped_asked_or_done(own_database):
    assert run("restore_gmina", BORKI, "--no-such-option") == 2
    assert run("restore_gmina", "--help") in (0, None)
    main(["skarbnik", "verify_audit", "--platform"])
    main(["skarbnik", "fleet_migrate", "--dry-run"])
    assert told() == []


def test_a_command_that_fails_again_and_again_does_not_fill_the_log(own_database, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_IN_AN_HOUR", 2)
    for _ in range(4):
        run("restore_gmina", BORKI, "--confirm")
    assert len(told()) == 2


def test_of_every_own_command_it_is_said_whether_it_acts():
    own = {name for name, app in get_commands().items() if app.split(".")[0] in OUR_PACKAGES}
    assert own - {"verify_audit"} == attempted.ACTS | attempted.READS
    assert not attempted.ACTS & attempted.READS
    assert attempted.is_act(["verify_audit", BORKI, "--accept", "x"])
    assert not attempted.is_act(["verify_audit", BORKI])
