"""An entry of the audit log is written once; PostgreSQL refuses to change, delete or empty it."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.audit.recording import history, record
from services.users.models import User

ACTOR = Actor(kind=ActorKind.STAFF, ref="0000", user_id=1, role="clerk", address="192.0.2.7")


def entry() -> AuditEntry:
    return record("test.done", actor=ACTOR, amount_gr=123, reference=uuid4())


def kept(one: AuditEntry) -> AuditEntry:
    return AuditEntry.objects.get(pk=one.pk)


@pytest.mark.covers("S32")
def test_an_entry_says_who_in_which_role_what_and_from_where(in_borki):
    one = kept(entry())
    assert (one.actor_kind, one.actor_ref, one.role, one.action, one.address) == (
        "staff",
        "0000",
        "clerk",
        "test.done",
        "192.0.2.7",
    )
    assert one.details["amount_gr"] == 123
    assert isinstance(one.details["reference"], str)
    assert one.at is not None


@pytest.mark.parametrize("scope", ["in_borki", "in_public"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor_ref = 'somebody else' WHERE id = {}",
        "DELETE FROM audit_auditentry WHERE id = {}",
        "TRUNCATE audit_auditentry",
    ],
)
def test_postgresql_refuses_to_change_it(statement, scope, request):
    request.getfixturevalue(scope)
    one = entry()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(one.pk))
    assert kept(one).actor_ref == "0000"


def test_the_model_cannot_change_it_either(in_borki):
    one = entry()
    one.action = "test.undone"
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(pk=one.pk).delete()
    assert kept(one).action == "test.done"


def test_an_entry_of_work_that_was_rolled_back_does_not_stay(in_borki):
    before = AuditEntry.objects.count()

    @transaction.atomic
    def interrupted() -> None:
        entry()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert AuditEntry.objects.count() == before


def test_the_history_of_a_thing_is_its_own_newest_first(in_borki):
    anna, other = User.objects.order_by("pk")[:2]
    first = record("test.first", anna, actor=ACTOR)
    record("test.foreign", other, actor=ACTOR)
    second = record("test.second", anna, actor=ACTOR)
    assert [one.pk for one in history(anna) if one.action.startswith("test.")] == [second.pk, first.pk]
