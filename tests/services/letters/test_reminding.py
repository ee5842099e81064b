"""Reminders of due dates: only to who asked, 7 days before and on the day, never twice, one letter for a person and day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from services.accounts.actions import give_consent, withdraw_by_link
from services.accounts.actions.consenting import leaving_address
from services.accounts.domain.consents import Purpose, newest
from services.accounts.domain.representation import Level
from services.accounts.models import Payer, Representation, Resident, Restriction
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.letters.actions import remind, wish_reminders
from services.letters.domain import LATE_DAYS, Lead
from services.letters.models import Reminder
from services.notices.models import BadAddress, Message
from services.notices.queries import address_index
from services.notices.tasks import deliver_due
from tenants.configuration.models import LiabilityType
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import ACTOR, LiabilityFactory
from tests.factories.ordering import started
from tests.fixtures.mail import caught, use_mail_server
from tests.services.letters.conftest import DUE_ON, WEEK_BEFORE

pytestmark = pytest.mark.django_db


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="due_reminder").order_by("id"))


def pay(due) -> None:
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=due.debtors.get().public_id,
        lines=[
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -due.principal_gr, due.public_id),
            Line(AccountKind.BANK, due.principal_gr),
        ],
        effective_on=WEEK_BEFORE,
        actor=ACTOR,
    )


def represent(resident: Resident, payer: Payer, **changes: object) -> Representation:
    values = {"valid_from": date(2026, 1, 1), "level": Level.FULL} | changes
    return Representation.objects.create(resident=resident, payer=payer, **values)


@pytest.mark.covers("S77")
def test_nobody_is_reminded_who_has_not_asked_for_it(anna, due):
    assert remind(WEEK_BEFORE) == remind(DUE_ON) == 0
    assert letters() == []
    assert not Reminder.objects.exists()


def test_who_asked_is_reminded_a_week_before_and_on_the_day_and_at_no_other_time(wished, due):
    told = {}
    for days in range(20):
        on = DUE_ON - timedelta(days=10) + timedelta(days=days)
        if remind(on):
            told[on] = letters()[-1]
    assert list(told) == [WEEK_BEFORE, DUE_ON]
    week, day = told.values()
    assert week.subject == day.subject == "Przypomnienie: termin płatności 15 września 2026"
    assert "15 września 2026 (za 7 dni)" in week.body
    assert "15 września 2026 (dziś)" in day.body
    for message in (week, day):
        assert message.recipient == "anna@mieszkaniec.example"
        assert "300,00\xa0zł, do 15.09.2026" in message.body
        assert "http://borki.localhost/naleznosci/" in message.body
        assert "Nie jest wezwaniem do zapłaty" in message.body


@pytest.mark.parametrize(("wish", "day"), [("a_week_before", WEEK_BEFORE), ("on_the_day", DUE_ON)])
def test_each_of_the_two_can_be_had_without_the_other(anna, due, wish, day):
    wish_reminders(
        **({"a_week_before": False, "on_the_day": False} | {wish: True}), text_version=1, actor=anna
    )
    found = [on for on in (WEEK_BEFORE, DUE_ON) if remind(on)]
    assert found == [day]


def test_a_second_run_of_the_same_morning_reminds_nobody_again(wished, due):
    assert [remind(WEEK_BEFORE) for _ in range(3)] == [1, 0, 0]
    assert len(letters()) == 1
    row = Reminder.objects.get()
    with pytest.raises(IntegrityError, match="reminder_never_twice"), transaction.atomic():
        Reminder.objects.create(
            resident=row.resident, liability=due, lead=row.lead, due_on=row.due_on, planned_on=DUE_ON
        )


def test_a_morning_that_was_missed_is_made_up_for_within_two_days_and_not_later(wished, due):
    assert remind(WEEK_BEFORE + timedelta(days=LATE_DAYS[Lead.WEEK] + 1)) == 0
    assert remind(WEEK_BEFORE + timedelta(days=LATE_DAYS[Lead.WEEK])) == 1
    assert "(za 5 dni)" in letters()[0].body
    assert remind(DUE_ON + timedelta(days=1)) == 0


def test_a_due_date_that_was_moved_is_a_new_one_to_remind_of(wished, due):
    assert remind(WEEK_BEFORE) == 1
    due.due_on = DUE_ON + timedelta(days=30)
    due.save()
    assert remind(WEEK_BEFORE) == 0
    assert remind(WEEK_BEFORE + timedelta(days=30)) == 1


def test_what_is_paid_is_not_reminded_of(wished, due):
    pay(due)
    assert remind(WEEK_BEFORE) == 0
    assert letters() == []


def test_what_is_being_paid_is_not_reminded_of(wished, due, operator, person):
    started(person("anna"), due)
    assert remind(WEEK_BEFORE) == 0
    assert not Reminder.objects.exists(), (
        "so that it does not count as given when the payment comes to nothing"
    )


def test_what_is_being_enforced_is_not_reminded_of(wished):
    LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), enforced=True)
    assert remind(WEEK_BEFORE) == 0


def test_all_dues_of_a_day_come_in_one_letter_with_their_sum(wished, due, resident):
    own = Payer.objects.get(external_id="K-anna")
    LiabilityFactory(payer=own, principal_gr=9_650, due_on=DUE_ON + timedelta(days=7))
    firm = PayerFactory(company=True)
    represent(resident, firm)
    LiabilityFactory(payer=firm, principal_gr=50)
    assert remind(DUE_ON) == 1
    (message,) = letters()
    lines = [line for line in message.body.splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert sum("(Zakład Próbny sp. z o.o.)" in line for line in lines) == 1
    assert lines[-1].endswith("96,50\xa0zł, do 22.09.2026")
    assert "Razem: 397,00\xa0zł" in message.body


def test_a_right_that_has_ended_or_covers_other_types_brings_no_reminder(wished, resident):
    ended, limited = PayerFactory(), PayerFactory(company=True)
    represent(resident, ended, valid_to=date(2026, 9, 1))
    represent(resident, limited, is_limited=True).liability_types.set(
        [LiabilityType.objects.get(code="lease")]
    )
    LiabilityFactory(payer=ended)
    LiabilityFactory(payer=limited)
    assert remind(WEEK_BEFORE) == 0
    LiabilityFactory(payer=limited, lease=True)
    assert remind(WEEK_BEFORE) == 1


@pytest.mark.parametrize("state", ["blocked", "deactivated", "submitted"])
def test_only_an_active_account_is_reminded(wished, due, resident, state):
    Resident.objects.filter(pk=resident.pk).update(state=state)
    assert remind(WEEK_BEFORE) == 0


def test_an_address_that_mail_does_not_reach_gets_no_reminder(wished, due):
    BadAddress.objects.create(
        address_index=address_index("anna@mieszkaniec.example"), since="2026-01-01T00:00:00Z"
    )
    assert remind(WEEK_BEFORE) == 0
    assert letters() == []


def test_what_a_killed_run_has_planned_is_written_by_the_next(wished, due, monkeypatch):
    monkeypatch.setattr("services.letters.actions.reminding.is_time_up", lambda: True)
    assert remind(WEEK_BEFORE) == 0
    assert Reminder.objects.get().letter is None
    monkeypatch.undo()
    assert remind(WEEK_BEFORE) == 1
    assert Reminder.objects.get().letter == letters()[0].public_id


def test_what_a_run_killed_on_an_earlier_day_has_planned_is_made_up_for(wished, due, monkeypatch):
    monkeypatch.setattr("services.letters.actions.reminding.is_time_up", lambda: True)
    assert remind(WEEK_BEFORE) == 0
    monkeypatch.undo()
    assert [remind(WEEK_BEFORE + timedelta(days=1)) for _ in range(2)] == [1, 0]
    assert Reminder.objects.get().letter == letters()[0].public_id


@pytest.mark.covers("S77")
def test_one_click_in_the_mail_program_ends_them(wished, due, resident, tmp_path, settings):
    """RFC 8058: both headers, https in production, and the address works without a session."""
    from integrations.emulators.mailbox import start

    remind(WEEK_BEFORE)
    with start(tmp_path / "mail") as mailbox:
        use_mail_server(settings, mailbox.smtp_port)
        deliver_due()
        (mail,) = caught(mailbox)
    url = leaving_address(resident.user, Purpose.REMINDERS)
    assert mail["List-Unsubscribe"].strip() == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = mail.get_body(("html",)).get_content()
    assert url in html
    assert "300,00" in html
    withdraw_by_link(url.rstrip("/").rpartition("/")[2], actor=ACTOR)
    assert remind(DUE_ON) == 0


def test_a_consent_given_on_the_page_of_own_data_means_both_times(anna, due):
    give_consent(Purpose.REMINDERS, text_version=newest(Purpose.REMINDERS), actor=anna)
    assert [remind(WEEK_BEFORE), remind(DUE_ON)] == [1, 1]


def test_whose_data_must_rest_is_not_reminded(wished, due, resident):
    """Art. 18 ust. 2 RODO."""
    Restriction.objects.create(resident=resident, ground="accuracy", began_at="2026-01-01T00:00:00Z")
    assert remind(WEEK_BEFORE) == 0
    assert letters() == []


def test_who_was_reminded_of_a_due_date_is_forgotten_two_months_later(wished, due):
    remind(WEEK_BEFORE)
    remind(DUE_ON + timedelta(days=60))
    assert Reminder.objects.count() == 1
    remind(DUE_ON + timedelta(days=61))
    assert not Reminder.objects.exists()
