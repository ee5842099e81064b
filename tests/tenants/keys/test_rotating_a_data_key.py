"""A gmina's data key is changed while the gmina is in use; a run that is killed is run again; without keys nothing opens."""

from datetime import timedelta

import psycopg
import pytest
import tink
from django.utils import timezone

from kernel import crypto, keysets, rekeying, tenancy
from kernel.actors import system
from kernel.audit import sealing
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from kernel.audit.verification import verify
from kernel.errors import NotFound
from kernel.fields import EncryptedTextField
from services.accounts.models import Payer, Resident
from services.ledger.models import Entry
from services.ledger.sealing import seal as seal_ledger
from services.ledger.verification import verify as verify_ledger
from services.users.models import User
from tenants.archive.models import BackupRecord
from tenants.directory.models import Tenant
from tenants.keys.models import KeyRotation
from tenants.keys.rotation import Wait, encrypt_anew, rotate
from tests.tenants.archive.conftest import blocked, live, skarbnik

BORKI = "0615022"
OPERATOR = system("tests")
AT_ONCE = timedelta(0)


@pytest.fixture
def lived_in(own_borki: tenancy.Scope) -> tenancy.Scope:
    """Borki with residents, dues, money, an audit entry with an address, a ledger entry with a reason, and seals."""
    with tenancy.enter(own_borki):
        live()
        record("test.done", actor=system("tests"), code="x")
        sealing.seal()
        seal_ledger()
    return own_borki


def scope() -> tenancy.Scope:
    """Borki's scope as the directory says it now."""
    with tenancy.public():
        return Tenant.objects.get(teryt=BORKI).scope()


def everything() -> dict[str, list[str]]:
    """Every encrypted value of the open scope, opened."""
    found: dict[str, list[str]] = {}
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        names = [f.attname for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if names and model._meta.app_label not in ("directory",):
            found[model._meta.db_table] = [
                str([getattr(row, name) for name in names]) for row in model._default_manager.order_by("pk")
            ]
    return found


def number_of_key() -> int:
    with tenancy.public():
        return keysets.key_ids(bytes(Tenant.objects.get(teryt=BORKI).data_key), f"data|{BORKI}")[0]


@pytest.mark.covers("S43")
def test_after_a_rotation_everything_opens_under_the_new_key_alone(lived_in) -> None:
    with tenancy.enter(scope()):
        before = everything()
    old = number_of_key()
    done = rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    assert done.wait == Wait.NOTHING
    with tenancy.public():
        sealed = bytes(Tenant.objects.get(teryt=BORKI).data_key)
    primary, all_keys = keysets.key_ids(sealed, f"data|{BORKI}")
    assert primary == done.row.new_key_id
    assert all_keys == {primary}
    assert primary != old
    with tenancy.enter(scope()):
        assert everything() == before
        assert rekeying.stale_rows() == 0
    assert done.row.values_done > 10


def test_the_seals_of_audit_log_and_ledger_still_hold_after_it(lived_in) -> None:
    rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    with tenancy.enter(scope()):
        assert not verify().findings
        assert not verify_ledger().findings


def test_people_are_found_and_sign_in_before_and_after_by_the_same_index(lived_in) -> None:
    rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    with tenancy.enter(scope()):
        anna = User.objects.find("anna@mieszkaniec.example", "resident")
        assert anna is not None
        assert anna.email == "anna@mieszkaniec.example"


def test_who_still_has_the_keys_from_before_reads_and_writes_on_while_it_goes(lived_in) -> None:
    old_scope = scope()
    first = rotate(BORKI, actor=OPERATOR, settle=timedelta(hours=1))
    assert first.wait == Wait.SETTLING
    with tenancy.enter(old_scope):  # a request that began before: it knows only the old key
        resident = Resident.objects.order_by("pk").first()
        resident.address = "ul. Nowa 1"
        resident.save()
    with tenancy.enter(scope()):
        assert Resident.objects.get(pk=resident.pk).address == "ul. Nowa 1"
    middle = scope()  # knows both keys, encrypts with the old one
    _age(hours=2)
    second = rotate(BORKI, actor=OPERATOR, settle=timedelta(hours=1))
    assert (second.wait, second.row.promoted_at is not None) == (Wait.SETTLING, True)
    with tenancy.enter(middle):
        row = Resident.objects.get(pk=resident.pk)
        assert row.address == "ul. Nowa 1"
        row.address = "ul. Nowa 2"
        row.save()
    _age(hours=2)
    assert rotate(BORKI, actor=OPERATOR, settle=timedelta(hours=1)).wait == Wait.NOTHING
    with tenancy.enter(scope()):
        assert Resident.objects.get(pk=resident.pk).address == "ul. Nowa 2"


def _age(*, hours: int) -> None:
    """As if that much time had passed since the last step."""
    with tenancy.public():
        row = KeyRotation.objects.get(teryt=BORKI, finished_at__isnull=True)
        row.added_at -= timedelta(hours=hours)
        row.promoted_at = row.promoted_at and row.promoted_at - timedelta(hours=hours)
        row.save()


def test_the_old_key_stays_while_a_backup_needs_it(lived_in) -> None:
    with tenancy.public():
        backup = BackupRecord.objects.create(teryt=BORKI, file="a.zip", sha256="0" * 64, size=1)
    waiting = rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    assert waiting.wait == Wait.BACKUPS
    assert waiting.row.finished_at is None
    with tenancy.public():
        sealed = bytes(Tenant.objects.get(teryt=BORKI).data_key)
        assert len(keysets.key_ids(sealed, f"data|{BORKI}")[1]) == 2
        backup.removed_at = timezone.now()
        backup.save()
    assert rotate(BORKI, actor=OPERATOR, settle=AT_ONCE).wait == Wait.NOTHING


def test_a_key_that_has_leaked_goes_although_backups_need_it(lived_in) -> None:
    with tenancy.public():
        BackupRecord.objects.create(teryt=BORKI, file="a.zip", sha256="0" * 64, size=1)
    done = rotate(BORKI, actor=OPERATOR, settle=AT_ONCE, forget_backups=True)
    assert done.wait == Wait.NOTHING


def test_a_value_that_no_key_opens_stops_the_rotation_and_keeps_the_old_key(lived_in, server) -> None:
    with tenancy.enter(scope()):
        payer = Payer.objects.get(external_id="K-anna")
    with psycopg.connect(server.url("postgres", _database())) as connection:
        connection.execute(
            f"UPDATE {lived_in.schema_name}.accounts_payer SET name = %s WHERE id = %s",
            [b"\x01damaged", payer.pk],
        )
    stopped = rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    assert stopped.wait == Wait.UNREADABLE
    assert stopped.places == (f"accounts_payer.name {payer.pk}",)
    assert stopped.row.finished_at is None


def test_a_rotation_that_is_killed_half_way_is_run_again_and_ends(lived_in, server) -> None:
    with tenancy.enter(scope()):
        before = everything()
    hold = f"LOCK TABLE {lived_in.schema_name}.users_user IN ACCESS EXCLUSIVE MODE"
    with blocked(server.url("postgres", _database()), hold, "rotate_keys", BORKI, "--settle", "0"):
        pass  # killed while it waits for the last table: others are done, this one is not
    with tenancy.enter(scope()):
        assert rekeying.stale_rows() > 0
        assert everything() == before
    process = skarbnik("rotate_keys", BORKI, "--settle", "0")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "done: the old key is gone" in said
    with tenancy.enter(scope()):
        assert everything() == before
        assert rekeying.stale_rows() == 0
    with tenancy.public():
        assert KeyRotation.objects.filter(teryt=BORKI).count() == 1


def test_what_an_earlier_version_left_readable_is_read_and_then_encrypted(lived_in, server) -> None:
    schema = lived_in.schema_name
    url = server.url("postgres", _database())
    with psycopg.connect(url) as connection:
        connection.execute(
            f"UPDATE {schema}.liabilities_liability SET title = convert_to('Działka Próbna', 'UTF8')"
        )
    with tenancy.enter(scope()):
        from services.liabilities.models import Liability

        assert {row.title for row in Liability.objects.all()} == {"Działka Próbna"}
        assert rekeying.stale_rows() >= 3
    assert encrypt_anew(BORKI).values >= 3
    with psycopg.connect(url) as connection:
        [count] = connection.execute(
            f"SELECT count(*) FROM {schema}.liabilities_liability WHERE position('Dzia'::bytea IN title) > 0"
        ).fetchone()
    assert count == 0
    with tenancy.enter(scope()):
        assert {row.title for row in Liability.objects.all()} == {"Działka Próbna"}


@pytest.mark.parametrize(("table", "column"), [("ledger_entry", "actor_ref"), ("audit_auditentry", "role")])
def test_the_word_that_lets_ciphertexts_be_exchanged_lets_nothing_else_be_changed(
    lived_in, table, column
) -> None:
    from django.db import connection, transaction
    from django.db.utils import DatabaseError

    with tenancy.enter(scope()):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('skarbnik.rekeying', 'on', true)")
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(f"UPDATE {table} SET {column} = 'x'")
            transaction.set_rollback(True)
        model = {"ledger_entry": Entry, "audit_auditentry": AuditEntry}[table]
        assert not model.objects.filter(**{column: "x"}).exists()


@pytest.mark.covers("S43")
def test_without_the_keys_of_a_gmina_nobody_reads_its_people(lived_in) -> None:
    kept = scope()
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(data_key=b"", index_key=b"")
    crypto._open.cache_clear()
    with tenancy.enter(scope()):
        for row in Payer.objects.all():
            with pytest.raises(tenancy.NoTenant):
                _ = row.name
    with pytest.raises(NotFound):
        rotate(BORKI, actor=OPERATOR, settle=AT_ONCE)
    other = crypto.new_wrapped_keys(BORKI)
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(data_key=other.data_key, index_key=other.index_key)
    with tenancy.enter(scope()):
        for row in Payer.objects.all():
            with pytest.raises(tink.TinkError):
                _ = row.name
    assert kept.wrapped_data_key


def _database() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])
