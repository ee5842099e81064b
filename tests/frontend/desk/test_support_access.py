"""T-39, IM1-IM4: the platform's support reads a gmina's desk with its consent, an hour at most, and sees nobody's data."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from kernel import tenancy, veil
from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, NotFound, Refused
from services.accounts.access import can
from services.accounts.models import Resident
from services.notices.models import Message
from services.payments.models import Payment
from services.safeguards import support
from services.safeguards.domain import EndedBy
from services.safeguards.models import SupportAccess, SupportConsent
from services.users.domain import SUPPORT_VERBS, Role, Verb
from services.users.models import SecrecyStatement, StaffRole, User
from services.users.secrecy import newest_text, state_secrecy
from tests.access.routes import routes
from tests.access.test_matrix import digest
from tests.factories.accounts import StaffRoleFactory
from tests.factories.safeguards import actor_of
from tests.frontend.reading import words
from tests.isolation.furniture import furnish, ids_of

pytestmark = pytest.mark.django_db
BORKI = "0615022"
PURPOSE = "Nie widać wpłat z wczoraj."
REASON = "Zgłoszenie 12 z gminy."
WORD = "Kanarkowska"


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


@pytest.fixture
def consent(in_borki, filip, person) -> SupportConsent:
    return support.grant_consent(
        account_id=person("daria").ref, purpose=PURPOSE, hours=4, now=timezone.now(), actor=filip
    )


@pytest.fixture
def olga(client_for) -> Client:
    """The operator, who has just shown two factors in the console."""
    with tenancy.public():
        client = client_for("olga")
        session = client.session
        now = timezone.now().timestamp()
        session["entered"] = {"kind": "platform", "method": "password_code", "at": now, "proven_at": now}
        session.save()
        state()
    return client


def state() -> None:
    """Olga has made the statement of secrecy."""
    boss = User.objects.find("olga@platforma.example", "platform")
    actor = Actor(kind=ActorKind.PLATFORM, ref=str(boss.public_id), user_id=boss.pk)
    state_secrecy(boss, text_version=newest_text()[0], now=timezone.now(), actor=actor)


def asked(olga: Client, consent: SupportConsent, reason: str = REASON):
    with tenancy.public():
        return olga.post(f"/gminy/{BORKI}/wsparcie/", {"consent": str(consent.public_id), "reason": reason})


def link_of(answer) -> str:
    found = re.search(r"http://[^/\"]+(/urzad/wsparcie/wejscie/[^\"]+)\"", answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


@pytest.fixture
def inside(olga, consent, borki) -> Client:
    """The operator's browser inside the desk of Borki, as Daria."""
    browser = Client(headers={"host": borki.host}, SERVER_NAME=borki.host)
    answer = browser.post(link_of(asked(olga, consent)))
    assert (answer.status_code, answer["Location"]) == (302, "/urzad/")
    return browser


def acts_here(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


def acts_on_platform(action: str) -> list[AuditEntry]:
    with tenancy.public():
        return list(AuditEntry.objects.filter(action=action))


def test_with_consent_reason_and_second_factor_the_operator_gets_in_and_both_logs_name_both(
    inside, consent, person, in_borki
):
    page = inside.get("/urzad/")
    assert page.status_code == 200
    assert "Dostęp wsparcia platformy: tylko czytanie" in page.content.decode()
    access = SupportAccess.objects.get()
    assert access.reason == REASON
    with tenancy.public():
        operator = str(User.objects.find("olga@platforma.example", "platform").public_id)
    for entries in (acts_here("support.started"), acts_on_platform("support.started")):
        assert [(one.actor_kind, one.actor_ref) for one in entries] == [("platform", operator)]
        assert entries[0].details["account"] == person("daria").ref
    for entries in (acts_here("support.page"), acts_on_platform("support.page")):
        assert [one.details["page"] for one in entries] == ["desk:start"]
        assert (entries[0].actor_ref, entries[0].details["support"]) == (person("daria").ref, operator)
    [letter] = Message.objects.filter(kind="support_started")
    assert letter.recipient == person("filip").email
    assert PURPOSE in letter.body
    assert REASON in letter.body


def test_without_a_fresh_second_factor_the_console_asks_for_it_again(client_for, consent, in_borki):
    with tenancy.public():
        client = client_for("olga")
        old = (timezone.now() - timedelta(minutes=11)).timestamp()
        session = client.session
        session["entered"] = {"kind": "platform", "method": "password_code", "at": old, "proven_at": old}
        session.save()
    answer = asked(client, consent)
    assert answer.status_code == 302
    assert not SupportAccess.objects.exists()
    assert acts_on_platform("support.asked") == []


@pytest.mark.covers("S103")
@pytest.mark.parametrize("reason", ["", "krótko"])
def test_without_a_reason_there_is_no_way_in(olga, consent, reason):
    assert asked(olga, consent, reason).status_code == 422
    assert not SupportAccess.objects.exists()


@pytest.mark.covers("S104")
def test_without_the_statement_of_secrecy_nobody_of_support_gets_in_and_it_is_kept(olga, consent, in_borki):
    """Art. 28 ust. 3 lit. b RODO: asked once, unticked, with the words that were agreed to."""
    with tenancy.public():
        SecrecyStatement.objects.all().delete()
        page = olga.get(f"/gminy/{BORKI}/wsparcie/")
    assert "zachowam w tajemnicy" in words(page)
    assert asked(olga, consent).status_code == 422
    assert not SupportAccess.objects.exists()
    with tenancy.public():
        boss = User.objects.find("olga@platforma.example", "platform")
        assert not SecrecyStatement.objects.exists()
        with pytest.raises(Refused, match=r"support\.secrecy"):
            support.ask_to_enter(
                teryt=BORKI,
                consent_id=consent.public_id,
                reason=REASON,
                now=timezone.now(),
                actor=Actor(kind=ActorKind.PLATFORM, ref=str(boss.public_id), user_id=boss.pk),
            )
        sent = {"consent": str(consent.public_id), "reason": REASON, "agrees": "on"}
        assert olga.post(f"/gminy/{BORKI}/wsparcie/", sent).status_code == 200
        statement = SecrecyStatement.objects.get()
        assert (statement.user, statement.text_version) == (boss, newest_text()[0])
        assert acts_on_platform("support.secrecy_stated")
        assert "zachowam w tajemnicy" not in words(olga.get(f"/gminy/{BORKI}/wsparcie/"))
    assert SupportAccess.objects.count() == 1


def test_without_consent_there_is_no_way_in(olga, in_borki, consent, filip):
    support.withdraw_consent(consent_id=consent.public_id, now=timezone.now(), actor=filip)
    with tenancy.public():
        page = olga.get(f"/gminy/{BORKI}/wsparcie/")
    assert "Gmina nie dała zgody" in words(page)
    assert asked(olga, consent).status_code == 422
    with tenancy.public():
        boss = User.objects.find("olga@platforma.example", "platform")
    actor = Actor(kind=ActorKind.PLATFORM, ref=str(boss.public_id), user_id=boss.pk)
    for consent_id, error in ((consent.public_id, Conflict), (uuid4(), NotFound)):
        with pytest.raises(error):
            support.ask_to_enter(
                teryt=BORKI, consent_id=consent_id, reason=REASON, now=timezone.now(), actor=actor
            )
    late = timezone.now() + timedelta(hours=4, minutes=1)
    SupportConsent.objects.filter(pk=consent.pk).update(withdrawn_at=None)
    with pytest.raises(Conflict, match=r"support\.consent_over"):
        support.ask_to_enter(teryt=BORKI, consent_id=consent.public_id, reason=REASON, now=late, actor=actor)
    assert not SupportAccess.objects.exists()


def test_an_administrators_account_is_not_lent(in_borki, filip, person, consent, olga, borki):
    for name in ("filip",):
        with pytest.raises(Refused, match=r"support\.of_administrator"):
            support.grant_consent(
                account_id=person(name).ref, purpose=PURPOSE, hours=4, now=timezone.now(), actor=filip
            )
    link = link_of(asked(olga, consent))
    StaffRoleFactory(user_id=person("daria").user_id, user=None, role=Role.ADMIN)
    browser = Client(headers={"host": borki.host}, SERVER_NAME=borki.host)
    assert browser.post(link).status_code == 403
    assert browser.get("/urzad/").status_code == 302
    assert not SupportAccess.objects.filter(started_at__isnull=False).exists()


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_the_administrator_consents(name, in_borki, person):
    with pytest.raises(Refused, match=r"access\.denied"):
        support.grant_consent(
            account_id=person("daria").ref, purpose=PURPOSE, hours=4, now=timezone.now(),
            actor=person(name).actor,
        )  # fmt: skip
    assert not SupportConsent.objects.exists()


def test_the_link_works_once_and_two_minutes(olga, consent, borki):
    browser = Client(headers={"host": borki.host}, SERVER_NAME=borki.host)
    link = link_of(asked(olga, consent))
    assert browser.get(link).status_code == 200
    assert browser.post(link).status_code == 302
    other = Client(headers={"host": borki.host}, SERVER_NAME=borki.host)
    assert other.post(link).status_code == 404
    assert other.get("/urzad/").status_code == 302
    row = SupportAccess.objects.get()
    support.close_access(
        access_id=row.public_id, by=EndedBy.SUPPORT, now=timezone.now(), actor=support.ENDING
    )
    late = link_of(asked(olga, consent))
    SupportAccess.objects.filter(ended_at=None).update(
        asked_at=timezone.now() - timedelta(minutes=3), ends_at=timezone.now() - timedelta(minutes=1)
    )
    assert other.post(late).status_code == 404
    assert other.get("/urzad/").status_code == 302


def test_a_link_of_one_gmina_opens_no_other(olga, consent, dabrowa):
    link = link_of(asked(olga, consent))
    stranger = Client(headers={"host": dabrowa.host}, SERVER_NAME=dabrowa.host)
    assert stranger.post(link).status_code == 404
    assert stranger.get("/urzad/").status_code == 302
    assert SupportAccess.objects.get().started_at is None


def test_after_an_hour_it_is_over_by_itself(inside, consent, in_borki):
    row = SupportAccess.objects.get()
    assert row.ends_at - row.started_at == timedelta(hours=1)
    past = timezone.now() - timedelta(minutes=61)
    SupportAccess.objects.update(asked_at=past, started_at=past, ends_at=past + timedelta(hours=1))
    answer = inside.get("/urzad/naleznosci/")
    assert answer["Location"] == "/urzad/wsparcie/zakonczony/"
    assert inside.get("/urzad/").headers["Location"].startswith("/urzad/logowanie/")
    row.refresh_from_db()
    assert row.ended_by == "time"
    assert len(acts_here("support.ended")) == len(acts_on_platform("support.ended")) == 1
    assert Message.objects.filter(kind="support_ended").count() == 1


def test_a_browser_that_is_closed_ends_too(inside, in_borki):
    later = timezone.now() + timedelta(minutes=61)
    assert support.end_timed_out(timezone.now()) == 0
    assert support.end_timed_out(later) == 1
    assert support.end_timed_out(later) == 0
    assert SupportAccess.objects.get().ended_by == "time"


def test_the_office_ends_it_at_once(inside, desk, consent):
    page = words(desk("filip").get("/urzad/wsparcie/"))
    assert "Ktoś ze wsparcia ogląda teraz panel" in page
    assert "Operator platformy ogląda teraz panel" in desk("edyta").get("/urzad/").content.decode()
    row = SupportAccess.objects.get()
    desk("filip").post(f"/urzad/wsparcie/dostep/{row.public_id}/przerwij/")
    assert inside.get("/urzad/")["Location"] == "/urzad/wsparcie/zakonczony/"
    row.refresh_from_db()
    assert row.ended_by == "office"


def test_withdrawing_the_consent_ends_it_too(inside, desk, consent):
    desk("filip").post(f"/urzad/wsparcie/zgoda/{consent.public_id}/wycofaj/")
    assert inside.get("/urzad/")["Location"] == "/urzad/wsparcie/zakonczony/"
    assert SupportAccess.objects.get().ended_by == "office"


def test_the_operator_leaves(inside, in_borki):
    assert inside.post("/urzad/wsparcie/koniec/")["Location"] == "/urzad/wsparcie/zakonczony/"
    assert SupportAccess.objects.get().ended_by == "support"
    assert inside.get("/urzad/").status_code == 302


def test_when_the_account_becomes_administrators_or_loses_its_role_it_is_over(inside, person):
    StaffRole.objects.filter(user_id=person("daria").user_id).update(revoked_at=timezone.now())
    assert inside.get("/urzad/")["Location"] == "/urzad/wsparcie/zakonczony/"
    assert SupportAccess.objects.get().ended_at is not None


def test_nothing_can_be_written_by_any_address_and_money_pages_do_not_even_open(inside, borki, in_borki):
    """Every route of the gmina: a POST is refused and logged, and only what support may read is shown."""
    furnish(borki, WORD)
    ids = ids_of(borki)
    before = digest(borki)
    opened = 0
    for route in routes("portal.urls.tenant"):
        if route.name.startswith(("api:", "webhooks:")) or route.name == "desk:leave_support":
            continue
        named = {name: ids[name] for name in route.arguments if name in ids}
        path = route.path(name="crc", role="admin", operator="przelewy24", **named)
        assert inside.post(path).status_code == 403, route.name
        answer = inside.get(path)
        if isinstance(route.guard, Verb) and route.name.startswith("desk:"):
            allowed = route.guard in SUPPORT_VERBS and not path.startswith("/urzad/konto/")
            assert (answer.status_code in (200, 302, 404, 405)) if allowed else answer.status_code == 403, (
                route.name
            )
            opened += answer.status_code == 200
    assert opened > 5
    assert digest(borki) == before
    codes = [one.details["code"] for one in acts_here("access.refused")]
    assert "support.read_only" in codes


def test_no_page_says_a_name_a_number_or_an_address_of_anybody(inside, borki, in_borki, person):
    furnish(borki, WORD)
    ids = ids_of(borki)
    secret = {f"Anna {WORD}", "75870300017", "Przykładowa", "mieszkaniec.example", "ul. Próbna"}
    seen = 0
    for route in routes("portal.urls.tenant"):
        if not (isinstance(route.guard, Verb) and route.name.startswith("desk:")):
            continue
        named = {name: ids[name] for name in route.arguments if name in ids}
        answer = inside.get(route.path(name="crc", role="admin", operator="przelewy24", **named))
        if answer.status_code != 200 or answer["Content-Type"].split(";")[0] != "text/html":
            continue
        found = [word for word in secret if word in answer.content.decode()]
        assert found == [], (route.name, found)
        seen += 1
    assert seen > 5
    assert not veil.is_drawn()
    assert Resident.objects.filter(pk__gt=0).first().last_name != veil.HIDDEN


def test_the_door_itself_refuses_everything_but_reading(inside, person, in_borki):
    from dataclasses import replace

    daria = replace(person("daria").actor, support=str(uuid4()))
    allowed = {verb for verb in Verb if can(daria, verb)}
    assert allowed == SUPPORT_VERBS
    assert Payment.objects.count() == 0


def test_one_operator_looks_at_a_time(inside, olga, consent):
    answer = asked(olga, consent)
    assert answer.status_code == 422
    assert "Ktoś ze wsparcia ogląda już ten panel" in words(answer)
    assert SupportAccess.objects.count() == 1


def test_the_console_shows_no_name_of_the_office(olga, consent, in_borki):
    with tenancy.public():
        page = olga.get(f"/gminy/{BORKI}/wsparcie/").content.decode()
    assert PURPOSE in page
    assert "urzędnik" in page
    assert "Daria" not in page


def test_the_page_of_consent_offers_no_administrator(desk):
    page = words(desk("filip").get("/urzad/wsparcie/zgoda/"))
    assert "Daria Urzędowa (urzędnik)" in page
    assert "Filip Urzędowy (administrator" not in page


def test_a_consent_given_on_the_page_is_in_force(desk, person):
    answer = desk("filip").post(
        "/urzad/wsparcie/zgoda/", {"account": person("edyta").ref, "purpose": PURPOSE, "hours": "24"}
    )
    assert answer["Location"] == "/urzad/wsparcie/"
    row = SupportConsent.objects.get()
    assert (row.account_id, row.purpose) == (person("edyta").user_id, PURPOSE)
    assert row.valid_to - row.granted_at == timedelta(hours=24)
    assert actor_of(row.granted_by).ref == person("filip").ref
