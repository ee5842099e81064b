"""The erasing job: what is past its time goes, class by class, with a report."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.crypto import EMPTY_SIZE
from kernel.errors import InvalidInput
from services.accounts.access import require
from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.liabilities.models import ImportRun
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from services.privacy.actions.erasing import erase_contact, erase_identity, erase_letters
from services.privacy.domain.requests import State
from services.privacy.domain.retention import RULES, DataClass, closed_before, kept_since
from services.privacy.models import Breach, DataRequest, ErasingRun, RetentionPeriod
from services.privacy.queries import months_of
from services.users.domain import Verb

AT_ONCE: Final = 500
"""Rows of a class that one run takes at most; the next one goes on."""


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
    """Erase what is past its time on `today`; a dry run only counts. Each class is a transaction, and a report is kept.

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
    with transaction.atomic(durable=True):
        found = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
        for row in found:
            _ERASERS[data_class](row, actor)
    return len(found)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _messages(today: date) -> "QuerySet[Message]":
    since = _midnight(kept_since(today, months_of(DataClass.MESSAGES)))
    return Message.objects.filter(created_at__lt=since).exclude(state=MessageState.WAITING).order_by("pk")


def _rejected(today: date) -> "QuerySet[Resident]":
    since = _midnight(kept_since(today, months_of(DataClass.REJECTED)))
    states = (ResidentState.REJECTED, ResidentState.DUPLICATE)
    return _named(Resident.objects.filter(state__in=states, submitted_at__lt=since))


def _closed(today: date) -> "QuerySet[Resident]":
    """Closed accounts whose last payment is as old too: the papers of a payment keep its payer's name."""
    before = _midnight(closed_before(today, months_of(DataClass.CLOSED)))
    late = Payment.objects.filter(created_at__gte=before).values("resident_id")
    closed = Resident.objects.filter(state=ResidentState.DEACTIVATED, closed_at__lt=before)
    return _named(closed.exclude(pk__in=late))


def _named(rows: "QuerySet[Resident]") -> "QuerySet[Resident]":
    """Those that still have a name."""
    return (
        rows.annotate(size=Length("last_name"))
        .filter(size__gt=EMPTY_SIZE)
        .select_related("user")
        .order_by("pk")
    )


def _imports(today: date) -> "QuerySet[ImportRun]":
    since = _midnight(kept_since(today, months_of(DataClass.IMPORTS)))
    rows = ImportRun.objects.filter(started_at__lt=since).annotate(size=Length("findings"))
    return rows.filter(size__gt=EMPTY_SIZE + len("{}")).order_by("pk")


def _requests(today: date) -> "QuerySet[DataRequest]":
    since = _midnight(kept_since(today, months_of(DataClass.REQUESTS)))
    return DataRequest.objects.exclude(state=State.WAITING).filter(decided_at__lt=since, is_erased=False)


def _breaches(today: date) -> "QuerySet[Breach]":
    since = _midnight(kept_since(today, months_of(DataClass.BREACHES)))
    return Breach.objects.filter(closed_at__lt=since, is_erased=False)


EXPIRED: Final[Mapping[DataClass, Callable[[date], "QuerySet[Any]"]]] = {
    DataClass.MESSAGES: _messages,
    DataClass.REJECTED: _rejected,
    DataClass.CLOSED: _closed,
    DataClass.IMPORTS: _imports,
    DataClass.REQUESTS: _requests,
    DataClass.BREACHES: _breaches,
}


def _erase_resident(row: Resident, actor: Actor) -> None:
    erase_contact(row)
    erase_letters(row)
    erase_identity(row)
    record("person.erased", row, actor=actor, whole=True)


def _erase_import(row: ImportRun, actor: Actor) -> None:
    row.content, row.findings = "", {}
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


_ERASERS: Final[Mapping[DataClass, Callable[[Any, Actor], object]]] = {
    DataClass.MESSAGES: lambda row, actor: row.delete(),
    DataClass.REJECTED: _erase_resident,
    DataClass.CLOSED: _erase_resident,
    DataClass.IMPORTS: _erase_import,
    DataClass.REQUESTS: _erase_request,
    DataClass.BREACHES: _erase_breach,
}
