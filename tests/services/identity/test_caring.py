"""What is done every day for a gmina at the national node: letters before a certificate ends, rows that are forgotten,
what the platform is told; and the checks of the deployment's settings."""

from datetime import timedelta

import pytest
from django.core import checks
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.emulators.login_gov.keys import Authority
from kernel import tenancy
from kernel.endings import warning_due
from kernel.errors import Conflict, Refused, Unavailable
from portal.probes import probes_of_gmina
from portal.readiness import readiness_of_gmina
from services.identity import attempts
from services.identity.checks import check_node
from services.identity.domain import EDGES, KeyEvent, KeyPurpose, KeyState, next_state
from services.identity.models import LoginAttempt, ProviderKey, SeenMessage, ServiceProvider
from services.identity.node import node
from services.identity.queries import built_provider, ending, is_ready
from services.identity.tasks import forget, warn
from services.notices.models import Message
from tenants.directory.domain_readiness import Line, Verdict
from tenants.jobs.domain import Queue
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def joined(at_node, borki):
    at_node(borki)
    with tenancy.enter(borki):
        yield borki


def ends_in(days: int, purpose: str = "signing") -> None:
    ProviderKey.objects.filter(purpose=purpose).update(valid_until=NOW + timedelta(days=days, hours=1))


# --- letters ------------------------------------------------------------
def test_the_office_gets_a_letter_60_days_before_the_end_and_not_again_the_same_day(joined):
    ends_in(61)
    assert warn(NOW) == 0
    ends_in(60)
    assert (warn(NOW), warn(NOW)) == (1, 0)
    letter = Message.objects.get(kind="login_certificate_ends")
    assert letter.recipient == "urzad@borki.example"
    assert "podpis" in letter.subject


@pytest.mark.parametrize(
    ("days", "warned_at", "mark"),
    [
        (61, None, None),
        (60, None, 60),
        (45, 60, None),
        (30, 60, 30),
        (5, 60, 7),
        (0, 1, 0),
        (-3, 1, 0),
        (-4, 0, None),
    ],
)
def test_after_a_pause_one_letter_is_written_and_none_for_each_mark_that_went_by(days, warned_at, mark):
    assert warning_due(days, warned_at) == mark


def test_a_gmina_whose_sign_in_is_off_gets_no_letters(joined):
    ServiceProvider.objects.update(is_enabled=False)
    ends_in(5)
    assert warn(NOW) == 0
    assert not Message.objects.exists()


def test_an_old_key_for_encryption_may_run_out_beside_a_newer_one(joined, national_node):
    from services.identity import actions

    ends_in(5, "encryption")
    key = actions.make_key(KeyPurpose.ENCRYPTION, actor=ACTOR)
    certificate = national_node.state.authority.certify(key.request.encode())
    actions.certify_key(public_id=key.public_id, certificate=certificate, actor=ACTOR)
    assert warn(NOW) == 0
    assert ending(NOW).alarming == 0


# --- what the platform and the office are told ------------------------------------------------------------
def found() -> dict[Line, object]:
    return {one.line: one for one in readiness_of_gmina(timezone.localdate())}


def test_the_go_live_list_asks_for_a_node_that_works_where_it_is_a_way_in(joined, dabrowa):
    assert found()[Line.LOGIN_GOV].verdict == Verdict.MET
    ends_in(59)
    assert found()[Line.LOGIN_GOV].verdict == Verdict.MISSING
    with tenancy.enter(dabrowa):
        assert found()[Line.LOGIN_GOV].verdict == Verdict.MISSING


def test_a_gmina_without_the_node_needs_no_certificate(in_borki):
    from tenants.configuration.models import Office

    Office.objects.update(takes_login_gov=False)
    assert found()[Line.LOGIN_GOV].verdict == Verdict.NOT_NEEDED


def test_the_console_hears_60_days_before_and_also_after_the_end(joined):
    for days, alarming in ((100, 0), (59, 1), (-2, 1)):
        ends_in(days)
        [probe] = [one for one in probes_of_gmina(NOW) if one.queue == Queue.CERTIFICATES]
        assert probe.waiting == alarming
        assert (probe.ends_at - NOW).days == days


# --- keys ------------------------------------------------------------
def test_every_state_and_event_of_a_key_has_an_answer():
    for state in KeyState:
        for event in KeyEvent:
            for purpose in KeyPurpose:
                if (state, event, purpose) in EDGES:
                    assert next_state(state, event, purpose) in set(KeyState)
                else:
                    with pytest.raises(Conflict, match=r"provider_key\.state"):
                        next_state(state, event, purpose)
    assert not [edge for edge in EDGES if edge[0] == KeyState.RETIRED]


def test_the_database_lets_one_key_for_a_purpose_be_in_use(joined):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderKey.objects.create(
            purpose="signing", state="current", certificate="x", valid_from=NOW, valid_until=NOW
        )


def test_answers_for_either_key_are_opened_while_two_are_there(joined, national_node, traveller):
    """The rotation of docs/login-gov.md: nobody notices."""
    from services.identity import actions

    key = actions.make_key(KeyPurpose.ENCRYPTION, actor=ACTOR)
    certificate = national_node.state.authority.certify(key.request.encode())
    actions.certify_key(public_id=key.public_id, certificate=certificate, actor=ACTOR)
    assert len(built_provider().decryption) == 2
    assert traveller(joined).log_in("anna")["Location"] == "/naleznosci/"
    actions.take_key(public_id=key.public_id, actor=ACTOR)
    assert (
        traveller(joined).log_in("anna")["Location"] == "/naleznosci/"
    )  # the node still encrypts for the old one
    old = ProviderKey.objects.get(state="previous")
    actions.drop_key(public_id=old.public_id, actor=ACTOR)
    assert traveller(joined).log_in("anna").status_code == 403


# --- who may --------------------------------------------------------------------
@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_nobody_but_a_local_administrator_changes_the_gminas_place_at_the_node(joined, person, name):
    """The actions ask the door themselves, whatever page or program calls them (V8.2.1)."""
    from services.identity import actions

    who, key = person(name).actor, ProviderKey.objects.get(purpose="signing", state="current")
    provider, before = ServiceProvider.objects.get(), list(ProviderKey.objects.values())
    acts = [
        lambda: actions.save_provider({"is_enabled": False}, version=provider.version, actor=who),
        lambda: actions.make_key(KeyPurpose.ENCRYPTION, actor=who),
        lambda: actions.certify_key(public_id=key.public_id, certificate=b"", actor=who),
        lambda: actions.take_key(public_id=key.public_id, actor=who),
        lambda: actions.drop_key(public_id=key.public_id, actor=who),
    ]
    for act in acts:
        with pytest.raises(Refused, match=r"access\.denied"):
            act()
    assert ServiceProvider.objects.get().is_enabled
    assert list(ProviderKey.objects.values()) == before


# --- what is forgotten ------------------------------------------------------------
def test_attempts_are_forgotten_after_a_day(joined):
    begun = attempts.begin(nonce="n", next_path="", now=NOW)
    forget(NOW + timedelta(hours=23))
    assert LoginAttempt.objects.filter(public_id=begun.attempt_id).exists()
    forget(NOW + timedelta(hours=25))
    assert not LoginAttempt.objects.exists()


def test_the_database_keeps_no_artifact_of_a_used_attempt(joined):
    attempts.begin(nonce="n", next_path="", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoginAttempt.objects.update(used_at=NOW, artifact="AAQ")


def test_a_message_is_seen_for_the_first_time_once(in_borki, dabrowa):
    rows = attempts.SeenRows()
    until = NOW + timedelta(hours=1)
    assert [rows.first_time("wezel", "ID-1", until) for _ in range(2)] == [True, False]
    assert rows.first_time("inny", "ID-1", until)
    assert SeenMessage.objects.count() == 2
    with tenancy.enter(dabrowa):
        assert not SeenMessage.objects.exists()


# --- settings ------------------------------------------------------------
def codes(settings, **changes) -> set[str]:
    for name, value in changes.items():
        setattr(settings, f"LOGIN_GOV_{name}", value)
    return {one.id for one in check_node(None)}


def test_the_stand_in_and_its_certificates_are_refused_outside_development(settings, stand_in):
    pem = stand_in.certificate_pem.decode()
    local = {"NODE": "stand_in", "CERTIFICATES": pem, "URL": stand_in.url}
    assert codes(settings, ALLOW_STAND_IN=True, **local) == set()
    assert codes(settings, ALLOW_STAND_IN=False, **local) == {"identity.E002", "identity.E004"}
    with pytest.raises(Unavailable, match=r"login_gov\.node"):
        node()
    assert codes(settings, NODE="production", URL="") == {"identity.E004"}
    with pytest.raises(Unavailable, match=r"login_gov\.node"):
        node()


def test_what_is_no_certificate_no_environment_or_no_address_is_named(settings, stand_in):
    settings.LOGIN_GOV_ALLOW_STAND_IN = True
    assert codes(settings, NODE="") == set()
    assert codes(settings, NODE="produkcja") == {"identity.E001"}
    assert codes(settings, NODE="production", CERTIFICATES="nic") == {"identity.E003"}
    pem = stand_in.certificate_pem.decode()
    assert codes(settings, CERTIFICATES=pem, URL="http://192.168.1.5/") == {"identity.E005"}


def test_the_end_of_the_nodes_certificate_is_told_60_days_before(settings):
    authority = Authority()
    near = authority.issue("node", lasts=timedelta(days=59)).certificate_pem.decode()
    far = authority.issue("node", lasts=timedelta(days=100)).certificate_pem.decode()
    local = {"NODE": "stand_in", "URL": "", "ALLOW_STAND_IN": True}
    assert codes(settings, CERTIFICATES=near, **local) == {"identity.W001"}
    assert codes(settings, CERTIFICATES=near + far, **local) == set()


def test_the_check_is_one_of_the_systems_own(settings):
    assert check_node in checks.registry.registry.get_checks()


def test_without_a_node_nobody_is_sent_anywhere(joined, settings):
    assert is_ready()
    settings.LOGIN_GOV_NODE = ""
    assert not is_ready()
    with pytest.raises(Unavailable, match=r"login_gov\.not_ready"):
        attempts.begin(nonce="n", next_path="", now=NOW)
