"""The life of a version of the regulation: draft, approved by a second person, published for good (D100-D105).

One transaction each, with an audit entry. The surfaces ask `services.accounts.access.require` first. What the program
itself brings in (presets, a gmina set up from the console) was in force before the portal and needs no second person of an
office that does not work here yet.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from tenants.configuration import domain_regulation
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_review import findings, must_be_confirmed
from tenants.configuration.models import RegulationState, RegulationVersion
from tenants.configuration.queries import regulation_digest


@transaction.atomic(durable=True)
def draft_regulation(
    *, text: str, act: Mapping[str, Any], number: int | None, seen: str | None = None, actor: Actor
) -> RegulationVersion:
    """Write a new version of the regulation, or rewrite the draft `number`, from plain text. An approval is lost with it.

    `act` holds title (optional: taken from the text), act_annex, act_kind, act_number, act_issuer, act_on, effective_on,
    bip_url; `seen` is the digest of the draft as the writer had it (`queries.regulation_digest`). Raises
    InvalidInput("regulation.text"), ("setting.invalid"), Conflict("regulation.published") for a version already published
    ("setting.stale") when somebody has rewritten the draft since, and ("regulation.number_taken") when somebody has begun
    another new version at the same moment.
    """
    try:
        parsed = domain_regulation.parse(text)
    except domain_regulation.RegulationTextError as error:
        raise InvalidInput("regulation.text", field="text", reason=error.code) from error
    if number is None:
        last = RegulationVersion.objects.aggregate(last=Max("number"))["last"] or 0
        row = RegulationVersion(number=last + 1)
    else:
        row = _unpublished(number)
        if seen is not None and seen != regulation_digest(row):
            raise Conflict("setting.stale")
    for name, value in act.items():
        setattr(row, name, value)
    row.title = act.get("title") or parsed.title
    row.content = parsed.to_json()
    if actor.kind == ActorKind.STAFF and actor.ref not in row.authors:
        row.authors = [*row.authors, actor.ref]
    was_approved = row.state == RegulationState.APPROVED
    _take_approval(row)
    try:
        # A new number that somebody else has just taken is no fault of the form: saving finds it.
        row.full_clean(exclude={"number"} if number is None else None)
    except ValidationError as error:
        raise InvalidInput("setting.invalid", fields=error.message_dict) from error
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if number is None and RegulationVersion.objects.filter(number=row.number).exists():
            raise Conflict("regulation.number_taken", number=row.number) from None
        raise
    record("regulation.drafted", row, actor=actor, number=row.number, approval_lost=was_approved or None)
    return row


@transaction.atomic(durable=True)
def approve_regulation(*, number: int, digest: str, actor: Actor) -> RegulationVersion:
    """Zatwierdzenie przez drugą osobę: exactly what was shown, `digest` says what that was (`queries.regulation_digest`).

    The same call again by the same person changes nothing. Raises NotFound, Refused("regulation.same_person") for anybody
    who wrote in the draft, Conflict("regulation.published"), ("regulation.approved"), ("setting.stale").
    """
    row = _unpublished(number)
    if row.state == RegulationState.APPROVED:
        if row.approved_by == actor.ref:
            return row
        raise Conflict("regulation.approved", number=number)
    if actor.ref in row.authors:
        raise Refused("regulation.same_person")
    if digest != regulation_digest(row):
        raise Conflict("setting.stale")
    row.state = RegulationState.APPROVED
    row.approved_by, row.approved_at = actor.ref, timezone.now()
    row.save()
    record("regulation.approved", row, actor=actor, number=row.number)
    return row


@transaction.atomic(durable=True)
def withdraw_approval(*, number: int, actor: Actor) -> RegulationVersion:
    """Cofnięcie zatwierdzenia: the version is a draft again. Twice is the same as once.

    Raises NotFound and Conflict("regulation.published").
    """
    row = _unpublished(number)
    if row.state == RegulationState.APPROVED:
        _take_approval(row)
        row.save()
        record("regulation.approval_withdrawn", row, actor=actor, number=row.number)
    return row


@transaction.atomic(durable=True)
def publish_regulation(*, number: int, actor: Actor, confirmed: Collection[str] = ()) -> RegulationVersion:
    """Publish an approved version; from then on it cannot be changed (D103). It is in force from its `effective_on`.

    `confirmed` are the codes of the findings that the person has read and publishes in spite of
    (`domain_regulation_review`); they are kept in the audit log. Raises NotFound, Conflict("regulation.published"),
    Refused("regulation.needs_second_person"), InvalidInput("regulation.effective_before") when it would be in force before
    this day (D100), ("regulation.bip") without the address in the BIP (D105), Conflict("regulation.findings").
    """
    row = _unpublished(number)
    now = timezone.now()
    told: frozenset[str] = frozenset()
    if actor.kind == ActorKind.STAFF:
        if row.state != RegulationState.APPROVED:
            raise Refused("regulation.needs_second_person")
        if row.effective_on < warsaw_day(now):
            raise InvalidInput("regulation.effective_before")
        if not row.bip_url:
            raise InvalidInput("regulation.bip")
        told = must_be_confirmed(findings(Regulation.from_json(row.content)))
        if told - frozenset(confirmed):
            raise Conflict("regulation.findings")
    row.state = RegulationState.PUBLISHED
    row.published_at = now
    row.save()
    record(
        "regulation.published",
        row,
        actor=actor,
        number=row.number,
        effective_on=row.effective_on,
        findings=sorted(told) or None,
    )
    return row


@transaction.atomic(durable=True)
def discard_regulation(*, number: int, actor: Actor) -> None:
    """Delete a draft that nobody needs; the log keeps that there was one.

    Raises NotFound and Conflict("regulation.published").
    """
    row = _unpublished(number)
    record("regulation.discarded", row, actor=actor, number=row.number)
    row.delete()


def _take_approval(row: RegulationVersion) -> None:
    row.state = RegulationState.DRAFT
    row.approved_by, row.approved_at = "", None


def _unpublished(number: int) -> RegulationVersion:
    row = RegulationVersion.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound("regulation.unknown", number=number)
    if row.state == RegulationState.PUBLISHED:
        raise Conflict("regulation.published", number=number)
    return row
