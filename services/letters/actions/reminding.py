"""Reminders of a morning: planned by statements over all residents at once, written as one letter for each person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from kernel.budget import is_time_up
from kernel.money import format_gr
from services.accounts.actions.consenting import leaving_address
from services.accounts.domain import ResidentState
from services.accounts.domain.consents import Purpose
from services.accounts.models import Representation, Resident
from services.accounts.queries_representation import in_force
from services.accounts.queries_rights import consenting
from services.ledger.models import AccountKind
from services.ledger.queries import balances
from services.letters.domain import Lead, when_text, window
from services.letters.models import Reminder
from services.liabilities.locks import under_payment
from services.liabilities.models import Debtor, Liability
from services.notices.actions import Letter, portal_address, write_messages
from services.notices.queries import bad_among
from tenants.configuration.queries import office

AT_ONCE: Final = 500
"""Persons whose letters are written by one transaction."""
KIND: Final = "due_reminder"
KEPT_DAYS: Final = 60
"""For how long after the due date it is kept who was reminded of it."""

_PLAN: Final = """
INSERT INTO letters_reminder (resident_id, liability_id, lead, due_on, planned_on)
SELECT DISTINCT resident.id, due.id, %(lead)s, due.due_on, %(on)s::date
FROM liabilities_liability AS due
JOIN liabilities_debtor AS debtor ON debtor.liability_id = due.id
JOIN accounts_representation AS acts ON acts.payer_id = debtor.payer_id
JOIN accounts_resident AS resident ON resident.id = acts.resident_id AND resident.state = %(active)s
JOIN accounts_consent AS consent ON consent.user_id = resident.user_id
  AND consent.purpose = %(purpose)s AND consent.withdrawn_at IS NULL
LEFT JOIN letters_reminderwish AS wish ON wish.resident_id = resident.id
WHERE due.due_on BETWEEN %(first)s AND %(last)s
  AND NOT due.is_enforced AND coalesce(wish.{wish}, true)
  AND acts.revoked_at IS NULL AND acts.valid_from <= %(on)s AND (acts.valid_to IS NULL OR acts.valid_to >= %(on)s)
  AND (NOT acts.is_limited OR EXISTS (
    SELECT FROM accounts_representation_liability_types AS chosen
    WHERE chosen.representation_id = acts.id AND chosen.liabilitytype_id = due.liability_type_id))
  AND (SELECT coalesce(sum(posting.amount_gr), 0) FROM ledger_posting AS posting
    WHERE posting.subject = due.public_id AND posting.account = %(account)s) > 0
ON CONFLICT DO NOTHING
"""
_WISHES: Final[Mapping[Lead, str]] = {Lead.WEEK: "a_week_before", Lead.DAY: "on_the_day"}


def remind(on: date) -> int:
    """Plan and write the reminders of the day in the gmina that is open; returns how many letters were written.

    May be called again on the same day: who was reminded of a due date is not reminded of it twice, and what a killed run
    has planned and not written is written by the next.
    """
    _forget(on)
    for lead in Lead:
        _plan(lead, on)
    written = 0
    while not is_time_up() and (letters := write_reminders(on)) is not None:
        written += letters
    return written


def _forget(on: date) -> None:
    """Reminders of due dates long past keep nobody from being reminded twice, and go; so do those that an earlier day has
    planned and not written, for they would keep the person from being reminded at all."""
    Reminder.objects.filter(due_on__lt=on - timedelta(days=KEPT_DAYS)).delete()
    Reminder.objects.filter(planned_on__lt=on, letter__isnull=True).delete()


@transaction.atomic
def _plan(lead: Lead, on: date) -> None:
    due = window(lead, on)
    with connection.cursor() as cursor:
        cursor.execute(
            _PLAN.format(wish=_WISHES[lead]),
            {
                "lead": lead.value,
                "on": on,
                "first": due.first,
                "last": due.last,
                "active": ResidentState.ACTIVE.value,
                "purpose": Purpose.REMINDERS.value,
                "account": AccountKind.RECEIVABLE_PRINCIPAL.value,
            },
        )


@transaction.atomic
def write_reminders(on: date) -> int | None:
    """Write the letters for the next persons of the day; how many, None when nothing is left.

    Planned reminders that make no letter any more (paid or being paid meanwhile, no consent any more, data that rest, an
    address that mail does not reach) are taken out, so that they do not count as given.
    """
    open_rows = Reminder.objects.filter(planned_on=on, letter__isnull=True)
    people = list(
        open_rows.order_by("resident_id").values_list("resident_id", flat=True).distinct()[:AT_ONCE]
    )
    rows = list(
        open_rows.select_for_update(of=("self",), skip_locked=True)
        .filter(resident_id__in=people)
        .select_related("liability")
        .order_by("resident_id", "due_on", "liability__external_id")
    )
    if not rows:
        return None
    chosen = _still_owed(rows)
    wanting = consenting(Purpose.REMINDERS).filter(state=ResidentState.ACTIVE)
    residents = wanting.select_related("user").in_bulk({row.resident_id for row, _ in chosen})
    bad = bad_among([one.user.email for one in residents.values()])
    by_person: dict[Resident, list[tuple[Reminder, int]]] = defaultdict(list)
    for row, owed_gr in chosen:
        person = residents.get(row.resident_id)
        if person is not None and person.user.email not in bad:
            by_person[person].append((row, owed_gr))
    names = _names(by_person, on)
    portal = office().portal_name
    letters = [
        _letter(person, _once_each(mine), names, on) | {"portal": portal}
        for person, mine in by_person.items()
    ]
    messages = write_messages(
        [
            Letter(
                kind=KIND,
                recipient=person.user.email,
                context=context,
                related_ref=str(person.public_id),
                unsubscribe_url=str(context["unsubscribe_url"]),
            )
            for person, context in zip(by_person, letters, strict=True)
        ],
        within_seconds=1,
    )
    written = [
        (row, message.public_id)
        for message, mine in zip(messages, by_person.values(), strict=True)
        for row, _ in mine
    ]
    _mark_written(written)
    kept = {row.pk for row, _ in written}
    Reminder.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).delete()
    return len(messages)


def _still_owed(rows: Sequence[Reminder]) -> list[tuple[Reminder, int]]:
    """Those of which something is owed and nothing is being paid, with the amount in grosze."""
    liabilities = {row.liability.pk: row.liability for row in rows}
    owed = balances([due.public_id for due in liabilities.values()], AccountKind.RECEIVABLE_PRINCIPAL)
    busy = under_payment(list(liabilities))
    return [
        (row, amount)
        for row in rows
        if (amount := owed.get(row.liability.public_id, 0)) > 0 and row.liability_id not in busy
    ]


def _mark_written(written: Sequence[tuple[Reminder, UUID]]) -> None:
    for row, letter in written:
        row.letter = letter
    Reminder.objects.bulk_update([row for row, _ in written], ["letter"], batch_size=AT_ONCE)


def _once_each(rows: Sequence[tuple[Reminder, int]]) -> list[tuple[Liability, int]]:
    """The dues of a letter, each once, also where a late reminder of a week meets the one of the day."""
    return list({row.liability_id: (row.liability, owed_gr) for row, owed_gr in rows}.values())


def _names(people: Iterable[Resident], on: date) -> dict[tuple[int, int], str]:
    """(resident, liability) -> name of the payer, for dues that are not the resident's own."""
    acts = Representation.objects.filter(in_force(on), resident__in=list(people)).select_related("payer")
    by_payer: dict[int, list[Representation]] = defaultdict(list)
    for one in acts:
        by_payer[one.payer_id].append(one)
    found: dict[tuple[int, int], str] = {}
    own: set[tuple[int, int]] = set()
    due = Reminder.objects.filter(planned_on=on, letter__isnull=True, resident__in=list(people))
    debts = Debtor.objects.filter(liability__in=due.values("liability_id"), payer_id__in=list(by_payer))
    for liability_id, payer_id in debts.values_list("liability_id", "payer_id"):
        for one in by_payer[payer_id]:
            key = (one.resident_id, liability_id)
            if one.is_self:
                own.add(key)
            found[key] = one.payer.name
    return {key: name for key, name in found.items() if key not in own}


def _letter(
    person: Resident,
    dues: Sequence[tuple[Liability, int]],
    names: Mapping[tuple[int, int], str],
    on: date,
) -> dict[str, object]:
    first = min(due.due_on for due, _ in dues)
    lines = []
    for due, owed_gr in dues:
        whose = names.get((person.pk, due.pk), "")
        title = f"{due.title} ({whose})" if whose else due.title
        lines.append(f"- {title}: {format_gr(owed_gr)}, do {due.due_on:%d.%m.%Y}")
    return {
        "when": when_text(first, on),
        "due_on": first,
        "listed": "\n".join(lines),
        "total": format_gr(sum(owed_gr for _, owed_gr in dues)),
        "pay_url": f"{portal_address()}/naleznosci/",
        "unsubscribe_url": leaving_address(person.user, Purpose.REMINDERS),
    }
