"""P5: the whole way out through the pages: one operator starts and hands over, another confirms, the data wait."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.users.models import User
from tenants.archive.exports import export_gmina
from tenants.directory.models import Offboarding, Tenant
from tests.fixtures.cast import PASSWORD
from tests.fixtures.database import ACTOR
from tests.fixtures.signing import give_app, through_the_page
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words
from tests.tenants.archive.conftest import LOCK

BORKI = "0615022"
PAGE = f"/gminy/{BORKI}/odejscie/"


@pytest.fixture
def second_operator(own_database: str) -> Client:
    """Piotr, another operator of the platform, signed in through the page."""
    with tenancy.public():
        user = User.objects.create_user(
            email="piotr@platforma.example", kind="platform", full_name="Piotr Operatorski", password=PASSWORD
        )
        user.email_confirmed_at = timezone.now()
        user.save()
        give_app(user)
    client = browser()
    through_the_page(client, "/logowanie/", "piotr@platforma.example")
    assert client.get("/").status_code == 200
    return client


def offboarding() -> Offboarding:
    with tenancy.public():
        return Offboarding.objects.get(tenant__teryt=BORKI)


def test_p5_who_starts_the_end_never_confirms_it_and_another_person_does(
    own_operator: Client, second_operator: Client, own_borki, tmp_path: Path
):
    today = timezone.localdate()
    leaves_on = today + timedelta(days=40)
    sent = {"rozpocznij-reason": "Koniec umowy.", "rozpocznij-leaves_on": leaves_on.isoformat()}
    own_operator.post(PAGE, {"zrob": "rozpocznij", "rozpocznij-is_sure": "on", **sent})
    export = export_gmina(BORKI, tmp_path / "borki.skarbnik", LOCK, with_dump=False, actor=ACTOR)
    handed = {"zrob": "przekaz", "przekaz-sha256": export.sha256, "przekaz-note": "Nośnik, protokół 1/2026"}
    own_operator.post(PAGE, handed)
    assert offboarding().handed_over_at is not None

    assert "potwierdzić musi ktoś inny" in words(own_operator.get(PAGE))
    own_operator.post(PAGE, {"zrob": "potwierdz"})
    assert offboarding().confirmed_at is None, "the same person"

    assert "Potwierdzam odejście gminy" in second_operator.get(PAGE).content.decode()
    told = words(second_operator.post(PAGE, {"zrob": "potwierdz"}, follow=True))
    assert f"Dane czekają do {leaves_on:%d.%m.%Y}." in told
    row = offboarding()
    assert row.confirmed_by != row.started_by
    assert row.delete_after == leaves_on
    page = words(own_operator.get(PAGE))
    assert "Piotr Operatorski" in page
    assert "Olga Operatorska" in page
    with tenancy.public():
        entry = AuditEntry.objects.get(action="tenant.offboarding_confirmed")
        assert entry.actor_ref == row.confirmed_by
        assert Tenant.objects.get(teryt=BORKI).state == "offboarding"
    before = offboarding().confirmed_at
    second_operator.post(PAGE, {"zrob": "potwierdz"})
    assert offboarding().confirmed_at == before, "a second click changes nothing"
