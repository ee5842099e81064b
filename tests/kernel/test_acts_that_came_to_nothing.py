"""T-41: an act whose transaction is rolled back still has an entry, written afterwards by itself."""

from collections.abc import Iterator

import pytest
from celery import shared_task
from django.db import IntegrityError, connection, transaction

from kernel import tenancy
from kernel.actors import ANONYMOUS, Actor, ActorKind
from kernel.audit import attempts
from kernel.audit.models import AuditEntry
from kernel.audit.recording import history, record
from kernel.errors import Conflict, InvalidInput, Refused
from kernel.tasks import TENANT_HEADER, PlatformTask, TenantTask
from services.users.models import User
from tenants.jobs.actions import run_now
from tenants.jobs.domain import Job

ACTOR = Actor(kind=ActorKind.STAFF, ref="0193", user_id=1, role="clerk", address="192.0.2.7")


@pytest.fixture
def open_borki(own_borki: tenancy.Scope) -> Iterator[tenancy.Scope]:
    """Borki in a database of its own, where everything really commits and rolls back."""
    with tenancy.enter(own_borki) as scope:
        yield scope


def of(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))


@transaction.atomic(durable=True)
def act(error: Exception | None = None) -> None:
    record("test.booked", User.objects.order_by("pk").first(), actor=ACTOR, amount_gr=5)
    if error:
        raise error


def test_it_says_who_what_to_which_object_and_why(open_borki):
    with attempts.watched(lambda: ACTOR):
        with pytest.raises(Conflict) as refused:
            act(Conflict("payment.locked"))
        attempts.note_failed(refused.value)
    (entry,) = of("test.booked")
    assert (entry.outcome, entry.details, entry.role) == ("failed", {"code": "payment.locked"}, "clerk")
    assert entry.subject_ref == str(User.objects.order_by("pk").first().public_id)
    assert of(attempts.ACT_FAILED) == []  # the entry itself says it better
    assert list(history(User.objects.order_by("pk").first()).filter(action="test.booked")) == []


def test_an_error_that_the_database_raises_at_the_commit_counts_too(open_borki):
    @transaction.atomic(durable=True)
    def broken() -> None:
        record("test.broken", actor=ACTOR)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO audit_retention (months, set_at, set_by) VALUES (1, now(), '')")

    with attempts.watched(lambda: ACTOR), pytest.raises(IntegrityError):
        broken()
    assert [entry.details for entry in of("test.broken")] == [{"code": "rolled_back"}]


def test_what_was_done_is_written_once(open_borki):
    with attempts.watched(lambda: ACTOR):
        act()
    assert [entry.outcome for entry in of("test.booked")] == ["done"]


def test_a_second_try_that_succeeds_is_no_failure(open_borki):
    with attempts.watched(lambda: ACTOR):
        with pytest.raises(Conflict):
            act(Conflict("test.again"))
        act()
    assert [entry.outcome for entry in of("test.booked")] == ["done"]


def test_a_refusal_inside_a_transaction_outlives_it(open_borki):
    @transaction.atomic(durable=True)
    def refused() -> None:
        attempts.note_denied(ACTOR, "access.denied", verb="book_payment")
        raise Refused("access.denied")

    with attempts.watched(lambda: ACTOR), pytest.raises(Refused):
        refused()
    (entry,) = of(attempts.ACCESS_REFUSED)
    assert entry.details == {"code": "access.denied", "verb": "book_payment"}


def test_a_form_that_is_only_to_be_filled_in_better_is_no_act(open_borki):
    with attempts.watched(lambda: ACTOR):
        attempts.note_failed(InvalidInput("test.field"))
    with attempts.watched(lambda: ANONYMOUS):
        attempts.note_failed(Conflict("test.nobody"))
    assert of(attempts.ACT_FAILED) + of(attempts.ACT_REFUSED) == []


def test_an_error_with_a_persons_words_leaves_its_class_only(open_borki):
    with attempts.watched(lambda: ACTOR):
        attempts.note_failed(ValueError("75870300017"))
    assert [entry.details for entry in of(attempts.ACT_FAILED)] == [{"code": "ValueError"}]


def test_a_log_that_cannot_be_written_is_not_in_the_way(open_borki, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_waiting RENAME TO audit_waiting_gone")
    with attempts.watched(lambda: ACTOR):
        attempts.note_denied(ACTOR, "access.denied")
    assert of(attempts.ACCESS_REFUSED) == []
    assert any("audit.not_written" in str(line.msg) for line in caplog.records)


def test_each_lost_entry_goes_to_the_log_for_which_it_was_meant(open_borki):
    """An act of the platform about a gmina writes in both; numbers of entries are the same in both logs."""
    with attempts.watched(lambda: ACTOR):
        with pytest.raises(Conflict):
            act(Conflict("payment.locked"))
        with tenancy.public(), pytest.raises(Conflict):
            platform_act()
    assert [entry.outcome for entry in of("test.booked")] == ["failed"]
    assert of("test.platform") == []
    with tenancy.public():
        assert [entry.outcome for entry in of("test.platform")] == ["failed"]
        assert of("test.booked") == []


@transaction.atomic(durable=True)
def platform_act() -> None:
    record("test.platform", actor=ACTOR)
    raise Conflict("tenant.state")


def test_an_act_that_a_job_could_not_do_in_a_gmina_stays_there_with_the_reason(own_borki):
    def fail() -> None:
        act(Conflict("payment.locked"))

    run_now(Job("trial", (fail, lambda: None)), ["0615022"])
    with tenancy.enter(own_borki):
        (entry,) = of("test.booked")
        assert (entry.outcome, entry.details, entry.actor_ref) == (
            "failed",
            {"code": "payment.locked"},
            "0193",
        )
        assert of(attempts.ACT_FAILED) == []


def test_a_job_that_fails_every_twenty_seconds_does_not_fill_the_log(own_borki, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_IN_AN_HOUR", 3)
    for _ in range(5):
        run_now(Job("trial", (lambda: act(Conflict("payment.locked")),)), ["0615022"])
    with tenancy.enter(own_borki):
        assert len(of("test.booked")) == 3


@shared_task(base=TenantTask, name="tests.fails")
def fails() -> None:
    """A task of a gmina whose act is rolled back."""
    act(Conflict("payment.locked"))


@shared_task(base=PlatformTask, name="tests.platform_fails")
def platform_fails() -> None:
    """The same of the platform."""
    platform_act()


def test_an_act_that_a_task_could_not_do_stays_too(own_borki):
    with tenancy.enter(own_borki):
        assert fails.apply(headers={TENANT_HEADER: "0615022"}).failed()
    assert platform_fails.apply().failed()
    with tenancy.enter(own_borki):
        assert [entry.details for entry in of("test.booked")] == [{"code": "payment.locked"}]
    with tenancy.public():
        assert [entry.details for entry in of("test.platform")] == [{"code": "tenant.state"}]
