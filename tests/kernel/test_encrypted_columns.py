"""Personal data are readable only in their own row, column and gmina, and in no dump."""

from dataclasses import replace

import pytest
import tink
from django.core import serializers
from django.db import connection, transaction

from kernel import crypto, tenancy
from services.accounts.models import Resident
from services.users.models import User
from tests.fixtures.cast import PASSWORD, RESIDENTS


def user(name: str) -> User:
    kind, domain = ("resident", "mieszkaniec") if name in RESIDENTS else ("staff", "urzad")
    found = User.objects.find(f"{name}@{domain}.example", kind)
    assert found is not None
    return found


def move(column: str, source: User, target_column: str, target: User) -> None:
    """Copy a ciphertext in the database, as somebody with SQL access could."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE users_user SET {target_column} = (SELECT {column} FROM users_user WHERE id = %s) WHERE id = %s",
            [source.pk, target.pk],
        )


def test_what_was_saved_is_read_back(in_borki):
    anna = user("anna")
    anna.full_name = "Łucja Żółć-Gęślą"
    anna.save()
    assert User.objects.get(pk=anna.pk).full_name == "Łucja Żółć-Gęślą"


def test_a_ciphertext_moved_to_another_row_does_not_open(in_borki):
    anna, bartek = user("anna"), user("bartek")
    move("full_name", anna, "full_name", bartek)
    with pytest.raises(tink.TinkError):
        _ = User.objects.get(pk=bartek.pk).full_name
    assert User.objects.get(pk=anna.pk).full_name == "Anna Przykładowa"


def test_a_ciphertext_moved_to_another_column_does_not_open(in_borki):
    anna = user("anna")
    move("email", anna, "full_name", anna)
    with pytest.raises(tink.TinkError):
        _ = User.objects.get(pk=anna.pk).full_name


def test_a_ciphertext_of_another_gmina_does_not_open(borki, dabrowa):
    with tenancy.enter(borki):
        sealed = crypto.keyring().encrypt(b"75870300017", "table|column|row")
        assert crypto.keyring().decrypt(sealed, "table|column|row") == b"75870300017"
    with tenancy.enter(dabrowa), pytest.raises(tink.TinkError):
        crypto.keyring().decrypt(sealed, "table|column|row")
    with tenancy.public(), pytest.raises(tink.TinkError):
        crypto.keyring().decrypt(sealed, "table|column|row")


def test_a_changed_ciphertext_does_not_open(in_borki):
    sealed = crypto.keyring().encrypt(b"75870300017", "row")
    with pytest.raises(tink.TinkError):
        crypto.keyring().decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), "row")


def test_keys_of_one_gmina_do_not_open_for_another(borki, dabrowa):
    swapped = replace(
        borki, wrapped_data_key=dabrowa.wrapped_data_key, wrapped_index_key=dabrowa.wrapped_index_key
    )
    with tenancy.enter(swapped), pytest.raises(tink.TinkError):
        crypto.keyring()


def test_a_gmina_without_keys_opens_nothing(borki):
    with tenancy.enter(replace(borki, wrapped_data_key=b"")), pytest.raises(tenancy.NoTenant):
        crypto.keyring()


def test_equal_values_have_equal_indexes_only_within_one_gmina_and_purpose(borki, dabrowa):
    with tenancy.enter(borki):
        here = crypto.blind_index("75870300017", "person")
        assert crypto.blind_index("75870300017", "person") == here
        assert crypto.blind_index("75870300017", "email") != here
        assert crypto.blind_index("75870300018", "person") != here
    with tenancy.enter(dabrowa):
        assert crypto.blind_index("75870300017", "person") != here


def test_the_same_text_is_encrypted_differently_each_time(in_borki):
    ring = crypto.keyring()
    assert ring.encrypt(b"Anna", "row") != ring.encrypt(b"Anna", "row")


def test_plain_text_cannot_be_written_past_the_encryption(in_borki):
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        User.objects.filter(kind="resident").update(full_name="Jan Jawny")
    with pytest.raises(TypeError, match="encrypted"), transaction.atomic():
        User.objects.filter(full_name="Anna Przykładowa").exists()
    assert user("anna").full_name == "Anna Przykładowa"


def test_a_row_with_personal_data_is_not_serialised(in_borki):
    with pytest.raises(TypeError, match="not serialised"):
        serializers.serialize("json", [user("anna")])


def dump() -> str:
    """Every row of every table of the open schema, as pg_dump would write it; bytes are in hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts.extend(text for (text,) in cursor.fetchall())
    return "\n".join(texts)


def forms(text: str) -> tuple[str, str]:
    return text, text.encode().hex()


@pytest.mark.covers("S43", "S107", "S109")
def test_a_dump_of_a_gmina_shows_nobody_and_no_password(in_borki):
    anna = Resident.objects.get(user=user("anna"))
    anna.phone = "+48 600 700 800"
    anna.save()
    secrets = [
        *RESIDENTS.values(), "Anna", "Bartek", "Celina", "Daria", "Filip", "Przykładowa", "Urzędowa",
        "anna@mieszkaniec.example", "daria@urzad.example", "@mieszkaniec", "+48 600 700 800", "600 700 800", "Próbna",
        "Zakład Próbny", "5260001246", PASSWORD,
    ]  # fmt: skip
    text = dump()
    assert str(anna.public_id) in text  # the dump is the right one
    assert "Podatek od nieruchomości" in text
    assert [secret for secret in secrets for form in forms(secret) if form in text] == []


@pytest.mark.covers("S107", "S109")
def test_passwords_are_kept_as_argon2id_only(in_borki):
    for one in User.objects.all():
        assert one.password.startswith("argon2")
        assert PASSWORD not in one.password


def test_a_dump_of_the_platform_shows_no_operator_and_nothing_of_the_setting_up(in_public):
    from tenants.directory.actions import register_tenant
    from tests.fixtures.database import ACTOR

    kept = {
        "kind": "rural",
        "administrator": {"full_name": "Zofia Zarządzająca", "email": "zofia@gmina.example"},
    }
    register_tenant(
        teryt="0201032", name="Gmina Próbna", kind="rural", label="probna", setup=kept, actor=ACTOR
    )
    text = dump()
    assert "Gmina Próbna" in text
    for secret in ("Olga", "Operatorska", "olga@platforma.example", "Zofia", "zofia@gmina.example", PASSWORD):
        assert not any(form in text for form in forms(secret)), secret
