"""The demo data, loaded for real: into a database of its own, with the operator's emulator."""

import contextlib
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from integrations.emulators.operators import Emulator
from kernel import tenancy
from portal.demo.people import OPERATOR, PASSWORD, RESIDENTS, STAFF
from portal.embedded import postgres
from tests.fixtures.database import SESSION, use_database

pytestmark = pytest.mark.xdist_group("demo")  # loaded once, not once in each process


@pytest.fixture(scope="module")
def gmina(
    server: postgres.Server, copy_database: Callable[[str], str], emulator: Emulator, django_db_blocker
) -> Iterator[tenancy.Scope]:
    """Dąbrowa Górnicza with its demo data, open during the tests of this module; the cast of the other tests is gone."""
    from django.core.cache import cache

    from services.users.models import AuthenticatorApp, User
    from tenants.configuration.models import OperatorAccount
    from tenants.directory.queries import scope_of

    with django_db_blocker.unblock():
        use_database(server, copy_database("skarbnik_demo"))
        try:
            with tenancy.public():
                AuthenticatorApp.objects.all().delete()
                # The residents' tables that hang on the accounts are not here.
                User.objects.all()._raw_delete("default")
            with tenancy.enter(scope_of("2465011")) as scope:
                OperatorAccount.objects.update(api_url=emulator.url)
                cache.clear()
                forget_the_cast()
                call_command("load_demo", "dabrowa-gornicza", stdout=StringIO())
                forget_messages()
                yield scope
                forget_messages()
        finally:
            cache.clear()
            use_database(server, copy_database(SESSION))


def forget_messages() -> None:
    """What was sent to the broker meanwhile is no business of the tests that look into it."""
    from celery import current_app

    # The folder is made with the first queue that somebody reads; before it nothing could be sent.
    with current_app.connection_for_write() as broker, contextlib.suppress(FileNotFoundError):
        broker.default_channel.queue_purge("celery")


def forget_the_cast() -> None:
    from guardian.utils import get_user_obj_perms_model

    from services.accounts.models import Payer, RegulationAcceptance, Representation, Resident
    from services.users.models import StaffRole, User
    from tenants.configuration.models import Department

    for model in (
        Representation,
        RegulationAcceptance,
        Resident,
        Payer,
        StaffRole,
        get_user_obj_perms_model(Department),
        User,
    ):
        model.objects.all().delete()


def test_200_residents_are_active_with_a_file_and_some_more_wait(gmina: tenancy.Scope) -> None:
    from services.accounts.models import Representation, Resident
    from services.accounts.queries import registrations

    assert Resident.objects.filter(state="active").count() == 200
    assert Representation.objects.filter(is_self=True).count() == 200
    waiting = registrations()
    assert len(waiting) == 6
    assert {row.is_email_confirmed for row in waiting} == {True, False}


def test_1500_dues_are_there_as_an_import_left_them(gmina: tenancy.Scope) -> None:
    from services.liabilities.models import ImportRun, Liability

    assert Liability.objects.count() == 1_500
    run = ImportRun.objects.get()
    assert (run.state, run.rejected) == ("applied", 0)
    assert Liability.objects.filter(is_enforced=True).count() == 1
    from django.db.models import Count

    shared = Liability.objects.annotate(owners=Count("debtor")).filter(owners__gt=1)
    assert [liability.owners for liability in shared] == [2]


def test_complaints_stand_in_every_place_where_somebody_has_something_to_do(gmina: tenancy.Scope) -> None:
    from services.complaints.models import Complaint, DiscrepancyReport

    states = sorted(Complaint.objects.values_list("state", flat=True))
    assert states == ["answered", "at_operator", "incomplete", "open"]
    assert DiscrepancyReport.objects.get().state == "waiting"


def test_the_books_are_balanced_and_nobody_has_paid_more_than_was_owed(gmina: tenancy.Scope) -> None:
    from django.db.models import Sum

    from services.ledger.models import AccountKind, Posting
    from services.ledger.queries import balances
    from services.liabilities.models import Liability

    assert Posting.objects.aggregate(total=Sum("amount_gr"))["total"] == 0
    ids = list(Liability.objects.values_list("public_id", flat=True))
    owed = balances(ids, AccountKind.RECEIVABLE_PRINCIPAL)
    assert set(owed) == set(ids)
    assert min(owed.values()) == 0
    assert sum(balance > 0 for balance in owed.values()) > 50


def test_a_bank_statement_is_read_and_leaves_something_to_clarify(gmina: tenancy.Scope) -> None:
    from services.banking.models import StatementFile, StatementLine

    file = StatementFile.objects.get()
    states = list(StatementLine.objects.order_by("id").values_list("state", flat=True))
    assert (file.state, file.actor_ref != "") == ("done", True)
    assert states == ["matched", "matched", "to_clarify", "to_clarify", "outgoing"]


def test_anna_sees_arrears_interest_reminder_costs_and_an_overpayment(gmina: tenancy.Scope) -> None:
    from portal.demo.accounts import resident_actor
    from services.accounts.queries import payer_for, resident_of
    from services.payments.queries import statement

    actor = resident_actor(RESIDENTS[0].email)
    payer = payer_for(actor, None)
    assert payer is not None
    seen = statement(payer, timezone.localdate(), resident_of(actor))
    assert seen.arrears_gr > 0
    assert seen.overpayment_gr == 12_40
    assert any(due.interest_gr for due in seen.dues)
    assert sum(due.cost_gr for due in seen.dues) == 16_00
    assert [due.co_owners for due in seen.dues if due.co_owners > 1] == [2]
    assert any(due.lock for due in seen.dues)  # her payment waits to be booked
    assert {due.regime for due in seen.dues if due.is_payable} == {
        "tax",
        "civil",
    }  # so a basket has two parts


def test_celina_owes_nothing_and_bartek_acts_for_a_company_with_an_enforced_due(gmina: tenancy.Scope) -> None:
    from portal.demo.accounts import resident_actor
    from services.accounts.queries import acts_for, resident_of
    from services.payments.queries import statement

    today = timezone.localdate()
    celina = resident_of(resident_actor(RESIDENTS[2].email))
    assert [statement(payer, today, celina).dues for payer in acts_for(celina, today)] == [()]
    bartek = resident_of(resident_actor(RESIDENTS[1].email))
    own, company = acts_for(bartek, today)
    assert (own.kind, company.kind) == ("person", "company")
    assert [due.writ_number for due in statement(company, today, bartek).dues if due.is_enforced] != []


def test_one_payment_waits_to_be_booked_and_one_is_booked(gmina: tenancy.Scope) -> None:
    from portal.demo.accounts import staff_actor
    from services.payments.models import Payment
    from services.payments.queries import payments_to_book

    assert sorted(Payment.objects.values_list("state", flat=True)) == ["booked", "paid"]
    assert payments_to_book(staff_actor("daria")).count() == 1


@pytest.mark.parametrize("login", [*RESIDENTS, *STAFF, OPERATOR], ids=lambda login: login.name)
def test_everybody_in_the_table_has_the_password_that_it_shows(gmina: tenancy.Scope, login) -> None:
    from services.users.models import User

    kind = "platform" if login is OPERATOR else "staff" if login in STAFF else "resident"
    with tenancy.public() if login is OPERATOR else tenancy.enter(gmina):
        user = User.objects.find(login.email, kind)
        assert user is not None
        assert user.is_active
        assert user.check_password(PASSWORD)


def test_staff_hold_the_roles_that_the_table_shows_and_clerks_handle_every_type(gmina: tenancy.Scope) -> None:
    from portal.demo.accounts import staff_actor
    from services.accounts.access import types_handled
    from services.users.queries import current_roles
    from tenants.configuration.queries import liability_types

    for login in STAFF:
        actor = staff_actor(login.name)
        assert actor.user_id is not None
        assert current_roles(actor.user_id, timezone.localdate()) == set(login.roles)
        handled = types_handled(actor).count()
        assert handled == (liability_types().count() if "clerk" in login.roles else 0)


def test_loading_again_changes_nothing(gmina: tenancy.Scope) -> None:
    from kernel.audit.models import AuditEntry
    from services.users.models import User

    before = User.objects.count(), AuditEntry.objects.count()
    said = StringIO()
    call_command("load_demo", "dabrowa-gornicza", stdout=said)
    assert "there already" in said.getvalue()
    assert (User.objects.count(), AuditEntry.objects.count()) == before


def test_a_loading_that_was_killed_is_completed_without_doubling(gmina: tenancy.Scope) -> None:
    """As if it had been killed before the very end: every step runs again over what is there."""
    from portal.demo.management.commands import load_demo
    from services.accounts.models import Representation, Resident
    from services.ledger.models import Entry
    from services.liabilities.models import Liability, Overpayment, ReminderCost
    from services.payments.models import Payment
    from services.users.models import StaffRole

    models = (Resident, Representation, Liability, ReminderCost, Overpayment, Entry, Payment, StaffRole)
    before = [model.objects.count() for model in models]
    load_demo.Command(stdout=StringIO())._load(gmina)
    assert [model.objects.count() for model in models] == before


def test_an_unknown_gmina_is_refused(gmina: tenancy.Scope) -> None:
    with pytest.raises(CommandError, match="no gmina 'nowhere'"):
        call_command("load_demo", "nowhere", stdout=StringIO())


def test_the_console_has_figures_at_once(gmina: tenancy.Scope) -> None:
    from tenants.directory.queries import tenants

    with tenancy.public():
        figures = tenants("Dąbrowa").get().figures
        assert figures.residents == 200
        assert figures.payments_to_book == 1


def test_the_office_tells_something_and_answers_questions_from_the_first_day(gmina: tenancy.Scope) -> None:
    from services.publishing.queries import told, topics

    today = timezone.localdate()
    assert [row.kind for row in told(today)] == ["bulletin", "news"]
    assert {topic.name: len(topic.questions) for topic in topics(today)} == {"Konto": 2, "Płatności": 2}
