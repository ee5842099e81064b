"""The office's list of processors (art. 28 RODO): who works with the data, by which agreement, and who keeps the
database."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.privacy.models import Processor
from services.users.domain import Verb

TEXTS: Final = ("name", "address", "service", "place", "agreement_number")


@transaction.atomic(durable=True)
def save_processor(
    values: Mapping[str, Any], *, processor_id: UUID | None, version: int, actor: Actor
) -> Processor:
    """Add somebody to the list (`processor_id` None) or mend the entry.

    Raises Refused, NotFound("processor.unknown"), Conflict("setting.stale"), InvalidInput("processor.incomplete"): without
    an agreement nobody may process data for the office (art. 28 ust. 3).
    """
    actor = require(actor, Verb.PROTECT_DATA)
    texts = {name: str(values[name]).strip() for name in TEXTS}
    for name, text in texts.items():
        if not text:
            raise InvalidInput("processor.incomplete", field=name)
    row = (
        Processor(version=0, recorded_by=actor.ref)
        if processor_id is None
        else _locked(processor_id, version)
    )
    for name, text in texts.items():
        setattr(row, name, text)
    row.agreed_on, row.keeps_database = values["agreed_on"], values["keeps_database"]
    row.version += 1
    row.save()
    record("processor.saved", row, actor=actor, version=row.version, keeps_database=row.keeps_database)
    return row


@transaction.atomic(durable=True)
def end_processor(processor_id: UUID, *, on: date, version: int, actor: Actor) -> Processor:
    """The agreement has ended: the entry stays for accountability and is no longer told to people.

    Raises Refused, NotFound("processor.unknown"), Conflict("setting.stale"), InvalidInput("processor.day") for a day before
    the agreement.
    """
    actor = require(actor, Verb.PROTECT_DATA)
    row = _locked(processor_id, version)
    if on < row.agreed_on:
        raise InvalidInput("processor.day", field="on")
    row.ended_on = on
    row.version += 1
    row.save()
    record("processor.ended", row, actor=actor, on=on)
    return row


def _locked(processor_id: UUID, version: int) -> Processor:
    row = Processor.objects.select_for_update().filter(public_id=processor_id).first()
    if row is None:
        raise NotFound("processor.unknown")
    if row.version != version:
        raise Conflict("setting.stale")
    return row
