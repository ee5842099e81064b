"""P5: an export is worth what another deployment can make of it."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from kernel import crypto, tenancy
from kernel.actors import ActorKind
from kernel.errors import Conflict, InvalidInput
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.ledger.sealing import seal
from services.ledger.verification import verify
from services.users.models import User
from tenants.archive import catalog, loading, servers
from tenants.archive.backups import KEYS, back_up_gmina, backup_file
from tenants.archive.exports import export_gmina
from tenants.archive.imports import WAITS, OldKeys, import_gmina
from tenants.archive.packing import opened
from tenants.archive.writing import ledger_sums
from tenants.directory.models import Tenant, TenantState
from tenants.directory.queries import scope_of
from tests.fixtures.cast import RESIDENTS
from tests.tenants.archive.conftest import HUGE, LOCK, OLGA, STRANGE, UNLOCK, live_on, one, schemas

BORKI = "0615022"
SCHEMA = f"gmina_{BORKI}"


@pytest.fixture
def exported(lived_in, tmp_path: Path) -> Path:
    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    return path


def rewritten(path: Path, target: Path, change) -> Path:
    """A copy of a ZIP in which `change(name, content)` gives each part's name and content."""
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(*change(name, before.read(name)))
    return target


def no_trace(elsewhere) -> None:
    """Neither a row in the directory nor a schema of Borki."""
    with tenancy.public():
        assert not Tenant.objects.exists()
        name = connection.settings_dict["NAME"]
    assert schemas(elsewhere.server, name) == set()


def test_p5_an_export_makes_the_same_gmina_on_a_clean_deployment_with_another_master_key(
    exported: Path, elsewhere
) -> None:
    with opened(exported, UNLOCK) as archive:
        before = archive.manifest
    elsewhere()
    outcome = import_gmina(exported, "borki", unlock=UNLOCK, actor=OLGA)
    assert outcome.findings == []
    assert outcome.rows == sum(before.rows.values())
    scope = scope_of(BORKI)
    with servers.snapshot(scope) as session:
        assert ledger_sums(session, scope, catalog.read(session, scope.schema_name)) == before.sums
    with tenancy.public():
        tenant = Tenant.objects.get()
        assert (tenant.state, tenant.suspended_reason) == (TenantState.SUSPENDED, WAITS)
    call_command("verify_ledger", BORKI)
    with tenancy.enter(scope), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("DELETE FROM ledger_posting")
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O' AND NOT tgisinternal")
        assert cursor.fetchone() == (0,)
    with tenancy.enter(scope):
        assert Entry.objects.filter(effective_on=date(2026, 10, 1)).exists()
        anna = Payer.objects.get(external_id="K-anna")
        assert (anna.name, anna.address, anna.identifier) == (STRANGE, HUGE, RESIDENTS["anna"])
        user = User.objects.find("anna@mieszkaniec.example", ActorKind.RESIDENT)
        assert user is not None, "the blind index no longer finds anybody"
        assert user.check_password("haslo do testow 1234")
        assert Payer.objects.create(
            external_id="K-nowy", kind="person", name="Nowa", identifier="", address=""
        ).pk > max(Payer.objects.exclude(external_id="K-nowy").values_list("pk", flat=True))


def test_entries_that_are_written_on_the_new_server_come_after_the_old_ones_in_the_chain(
    exported: Path, elsewhere
) -> None:
    """A younger server counts its transactions from the beginning; the chain of seals must not notice."""
    elsewhere()
    import_gmina(exported, "borki", unlock=UNLOCK, actor=OLGA)
    scope = scope_of(BORKI)
    with tenancy.enter(scope):
        oldest = max(Entry.objects.values_list("xid", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT (pg_current_xact_id()::text)::bigint")
            assert cursor.fetchone()[0] < oldest, "the second server is not younger; the test shows nothing"
    live_on(scope)
    with tenancy.enter(scope):
        assert Entry.objects.order_by("id").last().xid > oldest
        assert seal() == 2  # the one that was not sealed before the export, and the new one
        assert verify().findings == ()
        assert verify().unsealed == 0


def test_p5_a_backup_with_its_keys_and_the_old_master_key_is_taken_too(
    lived_in, folder: Path, elsewhere
) -> None:
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    before = elsewhere()
    keys = path.parent / KEYS
    for old_keys in (None, OldKeys(keys, crypto.new_master_keyset()), OldKeys(path, before.master_key)):
        with pytest.raises(InvalidInput, match=r"archive\.keys"):
            import_gmina(path, "borki", old_keys=old_keys, actor=OLGA)
        no_trace(before)
    import_gmina(path, "borki", old_keys=OldKeys(keys, before.master_key), actor=OLGA)
    with tenancy.enter(scope_of(BORKI)):
        assert Payer.objects.get(external_id="K-anna").name == STRANGE
        assert verify().findings == ()


def test_a_gmina_that_is_there_already_is_not_touched_by_an_import(exported: Path, own_dabrowa) -> None:
    with tenancy.enter(scope_of(BORKI)):
        before = Entry.objects.count()
    with pytest.raises(Conflict, match=r"tenant\.exists"):
        import_gmina(exported, "inne", unlock=UNLOCK, actor=OLGA)
    with tenancy.enter(scope_of(BORKI)):
        assert Entry.objects.count() == before
        assert verify().findings == ()


@pytest.mark.parametrize(
    "name", ["../wejscie.txt", "/etc/passwd", "dane/../../x", "dane\\..\\x", "C:/x", ".ukryty"]
)
def test_a_name_that_leads_out_of_the_folder_refuses_the_whole_archive(
    own_borki, folder: Path, tmp_path: Path, elsewhere, name: str
) -> None:
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(bad, "w") as after:
        for part in before.namelist():
            after.writestr(part, before.read(part))
        after.writestr(zipfile.ZipInfo(name), b"x")
    with pytest.raises(InvalidInput) as refused, opened(bad):
        raise AssertionError("it opened")
    assert (refused.value.code, refused.value.params["place"]) == ("archive.unsafe_name", name)
    assert not (tmp_path.parent / "wejscie.txt").exists()


def test_a_changed_part_is_named_also_when_its_zip_checksum_was_made_anew(
    own_borki, folder: Path, tmp_path: Path
) -> None:
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(
            b"K-anna", b"K-inna"
        ) if name == "tabele/accounts_payer.copy" else content

    bad = rewritten(path, tmp_path / "bad.zip", change)
    with pytest.raises(InvalidInput) as refused, opened(bad):
        raise AssertionError("it opened")
    assert (refused.value.code, refused.value.params["place"]) == (
        "archive.damaged",
        "tabele/accounts_payer.copy",
    )


def test_one_changed_byte_anywhere_in_a_backup_refuses_it(own_borki, folder: Path, tmp_path: Path) -> None:
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    whole = path.read_bytes()
    with opened(path) as good:
        written = good.manifest
    found = {}
    for place in range(40, len(whole), len(whole) // 25):
        bad = tmp_path / f"{place}.zip"
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        found[place] = refusal_of(bad)
    # Bytes of the ZIP that nobody reads (times, attributes) may change; what was written may not.
    known = {*written.parts, "manifest.json"}
    told = {"", *known, *(f"archive.{code}" for code in ("unsafe_name", "not_ours"))}
    assert [
        place for place in found.values() if place not in told and not is_changed_name(place, known)
    ] == []
    assert sum(place in written.parts for place in found.values()) > len(found) // 2


def is_changed_name(place: str, known: set[str]) -> bool:
    """Whether the byte was one of a file's name, or of its length: then what follows in the ZIP is read as a part of it."""
    return any(
        place.startswith(name)
        or (
            len(place) == len(name) and sum(one != other for one, other in zip(place, name, strict=True)) == 1
        )
        for name in known
    )


def refusal_of(path: Path) -> str:
    """The part that `opened` names, or the code where it names none; "" when it opens."""
    try:
        with opened(path):
            return ""
    except InvalidInput as error:
        return str(error.params.get("place", error.code))


def test_an_archive_of_a_newer_version_is_refused_and_nothing_stays(
    own_borki, folder: Path, tmp_path: Path, elsewhere
) -> None:
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    keys = path.parent / KEYS

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, content
        last = json.loads(content)
        last["migrations"].append(["ledger", "9999_of_tomorrow"])
        return name, json.dumps(last).encode()

    newer = rewritten(path, tmp_path / "newer.zip", change)
    before = elsewhere()
    with pytest.raises(InvalidInput, match=r"archive\.newer"):
        import_gmina(newer, "borki", old_keys=OldKeys(keys, before.master_key), actor=OLGA)
    with tenancy.public():
        assert not Tenant.objects.exists()


def test_an_import_that_was_killed_half_way_leaves_no_gmina_and_the_next_one_is_whole(
    exported: Path, elsewhere, monkeypatch
) -> None:
    """Whatever a killed run leaves is a schema that the directory does not know."""
    elsewhere()

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(loading, "compare", die)
        with pytest.raises(Killed):
            import_gmina(exported, "borki", unlock=UNLOCK, actor=OLGA)
    with tenancy.public():
        assert not Tenant.objects.exists()
    assert import_gmina(exported, "borki", unlock=UNLOCK, actor=OLGA).findings == []
    with tenancy.enter(scope_of(BORKI)):
        assert verify().findings == ()


def test_the_other_gmina_is_the_same_before_and_after(lived_in, own_dabrowa, server, tmp_path: Path) -> None:
    from django.conf import settings

    query = "SELECT string_agg(md5(p::text), '' ORDER BY id) FROM gmina_2465011.accounts_payer p"
    url = server.url("postgres", settings.DATABASES["default"]["NAME"])
    before = one(url, query)
    assert before
    export_gmina(BORKI, tmp_path / "borki.skarbnik", LOCK, with_dump=False, actor=OLGA)
    assert one(url, query) == before
