"""The erasing job: what is past its time goes, class by class, with a report."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.budget import is_time_up
from kernel.errors import InvalidInput
from services.accounts.access import require
from services.accounts.models import Resident
from services.banking.models import StatementLine
from services.complaints.models import Complaint, DiscrepancyReport
from services.liabilities.models import ImportFinding, ImportRun
from services.moderation.models import ModeratedText
from services.privacy.actions.erasing import (
    erase_contact,
    erase_conversations,
    erase_identity,
    erase_letters,
)
from services.privacy.domain.retention import RULES, DataClass
from services.privacy.expired import EXPIRED, STATEMENT_TEXTS
from services.privacy.models import Breach, DataRequest, ErasingRun, RetentionPeriod
from services.privacy.queries import months_of
from services.safeguards.models import Reveal
from services.signing.models import SigningAttempt
from services.users.domain import Verb

AT_ONCE: Final = 500
"""Rows of a class in one transaction."""


@transaction.atomic(durable=True)
def keep_for(data_class: DataClass, months: int, *, actor: Actor) -> None:
    """Keep a class for so many months. Raises Refused, InvalidInput("retention.months") outside what the law leaves."""
    actor = require(actor, Verb.PROTECT_DATA)
    rule = RULES[data_class]
    if not rule.least <= months <= rule.most:
        raise InvalidInput("retention.months", field=data_class.value, least=rule.least, most=rule.most)
    before = months_of(data_class)
    if before == months:
        return
    row, _ = RetentionPeriod.objects.update_or_create(
        data_class=data_class, defaults={"months": months, "set_by": actor.ref}
    )
    record(
        "retention.set", row, actor=actor, data_class=data_class.value, months=months, months_before=before
    )


def erase_expired(today: date, *, is_dry_run: bool, actor: Actor) -> ErasingRun:
    """Erase what is past its time on `today`; a dry run only counts. A report is kept.

    It goes in transactions of AT_ONCE rows until none is left: visits of a day, or a mass of letters, may be many more.
    When the time of the job is up, every class still gets one of them, and the job goes on later.

    For a job and for who has passed the door. Raises Refused for a person without the role.
    """
    actor = require(actor, Verb.PROTECT_DATA)
    started_at = timezone.now()
    counts = {one.value: _erase(one, today, is_dry_run, actor) for one in DataClass}
    if not is_dry_run and not any(counts.values()):
        # A night without work leaves no row: the newest run with work and the job's own record tell enough.
        return ErasingRun(started_at=started_at, is_dry_run=False, counts=counts, actor_ref=actor.ref)
    with transaction.atomic(durable=True):
        run = ErasingRun.objects.create(
            started_at=started_at, is_dry_run=is_dry_run, counts=counts, actor_ref=actor.ref
        )
        record("retention.run", run, actor=actor, dry=is_dry_run, counts=counts)
    return run


def _erase(data_class: DataClass, today: date, is_dry_run: bool, actor: Actor) -> int:
    rows = EXPIRED[data_class](today)
    if is_dry_run:
        return rows.count()
    erased, last = 0, 0
    while keys := _erase_some(rows.order_by("pk").filter(pk__gt=last), data_class, actor):
        erased, last = erased + len(keys), keys[-1]
        if len(keys) < AT_ONCE or is_time_up():
            break
    return erased


@transaction.atomic(durable=True)
def _erase_some(rows: "QuerySet[Any]", data_class: DataClass, actor: Actor) -> list[int]:
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    keys = [row.pk for row in found]
    for row in found:
        _ERASERS[data_class](row, actor)
    return keys


def _erase_resident(row: Resident, actor: Actor) -> None:
    erase_contact(row, actor=actor)
    erase_letters(row)
    erase_conversations(row)
    erase_identity(row, actor=actor)
    record("person.erased", row, actor=actor, whole=True)


def _erase_import(row: ImportRun, actor: Actor) -> None:
    row.content, row.findings = "", {}
    row.save()
    ImportFinding.objects.filter(run=row).delete()


def _erase_complaint(row: Complaint, actor: Actor) -> None:
    row.documents.all().delete()
    for step in row.steps.all():
        step.text = ""
        step.save()
    row.subject = row.description = row.answer = ""
    row.paid_by_name = row.paid_by_contact = ""
    row.is_erased = True
    row.save()


def _erase_report(row: DiscrepancyReport, actor: Actor) -> None:
    row.description = row.answer = ""
    row.is_erased = True
    row.save()


def _erase_statement_line(row: StatementLine, actor: Actor) -> None:
    for name in STATEMENT_TEXTS:
        setattr(row, name, "")
    row.payer_account_index = None
    row.save()


def _erase_request(row: DataRequest, actor: Actor) -> None:
    row.text = row.answer = ""
    row.extended_why = None
    row.is_erased = True
    row.save()


def _erase_breach(row: Breach, actor: Actor) -> None:
    row.description = row.measures = ""
    row.late_why = None
    row.is_erased = True
    row.save()


def _erase_reveal(row: Reveal, actor: Actor) -> None:
    row.note = ""
    row.save()


def _erase_signature(row: SigningAttempt, actor: Actor) -> None:
    record("signing.erased", row, actor=actor)
    row.delete()


def _delete(row: Model, actor: Actor) -> None:
    row.delete()


def _erase_case(row: ModeratedText, actor: Actor) -> None:
    row.original = row.note = ""
    row.save()


_ERASERS: Final[Mapping[DataClass, Callable[[Any, Actor], object]]] = {
    DataClass.MESSAGES: _delete,
    DataClass.REJECTED: _erase_resident,
    DataClass.CLOSED: _erase_resident,
    DataClass.SIGNATURES: _erase_signature,
    DataClass.PROOFS: _delete,
    DataClass.IMPORTS: _erase_import,
    DataClass.COMPLAINTS: _erase_complaint,
    DataClass.REPORTS: _erase_report,
    DataClass.STATEMENTS: _erase_statement_line,
    DataClass.REQUESTS: _erase_request,
    DataClass.DISCLOSURES: _delete,
    DataClass.REVEALS: _erase_reveal,
    DataClass.BREACHES: _erase_breach,
    DataClass.VISITS: _delete,
    DataClass.THREADS: _delete,
    DataClass.MODERATED: _erase_case,
}
