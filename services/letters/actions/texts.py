"""The office writes the words of its letters; every version stays with who wrote it and when."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from services.accounts.access import require
from services.notices.catalogue import EDITABLE
from services.notices.models import LetterText
from services.notices.queries import text_versions
from services.notices.texts import check
from services.users.domain import Verb


@transaction.atomic(durable=True)
def write_text(*, kind: str, subject: str, body: str, version: int, actor: Actor) -> LetterText:
    """Use these words for a kind of letter from now on. `version` is the newest one that the writer has seen, 0 for none.

    Raises Refused, NotFound("letter_text.unknown"), Conflict("letter_text.stale") and what `texts.check` raises.
    """
    actor = require(actor, Verb.CONFIGURE)
    subject, body = subject.strip(), body.strip().replace("\r\n", "\n")
    if kind not in EDITABLE:
        raise NotFound("letter_text.unknown")
    check(kind, subject, body)
    return _add(kind, {"subject": subject, "body": body}, version, "letter_text.written", actor)


@transaction.atomic(durable=True)
def reset_text(*, kind: str, version: int, actor: Actor) -> LetterText:
    """Go back to the words of the program; the own versions stay in the history. Raises as `write_text`."""
    actor = require(actor, Verb.CONFIGURE)
    if kind not in EDITABLE:
        raise NotFound("letter_text.unknown")
    return _add(kind, {"subject": "", "body": ""}, version, "letter_text.reset", actor)


def _add(kind: str, words: Mapping[str, str], version: int, action: str, actor: Actor) -> LetterText:
    newest = text_versions(kind).select_for_update().first()
    number = newest.version if newest else 0
    if number != version:
        raise Conflict("letter_text.stale")
    row = LetterText(kind=kind, version=number + 1, written_at=timezone.now(), written_by=actor.ref, **words)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else's version was faster, also where there was none to lock
        raise Conflict("letter_text.stale") from None
    record(action, row, actor=actor, kind=kind, version=row.version)
    return row
