"""Hiding a text and showing it again. Whoever reads it reports it; a moderator decides; the author is told why."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.moderation.domain import (
    HIDDEN_TEXT,
    LEAST_REASON,
    LONGEST_REASON,
    OPEN,
    Ground,
    State,
    Step,
    next_state,
    user_text,
)
from services.moderation.models import ModeratedText
from services.moderation.queries import author, registered, subject, written_by_user
from services.notices.actions import write_message
from services.users.domain import Verb
from services.users.queries import account_of
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def report_text(
    *, kind: str, subject_ref: UUID, field: str, ground: Ground, note: str, actor: Actor
) -> ModeratedText:
    """Tell the moderator of a text (`kind` and `field` as in `USER_TEXTS`); a text that waits already keeps its case.

    Raises NotFound("moderation.unknown") for a text that nobody registered or that the office wrote, ("moderation.gone"),
    Conflict("moderation.hidden") for one that is hidden, InvalidInput("moderation.note").
    """
    actor = require(actor, Verb.REPORT_TEXT)
    text = user_text(kind, field)
    row = written_by_user(text, subject_ref)
    if len(note.strip()) > LONGEST_REASON:
        raise InvalidInput("moderation.note", field="note", most=LONGEST_REASON)
    open_case = ModeratedText.objects.filter(subject_ref=subject_ref, field=field, state__in=OPEN).first()
    if open_case is not None and open_case.state == State.REPORTED:
        return open_case
    if open_case is not None or getattr(row, field) == HIDDEN_TEXT:
        raise Conflict("moderation.hidden")
    case = ModeratedText(
        subject_type=text.model,
        subject_ref=subject_ref,
        field=field,
        ground=ground,
        note=note.strip(),
        reported_by=account_of(actor).get(),
        reported_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError:
        return ModeratedText.objects.get(subject_ref=subject_ref, field=field, state=State.REPORTED)
    record("moderation.reported", case, actor=actor, ground=ground.polish, text=text.label)
    return case


@transaction.atomic(durable=True)
def hide_text(*, case_id: UUID, ground: Ground, reason: str, actor: Actor) -> ModeratedText:
    """Hide the text of a case: everybody, its author too, sees `HIDDEN_TEXT` instead. The author gets a letter with the
    reason; what stood there is kept encrypted in the case. Twice is the same as once.

    Raises NotFound, Conflict("moderation.state"), InvalidInput("moderation.reason").
    """
    actor = require(actor, Verb.MODERATE)
    case = _locked(case_id)
    if case.state == State.HIDDEN:
        return case
    text = registered(case)
    row = written_by_user(text, case.subject_ref, lock=True)
    case.original, case.ground = getattr(row, text.field), ground
    _decide(case, Step.HIDE, reason, actor)
    setattr(row, text.field, HIDDEN_TEXT)
    row.save(update_fields=[text.field])
    record("moderation.hidden", case, actor=actor, ground=ground.polish, text=text.label)
    _tell("text_hidden", case)
    return case


@transaction.atomic(durable=True)
def dismiss_report(*, case_id: UUID, reason: str, actor: Actor) -> ModeratedText:
    """Leave the text as it is; its author never hears of it. Raises as `hide_text`."""
    actor = require(actor, Verb.MODERATE)
    case = _locked(case_id)
    _decide(case, Step.DISMISS, reason, actor)
    record("moderation.dismissed", case, actor=actor, text=registered(case).label)
    return case


@transaction.atomic(durable=True)
def restore_text(*, case_id: UUID, reason: str, actor: Actor) -> ModeratedText:
    """Show a hidden text again, letter by letter as it was, and tell its author.

    Raises NotFound, Conflict("moderation.state"), ("moderation.changed") when something else has been written there since,
    ("moderation.erased") after the time for which originals are kept, InvalidInput("moderation.reason").
    """
    actor = require(actor, Verb.MODERATE)
    case = _locked(case_id)
    text = registered(case)
    row = subject(text, case.subject_ref, lock=True)
    _decide(case, Step.RESTORE, reason, actor)
    if not case.original:
        raise Conflict("moderation.erased")
    if getattr(row, text.field) != HIDDEN_TEXT:
        raise Conflict("moderation.changed")
    setattr(row, text.field, case.original)
    row.save(update_fields=[text.field])
    record("moderation.restored", case, actor=actor, text=text.label)
    _tell("text_restored", case)
    return case


def _decide(case: ModeratedText, step: Step, reason: str, actor: Actor) -> None:
    case.state = next_state(State(case.state), step)
    reason = reason.strip()
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInput("moderation.reason", field="reason", least=LEAST_REASON, most=LONGEST_REASON)
    case.reason, case.decided_at, case.decided_by = reason, timezone.now(), account_of(actor).first()
    case.save()


def _tell(kind: str, case: ModeratedText) -> None:
    """A letter without the text itself: what was hidden should not travel by mail."""
    text = registered(case)
    user = author(text, subject(text, case.subject_ref))
    if not user.email:
        return
    place = office()
    write_message(
        kind=kind,
        recipient=user.email,
        context={
            "portal": place.portal_name,
            "name": user.full_name,
            "text": text.label,
            "ground": Ground(case.ground).polish,
            "reason": case.reason,
            "office_email": place.email,
        },
        related_ref=str(case.public_id),
    )


def _locked(case_id: UUID) -> ModeratedText:
    case = ModeratedText.objects.select_for_update(of=("self",)).filter(public_id=case_id).first()
    if case is None:
        raise NotFound("moderation.unknown")
    return case
