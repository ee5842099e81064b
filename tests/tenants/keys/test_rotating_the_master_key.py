"""The platform's master key is changed: gminas' keysets are wrapped anew, and what they encrypt is not touched."""

import base64
import json

import pytest
import tink
from django.core.management import CommandError, call_command
from tink import aead, json_proto_keyset_format, secret_key_access

from kernel import crypto, masters, tenancy
from services.accounts.models import Payer
from tenants.directory.models import Tenant

BORKI = "0615022"


def name_in(teryt: str) -> str:
    with tenancy.public():
        scope = Tenant.objects.get(teryt=teryt).scope()
    crypto._open.cache_clear()
    with tenancy.enter(scope):
        return Payer.objects.get(external_id="K-anna").name


@pytest.fixture
def another(own_borki, settings):
    """A new master key beside the old one, as in the middle of a change."""
    before = settings.MASTER_KEY, settings.PLATFORM_KEYS
    settings.MASTER_KEY_PREVIOUS, settings.MASTER_KEY = settings.MASTER_KEY, crypto.new_master_keyset()
    yield before
    settings.MASTER_KEY, settings.PLATFORM_KEYS = before
    crypto._platform_keys.cache_clear()
    crypto._open.cache_clear()


def test_while_it_changes_both_keys_open_and_afterwards_the_new_one_is_enough(
    another, settings, capsys
) -> None:
    name = name_in(BORKI)
    with tenancy.public():
        before = bytes(Tenant.objects.get(teryt=BORKI).data_key)
    call_command("rotate_master_key")
    said = capsys.readouterr().out
    assert "2 of 2 gminas wrapped anew" in said
    with tenancy.public():
        assert bytes(Tenant.objects.get(teryt=BORKI).data_key) != before
    settings.MASTER_KEY_PREVIOUS = ""
    settings.PLATFORM_KEYS = said.split("PLATFORM_KEYS=")[1].strip()
    crypto._platform_keys.cache_clear()
    assert name_in(BORKI) == name
    with tenancy.public():
        assert crypto.keyring().mark


def test_a_second_run_changes_nothing(another, capsys) -> None:
    call_command("rotate_master_key")
    with tenancy.public():
        before = bytes(Tenant.objects.get(teryt=BORKI).data_key)
    call_command("rotate_master_key")
    assert "0 of 2 gminas wrapped anew, 2 were already" in capsys.readouterr().out
    with tenancy.public():
        assert bytes(Tenant.objects.get(teryt=BORKI).data_key) == before


def test_keys_that_neither_master_key_opens_are_named_and_left_alone(another, settings, capsys) -> None:
    strange = crypto.new_wrapped_keys(BORKI, crypto.new_master_keyset())
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(data_key=strange.data_key)
    with pytest.raises(CommandError, match="keep the old master key"):
        call_command("rotate_master_key")
    assert f"{BORKI}: its keys open neither" in capsys.readouterr().err
    with tenancy.public():
        assert bytes(Tenant.objects.get(teryt=BORKI).data_key) == strange.data_key


def test_a_key_management_service_wraps_in_place_of_the_environment(
    another, settings, tmp_path, capsys
) -> None:
    name = name_in(BORKI)
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    text = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    file = tmp_path / "klucz główny.json"
    file.write_text(text, encoding="utf-8")
    settings.MASTER_KEY_PREVIOUS, settings.MASTER_KEY = another[0], ""
    settings.MASTER_KEY_URI = file.as_uri()
    call_command("rotate_master_key")
    settings.MASTER_KEY_PREVIOUS = ""
    assert name_in(BORKI) == name
    with tenancy.public():
        sealed = bytes(Tenant.objects.get(teryt=BORKI).data_key)
    assert crypto.unwrapped(sealed, f"data|{BORKI}", base64.b64encode(text.encode()).decode())
    assert json.loads(text)["primaryKeyId"]


def test_an_address_that_no_client_knows_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="gcp-kms"):
        masters.master_at("gcp-kms://projects/x/keys/y")
