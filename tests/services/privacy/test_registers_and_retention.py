"""What the controller keeps: disclosures, activities, breaches; and the nightly erasing (art. 5, 30, 33 RODO)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import Resident
from services.banking.models import Statement, StatementFile, StatementLine
from services.notices.models import Message
from services.privacy import queries
from services.privacy.actions import (
    change_breach,
    change_notice,
    erase_expired,
    install_activities,
    keep_for,
    record_breach,
)
from services.privacy.actions.registers import NewDisclosure, record_disclosure
from services.privacy.domain.notice import DEFAULTS
from services.privacy.domain.processing import ACTIVITIES
from services.privacy.domain.retention import DataClass
from services.privacy.models import Breach, Disclosure, ErasingRun, InformationNotice, ProcessingActivity
from tests.factories.accounts import ResidentFactory

pytestmark = pytest.mark.django_db
JOB = system("tests")


def test_the_register_of_activities_begins_with_what_the_portal_does_and_doubles_nothing(filip):
    """Art. 30 ust. 1 RODO."""
    assert install_activities(actor=filip) == len(ACTIVITIES)
    row = ProcessingActivity.objects.first()
    row.purpose = "własny opis"
    row.save()
    assert install_activities(actor=filip) == 0
    assert ProcessingActivity.objects.get(pk=row.pk).purpose == "własny opis"


@pytest.mark.covers("S100", "D89")
def test_a_disclosure_names_recipient_law_and_day(filip, resident):
    today = timezone.localdate()
    given = NewDisclosure(resident.pesel, "Komornik", "adres", "art. 761 k.p.c.", "Km 1/26", today)
    row = record_disclosure(given, actor=filip)
    assert (row.resident, row.recipient) == (resident, "Komornik")
    for wrong, code in (
        (NewDisclosure("", "", "adres", "art.", "", today), "disclosure.incomplete"),
        (NewDisclosure("", "Sąd", "adres", "art.", "", today + timedelta(days=1)), "disclosure.future"),
    ):
        with pytest.raises(InvalidInput) as refused:
            record_disclosure(wrong, actor=filip)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        record_disclosure(NewDisclosure("00000000000", "Sąd", "adres", "art.", "", today), actor=filip)
    assert Disclosure.objects.count() == 1


def test_a_breach_is_closed_only_when_who_must_be_told_has_been_told(filip):
    """Art. 33 ust. 1 and 5, art. 34 RODO."""
    row = record_breach(noticed_at=timezone.now(), description="List do złej osoby.", people=1, actor=filip)

    def step(name: str, **values: str) -> Breach:
        version = Breach.objects.get(pk=row.pk).version
        return change_breach(row.public_id, step=name, values=values, version=version, actor=filip)

    with pytest.raises(InvalidInput, match=r"breach\.untold"):
        step("close", measures="Przeproszono.")
    step("assess", risk="high")
    step("tell_authority")
    with pytest.raises(InvalidInput, match=r"breach\.untold"):
        step("close", measures="Przeproszono.")
    step("tell_people")
    assert step("close", measures="Przeproszono.").closed_at is not None
    with pytest.raises(Conflict, match=r"breach\.done"):
        step("assess", risk="risk")


def test_telling_the_authority_late_needs_the_reason(filip):
    """Art. 33 ust. 1 RODO, second sentence."""
    row = record_breach(
        noticed_at=timezone.now() - timedelta(hours=73),
        description="Zgubiony nośnik.",
        people=None,
        actor=filip,
    )
    assert queries.breaches(filip)[0].is_late
    with pytest.raises(InvalidInput, match=r"breach\.late_why"):
        change_breach(row.public_id, step="tell_authority", values={}, version=1, actor=filip)
    done = change_breach(
        row.public_id, step="tell_authority", values={"late_why": "Święta."}, version=1, actor=filip
    )
    assert done.late_why == "Święta."
    assert not queries.breaches(filip)[0].is_late


@pytest.mark.covers("S75", "D83")
def test_the_information_of_article_13_is_checked_with_the_offices_data(filip):
    """L-16."""
    assert queries.notice_findings() == ()
    change_notice(dict(DEFAULTS) | {"retention": ""}, version=0, actor=filip)
    assert [one.article for one in queries.notice_findings()] == ["art. 13 ust. 2 lit. a"]
    with pytest.raises(Conflict, match=r"setting\.stale"):
        change_notice(dict(DEFAULTS), version=0, actor=filip)
    assert InformationNotice.objects.get().version == 1


def old(row: Message, months: int) -> None:
    Message.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=31 * months))


def letter(state: str) -> Message:
    return Message.objects.create(
        kind="test",
        recipient="a@b.example",
        subject="x",
        body="y",
        state=state,
        next_attempt_at=timezone.now(),
    )


@pytest.mark.covers("S84", "D91")
def test_letters_go_when_their_time_is_over_and_what_waits_stays(in_borki):
    """Art. 5 ust. 1 lit. e RODO."""
    gone, young, waiting = letter("sent"), letter("sent"), letter("waiting")
    old(gone, 13)
    old(young, 11)
    old(waiting, 13)
    dry = erase_expired(timezone.localdate(), is_dry_run=True, actor=JOB)
    assert dry.counts["messages"] == 1
    assert Message.objects.filter(pk=gone.pk).exists()
    run = erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB)
    assert run.counts["messages"] == 1
    assert set(Message.objects.filter(kind="test")) == {young, waiting}
    assert AuditEntry.objects.filter(action="retention.run").count() == 2
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).pk is None
    assert ErasingRun.objects.count() == 2


def test_rejected_registrations_lose_their_person(in_borki):
    row = ResidentFactory(submitted=True)
    Resident.objects.filter(pk=row.pk).update(
        state="rejected", submitted_at=timezone.now() - timedelta(days=400)
    )
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).counts["rejected"] == 1
    after = Resident.objects.select_related("user").get(pk=row.pk)
    assert (after.last_name, after.pesel, after.user.email, after.user.full_name) == ("", "", "", "")
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).counts["rejected"] == 0


def test_a_closed_account_with_a_late_payment_stays(in_borki, resident, paid):
    """Art. 86 § 1 Ordynacji podatkowej."""
    Resident.objects.filter(pk=resident.pk).update(
        state="deactivated", closed_at=timezone.now() - timedelta(days=366 * 8)
    )
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).counts["closed"] == 0
    assert Resident.objects.get(pk=resident.pk).pesel
    type(paid).objects.filter(pk=paid.pk).update(created_at=timezone.now() - timedelta(days=366 * 8))
    assert erase_expired(timezone.localdate(), is_dry_run=False, actor=JOB).counts["closed"] == 1
    assert Resident.objects.get(pk=resident.pk).pesel == ""


def test_periods_stay_within_what_the_law_leaves(filip):
    with pytest.raises(InvalidInput, match=r"retention\.months"):
        keep_for(DataClass.CLOSED, 12, actor=filip)
    keep_for(DataClass.CLOSED, 72, actor=filip)
    assert queries.months_of(DataClass.CLOSED) == 72


def test_a_clerk_does_none_of_it(person, in_borki):
    daria = person("daria").actor
    for act in (
        lambda: install_activities(actor=daria),
        lambda: keep_for(DataClass.MESSAGES, 6, actor=daria),
        lambda: erase_expired(timezone.localdate(), is_dry_run=True, actor=daria),
        lambda: record_breach(noticed_at=timezone.now(), description="x", people=None, actor=daria),
        lambda: queries.disclosures(daria),
    ):
        with pytest.raises(Refused):
            act()
    assert not ProcessingActivity.objects.exists()
    assert not Breach.objects.exists()
    assert not ErasingRun.objects.exists()


@pytest.mark.parametrize(
    "name", ["note", "virtual_account", "end_to_end", "title", "payer_name", "payer_account"]
)
def test_a_statement_line_past_its_time_loses_whatever_it_still_says_of_a_person(in_borki, name):
    file = StatementFile.objects.create(
        source="service", sha256="0" * 64, size=1, entries=2, credits_gr=2, debits_gr=0, state="done"
    )
    statement = Statement.objects.create(file=file, entries=2, sum_gr=2)
    old, young = (
        StatementLine.objects.create(
            statement=statement, fingerprint=str(day), likeness=str(day), line=1, booked_on=day, value_on=day,
            amount_gr=1, state="left", **{name: "Tajne słowa"},
        )
        for day in (date(2015, 5, 4), date(2026, 5, 4))
    )  # fmt: skip
    erase_expired(date(2026, 6, 1), is_dry_run=False, actor=JOB)
    for row in (old, young):
        row.refresh_from_db()
    assert (getattr(old, name), getattr(young, name)) == ("", "Tajne słowa")
    assert (old.amount_gr, old.booked_on) == (1, date(2015, 5, 4))
