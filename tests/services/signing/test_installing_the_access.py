"""The office's access to the signing service: what is taken, what is refused, and that the key is never shown."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from integrations.emulators.trusted_profile.authority import office_keys
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, Refused
from services.notices.models import Message
from services.signing.access_actions import install_access
from services.signing.models import SigningAccess
from services.signing.queries import page_origins
from services.signing.tasks import sweep
from services.signing.trust import signing_service

pytestmark = pytest.mark.django_db


def install(keys, **changes):
    values = {
        "environment": "stand_in",
        "certificate": keys.certificate_pem,
        "private_key": keys.private_pem,
        "actor": system("tests"),
    }
    return install_access(**(values | changes))


def test_an_access_is_installed_and_replaced(in_borki, office):
    install(office)
    other = install(office_keys("Urząd Gminy Borki"))

    assert SigningAccess.objects.count() == 1
    assert other.version == 2
    assert signing_service().url == "http://127.0.0.1:8041/ep-services/tpSigning5"
    assert AuditEntry.objects.filter(action="signing.access_installed").count() == 2


def test_the_key_is_encrypted(in_borki, office):
    install(office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM signing_signingaccess")
        stored = bytes(cursor.fetchone()[0])

    assert b"PRIVATE KEY" not in stored
    assert "PRIVATE KEY" not in str(AuditEntry.objects.latest("pk").details)


@pytest.mark.parametrize("environment", ["production", "integration"])
def test_where_the_browser_is_sent_follows_from_the_environment(environment, in_borki, office):
    install(office, environment=environment)

    assert signing_service().url.startswith("https://")
    assert page_origins() == ("https://*.gov.pl",)


def test_what_is_no_access_is_refused(in_borki, office):
    other = office_keys("Inny")
    for changes, code in (
        ({"private_key": other.private_pem}, "signing.access"),
        ({"certificate": b"nothing"}, "signing.access"),
        ({"private_key": b"\xff"}, "signing.access"),
        ({"environment": "elsewhere"}, "signing.environment"),
        ({"environment": "production", "base_url": "https://zly.example"}, "signing.environment"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            install(office, **changes)
        assert refusal.value.code == code
    assert not SigningAccess.objects.exists()


@pytest.mark.parametrize("environment", ["stand_in", "production"])
def test_outside_development_the_stand_in_is_refused(environment, in_borki, office, settings):
    """Also its certificate under the name of the real service."""
    settings.SIGNATURES_ALLOW_STAND_IN = False
    with pytest.raises(Refused) as refusal:
        install(office, environment=environment)

    assert refusal.value.code == "signing.stand_in"
    assert not SigningAccess.objects.exists()


def test_an_access_to_the_stand_in_that_was_copied_to_production_opens_nothing(in_borki, office, settings):
    install(office)
    settings.SIGNATURES_ALLOW_STAND_IN = False
    with pytest.raises(Refused) as refusal:
        signing_service()

    assert refusal.value.code == "signing.stand_in"


def test_the_command_reads_files_and_says_until_when(in_borki, office, tmp_path, capsys):
    for name, content in (("office.crt", office.certificate_pem), ("office.key", office.private_pem)):
        (tmp_path / name).write_bytes(content)
    files = ["--certificate", str(tmp_path / "office.crt"), "--key", str(tmp_path / "office.key")]

    call_command("install_signing_access", "borki", "--environment", "integration", *files)
    assert "good until" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"tenant\.unknown"):
        call_command("install_signing_access", "nigdzie", *files)


def test_the_office_is_told_before_the_certificate_ends_and_no_more_once_it_is_replaced(in_borki, office):
    row = install(office)
    for days, letters in ((62, 0), (60, 1), (59, 1), (30, 2), (-1, 3), (-2, 3)):
        SigningAccess.objects.update(valid_until=timezone.now() + timedelta(days=days, hours=1))
        sweep()
        assert Message.objects.filter(kind="signing_certificate_ends").count() == letters
    assert Message.objects.filter(kind="signing_certificate_ends").last().related_ref == str(row.public_id)
    install(office)
    sweep()
    assert Message.objects.filter(kind="signing_certificate_ends").count() == 3
