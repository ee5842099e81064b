"""Two of the office's people do the same thing at one moment: it is done once, and one of them is told."""

import pytest
from django.utils import timezone

from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict
from services.accounts.actions import approve_registration, authorise_registration, reject_registration
from services.accounts.models import Payer, Representation, Resident
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.notices.models import Message
from services.payments.actions import book_payment, book_payments, refresh_payment
from services.payments.models import Payment
from services.users.actions import revoke_role
from services.users.domain import Role
from services.users.models import StaffRole
from tests.factories.accounts import PayerFactory, ResidentFactory, StaffRoleFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import started
from tests.fixtures.cast import Person


def colleague(role: str) -> Person:
    """Another person of the office with the role and, for a clerk, all departments."""
    from guardian.shortcuts import assign_perm

    from tenants.configuration.models import Department

    user = StaffRoleFactory(role=role).user
    for department in Department.objects.all():
        assign_perm("configuration.handle_department", user, department)
    return Person("", "", user.pk, str(user.public_id), ActorKind.STAFF)


@pytest.fixture
def paid(own) -> Payment:
    anna = own.person("anna")
    payment = started(anna, LiabilityFactory(payer=Payer.objects.get(public_id=anna.payer_id)))
    own.emulator.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


@pytest.mark.covers("D61")
def test_two_clerks_who_book_at_one_moment_make_one_entry(own, paid):
    clerks = [own.person("daria"), colleague("clerk")]
    today = timezone.localdate()
    results = own.together(
        *(
            lambda who=who: book_payment(payment_id=paid.public_id, credited_on=today, actor=who.actor)
            for who in clerks * 5
        )
    )
    assert [getattr(result, "state", result) for result in results] == ["booked"] * 10
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert entry.reference == paid.public_id
    assert AuditEntry.objects.filter(action="payment.booked").count() == 1
    assert Message.objects.filter(kind="payment_booked").count() == 1
    due = paid.items.get().liability
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {due.public_id: 0}


def test_two_lists_booked_at_one_moment_in_opposite_order_end_without_a_deadlock(own):
    anna, bartek = own.person("anna"), own.person("bartek")
    payments = []
    for person in (anna, bartek, anna, bartek):
        payer = Payer.objects.get(public_id=person.payer_id)
        payment = started(person, LiabilityFactory(payer=payer))
        own.emulator.control.pay(payment.reference)
        refresh_payment(payment.public_id)
        payments.append(payment.public_id)
    today, daria = timezone.localdate(), own.person("daria").actor
    results = own.together(
        lambda: book_payments(payment_ids=payments, credited_on=today, actor=daria),
        lambda: book_payments(payment_ids=payments[::-1], credited_on=today, actor=daria),
    )
    assert [outcome.error for result in results for outcome in result] == [None] * 8
    assert Entry.objects.filter(code=EntryCode.PAYMENT).count() == 4
    assert set(Payment.objects.values_list("state", flat=True)) == {"booked"}


@pytest.mark.covers("S35")
def test_two_clerks_who_approve_one_registration_let_the_person_in_once(own):
    waiting = ResidentFactory(submitted=True)
    files = [PayerFactory(), PayerFactory()]
    clerks = [own.person("daria"), colleague("clerk")]
    results = own.together(
        *(
            lambda who=who, file=file: approve_registration(
                registration_id=waiting.public_id, payer_id=file.public_id, version=1, actor=who.actor
            )
            for who, file in zip(clerks, files, strict=True)
        )
    )
    lost = [result for result in results if isinstance(result, Conflict)]
    assert [error.code for error in lost] == ["registration.stale"]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.version) == ("verified", 2)
    winner = results.index(next(result for result in results if isinstance(result, Resident)))
    assert Representation.objects.get(resident=waiting).payer == files[winner]
    assert AuditEntry.objects.get(action="registration.verified").actor_ref == clerks[winner].ref


@pytest.mark.covers("S35")
def test_one_authorises_while_another_rejects(own):
    verified = ResidentFactory(verified=True, payer=PayerFactory())
    admins = [own.person("filip"), colleague("admin")]
    results = own.together(
        lambda: authorise_registration(registration_id=verified.public_id, version=1, actor=admins[0].actor),
        lambda: reject_registration(
            registration_id=verified.public_id, reason="Powód.", version=1, actor=admins[1].actor
        ),
    )
    assert [result.code for result in results if isinstance(result, Conflict)] == ["registration.stale"]
    verified.refresh_from_db()
    (message,) = Message.objects.all()
    assert (verified.state, message.kind) in {
        ("active", "account_active"),
        ("rejected", "registration_rejected"),
    }
    assert verified.representations.exists() == (verified.state == "active")


def test_two_administrators_cannot_take_each_other_away(own):
    admins = [own.person("filip"), colleague("admin")]
    results = own.together(
        lambda: revoke_role(user_id=uuid_of(admins[0]), role=Role.ADMIN, actor=admins[1].actor),
        lambda: revoke_role(user_id=uuid_of(admins[1]), role=Role.ADMIN, actor=admins[0].actor),
    )
    assert sorted(getattr(result, "code", "") for result in results) == ["", "role.last_admin"]
    assert StaffRole.objects.filter(role=Role.ADMIN, revoked_at__isnull=True).count() == 1


def uuid_of(who: Person):
    from uuid import UUID

    return UUID(who.ref)
