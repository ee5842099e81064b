"""P5: a gmina takes its data with it, in formats that anybody can read."""

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kernel import tenancy
from kernel.errors import Conflict, InvalidInput, NotFound
from portal.embedded import postgres
from tenants.archive import envelope, writing
from tenants.archive.envelope import Lock, Unlock
from tenants.archive.exports import confirm_export, export_gmina
from tenants.archive.models import Archive
from tenants.archive.packing import opened
from tenants.archive.programs import program
from tests.fixtures.cast import RESIDENTS
from tests.fixtures.committed import drop
from tests.tenants.archive.conftest import HUGE, LOCK, OLGA, STRANGE, UNLOCK, live_on, one, skarbnik

BORKI = "0615022"


def plain_zip(path: Path) -> zipfile.ZipFile:
    plain = io.BytesIO()
    with path.open("rb") as source:
        envelope.unseal(source, plain, UNLOCK)
    return zipfile.ZipFile(plain)


def test_p5_the_export_has_every_table_as_csv_and_json_with_a_description_in_polish(
    lived_in, tmp_path: Path
) -> None:
    path = tmp_path / "borki.skarbnik"
    row = export_gmina(BORKI, path, LOCK, actor=OLGA)
    found = plain_zip(path)
    last = json.loads(found.read("manifest.json"))
    payers = list(csv.DictReader(io.StringIO(found.read("dane/accounts_payer.csv").decode())))
    anna = next(payer for payer in payers if payer["external_id"] == "K-anna")
    assert (anna["name"], anna["address"]) == (STRANGE, HUGE)
    assert anna["identifier"] == RESIDENTS["anna"]
    as_json = json.loads(found.read("dane/accounts_payer.json"))
    assert {payer["name"] for payer in as_json} == {payer["name"] for payer in payers}
    described = {one["tabela"]: one for one in json.loads(found.read("opis.json"))["tabele"]}
    assert described["ledger_entry"]["znaczenie"].startswith("Zapis księgowy")
    posting = {column["kolumna"]: column for column in described["ledger_posting"]["kolumny"]}
    assert posting["amount_gr"]["jednostka"] == "grosze"
    assert posting["account"]["wartości"]["bank"] == "rachunek bankowy"
    assert described["ledger_posting"]["klucze_obce"][0]["tabela"] == "ledger_entry"
    assert set(described) == set(last["tables"])
    regulation = found.read("regulamin/wersja-1-published.txt").decode()
    assert "Zarządzenia nr 17 Wójta Gminy Borki" in regulation
    assert row.sums == last["sums"]
    assert row.sums["receivable_principal"] == 2 * 300_00 + 123_45 - 100_00
    assert row.rows["users_session"] == 0


def test_p5_the_dump_is_of_the_same_moment_and_a_plain_postgresql_takes_it(
    lived_in, server, copy_database, tmp_path: Path
) -> None:
    path = tmp_path / "borki.skarbnik"
    row = export_gmina(BORKI, path, LOCK, actor=OLGA)
    text = plain_zip(path).read("zrzut/gmina.sql")
    assert RESIDENTS["anna"].encode() not in text
    postgres.prepare_database(server, "plain")
    try:
        url = server.url("postgres", "plain")
        load = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url]
        subprocess.run(load, input=text, check=True, capture_output=True)
        total = one(url, "SELECT sum(amount_gr) FROM gmina_0615022.ledger_posting WHERE account = 'revenue'")
        assert total == row.sums["revenue"]
    finally:
        drop(server, "plain")


def test_nothing_of_a_resident_stands_in_the_file_and_a_wrong_passphrase_does_not_open_it(
    lived_in, tmp_path: Path
) -> None:
    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    content = path.read_bytes()
    assert RESIDENTS["anna"].encode() not in content
    assert b"accounts_payer" not in content
    assert path.stat().st_mode & 0o077 == 0
    for unlock, code in ((Unlock(passphrase="nie to hasło"), "archive.passphrase"), (None, "archive.locked")):
        with pytest.raises(InvalidInput) as refused, opened(path, unlock):
            raise AssertionError("it opened")
        assert refused.value.code == code


def test_a_recipients_key_opens_the_file_and_another_key_does_not(own_borki, tmp_path: Path) -> None:
    own, other = (rsa.generate_private_key(public_exponent=65537, key_size=3072) for _ in range(2))
    public = own.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def unlock(key: rsa.RSAPrivateKey) -> Unlock:
        form = serialization.PrivateFormat.PKCS8
        return Unlock(
            private_key=key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        )

    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, Lock(recipient=public), with_dump=False, actor=OLGA)
    with opened(path, unlock(own)) as archive:
        assert archive.manifest.teryt == BORKI
    for wrong in (unlock(other), UNLOCK):
        with pytest.raises(InvalidInput, match=r"archive\.passphrase"), opened(path, wrong):
            raise AssertionError("it opened")


def test_weak_locks_are_refused_before_anything_is_written(own_borki) -> None:
    weak = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = weak.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(InvalidInput, match=r"archive\.passphrase_short"):
        Lock(passphrase="krótkie")
    for recipient in (pem, b"nothing"):
        with pytest.raises(InvalidInput, match=r"archive\.recipient"):
            Lock(recipient=recipient)


def test_one_changed_byte_is_found_with_its_place_wherever_it_is(own_borki, tmp_path: Path) -> None:
    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    whole = path.read_bytes()
    header = whole.index(b"\n", len(envelope.MAGIC)) + 1
    for place, code in (
        (len(envelope.MAGIC) + 2, "archive.damaged"),
        (header + 5, "archive.damaged"),
        (len(whole) // 2, "archive.damaged"),
        (len(whole) - 1, "archive.damaged"),
    ):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InvalidInput) as refused, opened(path, UNLOCK):
            raise AssertionError("it opened")
        assert refused.value.code == code, place
        assert refused.value.params["place"]
    path.write_bytes(whole[:-100])
    with pytest.raises(InvalidInput, match=r"archive\.damaged"), opened(path, UNLOCK):
        raise AssertionError("it opened")


def test_an_export_never_replaces_a_file_and_its_confirmation_names_it(own_borki, tmp_path: Path) -> None:
    path = tmp_path / "borki.skarbnik"
    row = export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    before = path.read_bytes()
    with pytest.raises(Conflict, match=r"archive\.file_exists"):
        export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    assert path.read_bytes() == before
    with pytest.raises(NotFound, match=r"archive\.unknown"):
        confirm_export(BORKI, "0" * 64, actor=OLGA)
    with pytest.raises(NotFound, match=r"archive\.unknown"):
        confirm_export("2465011", row.sha256, actor=OLGA)
    with tenancy.public():
        assert Archive.objects.get().confirmed_at is None
    assert confirm_export(BORKI, row.sha256.upper(), actor=OLGA).confirmed_by == "olga"


def test_the_gmina_opens_its_file_with_the_command(own_borki, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("zielony most przy starym młynie\n")
    made = skarbnik("export_gmina", BORKI, "--passphrase-file", str(secret), "--without-dump")
    told, _ = made.communicate(timeout=120)
    assert made.returncode == 0, told
    path = next((folder / BORKI).glob("*.skarbnik"))
    assert str(path) in told
    target = tmp_path / "borki.zip"
    done = skarbnik("open_archive", str(path), "--passphrase-file", str(secret), "--to", str(target))
    told, _ = done.communicate(timeout=120)
    assert done.returncode == 0, told
    assert "whole" in told
    assert zipfile.ZipFile(target).read("CZYTAJ.txt").decode().startswith("Archiwum danych gminy")


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(lived_in, tmp_path, monkeypatch) -> None:
    """The last table is read after money was posted; the archive still adds up."""
    add = writing._add_table

    def disturbed(packer, connection, scope, table, form):
        if table.name == "ledger_posting":
            live_on(lived_in)
        return add(packer, connection, scope, table, form)

    monkeypatch.setattr(writing, "_add_table", disturbed)
    path = tmp_path / "borki.skarbnik"
    row = export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    assert sum(row.sums.values()) == 0
    found = plain_zip(path)
    entries = {e["id"] for e in json.loads(found.read("dane/ledger_entry.json"))}
    assert {p["entry_id"] for p in json.loads(found.read("dane/ledger_posting.json"))} == entries
