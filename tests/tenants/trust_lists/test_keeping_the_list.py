"""The copy of the trusted list: fetched over HTTP, verified, kept in versions, never backwards; alarms and checks."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from integrations.emulators.trusted_profile import lists
from integrations.emulators.trusted_profile.authority import office_keys
from integrations.emulators.trusted_profile.lists import Edition
from integrations.identity.signatures.trusted_list import StaleList
from kernel.audit.models import AuditEntry
from portal.metrics_fleet import FleetCollector
from tenants.trust_lists import queries
from tenants.trust_lists.actions import refresh, refresh_if_due
from tenants.trust_lists.checks import check_trust
from tenants.trust_lists.models import TrustedListCopy
from tests.services.signing.conftest import office, profile, profile_server

__all__ = ["office", "profile", "profile_server"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(in_public, profile, monkeypatch):
    """`publish(Edition(number=2))`: what the list's address answers from now on."""
    original = lists.trusted_list

    def put(edition: Edition, **more: object) -> None:
        content = original(profile.state.authority, edition, **more)
        monkeypatch.setattr(lists, "trusted_list", lambda authority: content)

    return put


def state() -> queries.ListState:
    return queries.list_state()


def test_the_list_comes_by_the_list_of_lists_and_is_kept_with_its_number_and_days(publish):
    publish(Edition(number=7))
    now = timezone.now()

    assert refresh(now)

    found = state()
    assert (found.version, found.versions, found.problem) == (7, 1, "")
    assert found.issued_at < now < found.next_update_at
    assert found.succeeded_at == now
    assert queries.current_list().version.sequence_number == 7
    assert AuditEntry.objects.filter(action="trust_list.kept").count() == 1


def test_the_same_list_is_kept_once_and_a_new_one_beside_it(publish):
    publish(Edition(number=1))
    assert refresh(timezone.now())
    assert not refresh(timezone.now())
    publish(Edition(number=2))
    assert refresh(timezone.now())

    assert (state().version, state().versions) == (2, 2)
    assert queries.current_list().version.sequence_number == 2


def test_an_older_list_is_not_taken_and_the_fault_is_kept(publish):
    publish(Edition(number=5))
    refresh(timezone.now())
    publish(Edition(number=4))

    assert not refresh(timezone.now())

    assert (state().version, state().versions, state().problem) == (5, 1, "signatures.list.older")


def test_a_list_of_another_state_or_issuer_is_not_taken(publish):
    publish(Edition(number=1, territory="CZ"))
    assert not refresh(timezone.now())
    publish(Edition(number=1), by=office_keys("Obcy"))
    assert not refresh(timezone.now())

    assert (state().versions, state().problem) == (0, "signatures.list.invalid")
    with pytest.raises(StaleList):
        queries.current_list()


def test_a_list_of_lists_of_somebody_else_leads_nowhere(publish, settings):
    publish(Edition())
    settings.TRUST_LOTL_ISSUERS = office_keys("Obcy").certificate_pem.decode()

    assert not refresh(timezone.now())
    assert (state().versions, state().problem) == (0, "signatures.list.invalid")


def test_without_network_the_copy_stays_in_use(publish, settings):
    publish(Edition(number=3))
    refresh(timezone.now())
    settings.TRUST_LOTL_URL = "http://127.0.0.1:1/eu-lotl.xml"

    assert not refresh(timezone.now() + timedelta(days=1))

    assert (state().version, state().problem) == (3, "signatures.download.unavailable")
    assert queries.current_list().version.sequence_number == 3


def test_loopback_is_asked_in_development_only(publish, settings):
    publish(Edition())
    settings.SIGNATURES_ALLOW_STAND_IN = False

    assert not refresh(timezone.now())
    assert state().problem == "signatures.download.address"


def test_it_is_asked_for_once_a_day(publish):
    now = timezone.now()
    publish(Edition(number=1))
    refresh_if_due(now)
    publish(Edition(number=2))
    refresh_if_due(now + timedelta(hours=19))
    assert state().version == 1
    refresh_if_due(now + timedelta(hours=21))
    assert state().version == 2


def test_a_failed_look_is_repeated_at_the_next_ring(publish, settings):
    publish(Edition(number=1))
    right, settings.TRUST_LOTL_URL = settings.TRUST_LOTL_URL, "http://127.0.0.1:1/eu-lotl.xml"
    refresh_if_due(timezone.now())
    settings.TRUST_LOTL_URL = right
    refresh_if_due(timezone.now())

    assert (state().version, state().problem) == (1, "")


def test_somebody_is_called_before_the_list_runs_out(publish):
    now = timezone.now()
    publish(Edition(issued_at=now - timedelta(days=1), lasts=timedelta(days=20)))
    refresh(now)

    assert not state().needs_attention(now)
    assert state().needs_attention(now + timedelta(days=6))
    assert not state().is_stale(now + timedelta(days=6))
    assert state().is_stale(now + timedelta(days=20))


def test_no_copy_is_ever_changed_or_removed(publish):
    publish(Edition())
    refresh(timezone.now())
    for change in (
        partial(TrustedListCopy.objects.update, next_update_at=timezone.now() + timedelta(days=9999)),
        TrustedListCopy.objects.all().delete,
    ):
        with pytest.raises(DatabaseError, match="neither changed nor removed"), transaction.atomic():
            change()
    assert state().versions == 1


def test_the_metrics_say_how_long_the_list_lasts(publish):
    def value(name: str) -> float:
        families = {one.name: one for one in FleetCollector(5).collect()}
        (sample,) = families[f"skarbnik_trusted_list_{name}"].samples
        assert sample.labels == {"territory": "PL"}
        return sample.value

    assert value("ends_in_seconds") == float("-inf")
    assert value("good_age_seconds") == float("inf")
    now = timezone.now()
    publish(Edition(issued_at=now, lasts=timedelta(days=20)))
    refresh(now)

    assert 19.9 < value("ends_in_seconds") / 86_400 <= 20
    assert value("good_age_seconds") < 60


# --- system checks ---------------------------------------------------------------------------------------------------
@pytest.fixture
def production(settings):
    settings.SIGNATURES_ALLOW_STAND_IN = False
    settings.SIGNATURES_REQUIRE_REVOCATION = True
    settings.TRUST_LOTL_URL = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
    settings.TRUST_LOTL_ISSUERS = ""
    return settings


def ids() -> list[str]:
    return [one.id for one in check_trust()]


def test_the_settings_of_production_pass(production):
    assert ids() == []


def test_outside_development_the_test_authority_is_refused(production, profile_server):
    production.TRUST_LOTL_ISSUERS = profile_server.state.authority.list_issuer.certificate_pem.decode()
    assert ids() == ["trust_lists.E001"]
    production.TRUST_LOTL_ISSUERS = "no certificate"
    assert ids() == ["trust_lists.E001"]


def test_outside_development_the_list_comes_by_https_and_revocation_is_asked_for(production):
    production.TRUST_LOTL_URL = "http://127.0.0.1:8041/eu-lotl.xml"
    production.SIGNATURES_REQUIRE_REVOCATION = False
    assert ids() == ["trust_lists.E002", "trust_lists.E003"]
    production.SIGNATURES_ALLOW_STAND_IN = True
    assert ids() == []
