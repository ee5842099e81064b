"""P5: the end of a gmina on the platform, and the proof of it."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from pypdf import PdfReader

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict
from portal.embedded import postgres
from services.ledger.models import Entry
from services.users.models import User
from tenants.archive.backups import back_up_gmina
from tenants.archive.deletion import delete_gmina
from tenants.archive.exports import confirm_export, export_gmina, export_path
from tenants.archive.models import BackupRecord, DeletionProof
from tenants.directory import offboarding
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_of
from tests.fixtures.cast import make_cast
from tests.fixtures.database import ACTOR, SESSION, set_up_gminas, use_database
from tests.tenants.archive.conftest import LOCK, OLGA, blocked, live, one, skarbnik

BORKI, DABROWA = "0615022", "2465011"
SCHEMA = f"gmina_{BORKI}"
LONG_AGO, TODAY = date(2026, 1, 10), date(2026, 11, 21)
SCHEMAS = "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname LIKE 'gmina%'"


@pytest.fixture
def lonely(
    second_server: postgres.Server, server: postgres.Server, copy_database, django_db_blocker
) -> Iterator[str]:
    """The administrator's URL of a server whose only database has both gminas, Borki lived in.

    A role belongs to all databases of a server, so only here can it go.
    """
    postgres.prepare_database(second_server, "lonely")
    with django_db_blocker.unblock():
        use_database(second_server, "lonely")
        cache.clear()
        set_up_gminas()
        make_cast()
        with tenancy.enter(scope_of(BORKI)):
            live()
        yield second_server.url("postgres", "lonely")
        cache.clear()
        use_database(server, copy_database(SESSION))


def leave(*, confirmed: bool = True, exported: bool = True) -> str:
    """Offboarding of Borki up to the day of deletion; the SHA-256 of the export."""
    with tenancy.public():
        offboarding.start_offboarding(
            BORKI, reason="Gmina odchodzi.", leaves_on=LONG_AGO, today=LONG_AGO, actor=ACTOR
        )
    sha256 = ""
    if exported:
        row = export_gmina(BORKI, export_path(BORKI), LOCK, with_dump=False, actor=OLGA)
        sha256 = confirm_export(BORKI, row.sha256, actor=OLGA).sha256
    with tenancy.public():
        offboarding.note_handed_over(BORKI, note="EZD", actor=ACTOR)
        if confirmed:
            offboarding.confirm_offboarding(BORKI, today=LONG_AGO, actor=OLGA)
    return sha256


def has_keys() -> bool:
    with tenancy.public():
        tenant = Tenant.objects.get(teryt=BORKI)
        return bool(tenant.data_key) and bool(tenant.index_key)


def is_whole(scope: tenancy.Scope) -> bool:
    with tenancy.enter(scope):
        return has_keys() and Entry.objects.exists()


def test_p5_everything_of_a_gmina_goes_also_after_two_kills_and_a_proof_stays_as_a_record_and_a_pdf(
    lonely: str, folder: Path
) -> None:
    back_up_gmina(BORKI, actor=OLGA)
    with tenancy.enter(scope_of(DABROWA)):
        elsewhere = User.objects.count()
    with tenancy.public():
        keys = Tenant.objects.get(teryt=BORKI).data_key
    sha256 = leave()
    delete = ("delete_gmina", BORKI, "--name", "Gmina Borki")
    with blocked(lonely, f"LOCK TABLE {SCHEMA}.users_user IN ACCESS SHARE MODE", *delete):
        pass
    assert is_whole(scope_of(BORKI))  # killed in the dropping: the schema is there as a whole
    with tenancy.public():
        begun = DeletionProof.objects.get()
    with blocked(lonely, f"SELECT 1 FROM directory_tenant WHERE teryt = '{BORKI}' FOR UPDATE", *delete):
        pass
    assert one(lonely, SCHEMAS) == f"gmina_{DABROWA}"
    assert has_keys()  # killed before the keys: there is no proof without their end
    with tenancy.public():
        assert DeletionProof.objects.get().finished_at is None

    proof = delete_gmina(BORKI, today=TODAY, actor=OLGA)
    assert (proof.pk, proof.rows, proof.begun_at) == (begun.pk, begun.rows, begun.begun_at)
    assert one(lonely, f"SELECT count(*) FROM pg_roles WHERE rolname = '{SCHEMA}'") == 0
    assert not (folder / BORKI).exists()
    assert not has_keys()
    with tenancy.public():
        assert Tenant.objects.get(teryt=BORKI).state == "closed"
        assert not BackupRecord.objects.filter(removed_at__isnull=True).exists()
        done = AuditEntry.objects.values_list("action", flat=True)
        assert {"tenant.deletion_begun", "tenant.deleted", "tenant.closed"} <= set(done)
    assert proof.rows["ledger_entry"] == 4
    assert proof.sums["receivable_principal"] == 2 * 300_00 + 123_45 - 100_00
    assert bytes(keys).hex() not in str(proof.key_ids)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(proof.pdf))).pages)
    for told in ("Gmina Borki", BORKI, sha256, "623,45", proof.key_ids[0], "21 grudnia 2026", "olga"):
        assert told in text, told
    with tenancy.enter(scope_of(DABROWA)):
        assert User.objects.count() == elsewhere > 0
    again = delete_gmina(BORKI, today=TODAY, actor=OLGA)
    assert (again.pk, again.finished_at) == (proof.pk, proof.finished_at)


@pytest.mark.parametrize(
    ("prepared", "today", "code"),
    [
        (None, TODAY, "offboarding.none"),
        ({"confirmed": False}, TODAY, "offboarding.not_confirmed"),
        ({}, date(2026, 1, 20), "offboarding.waiting"),
        ({"exported": False}, TODAY, "deletion.no_export"),
    ],
)
def test_p5_nothing_is_deleted_before_two_people_the_waiting_and_the_confirmed_export(
    lived_in, folder: Path, prepared, today: date, code: str
) -> None:
    if prepared is not None:
        leave(**prepared)
    with pytest.raises(Conflict) as refused:
        delete_gmina(BORKI, today=today, actor=OLGA)
    assert refused.value.code == code
    assert is_whole(lived_in)
    with tenancy.public():
        assert not DeletionProof.objects.exists()


def test_an_export_from_before_the_gmina_began_to_leave_is_no_export(lived_in, folder: Path) -> None:
    old = export_gmina(BORKI, export_path(BORKI), LOCK, with_dump=False, actor=OLGA)
    confirm_export(BORKI, old.sha256, actor=OLGA)
    leave(exported=False)
    with pytest.raises(Conflict, match=r"deletion\.no_export"):
        delete_gmina(BORKI, today=TODAY, actor=OLGA)
    assert is_whole(lived_in)


def test_the_command_wants_the_name_as_well(lived_in, folder: Path) -> None:
    leave()
    process = skarbnik("delete_gmina", BORKI, "--name", "Borki")
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "the name is not that of the gmina" in told
    assert is_whole(lived_in)
