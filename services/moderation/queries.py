"""Cases of the moderator, and the texts that they are about."""

from operator import attrgetter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Case, IntegerField, QuerySet, When

from kernel.errors import NotFound
from services.moderation.domain import State, UserText, user_text
from services.moderation.models import ModeratedText
from services.users.models import User


def cases() -> QuerySet[ModeratedText]:
    """All cases: what waits first, then the newest."""
    order = Case(When(state=State.REPORTED, then=0), default=1, output_field=IntegerField())
    return ModeratedText.objects.select_related("reported_by", "decided_by").order_by(
        order, "-reported_at", "-id"
    )


def waiting() -> int:
    """How many texts wait for the moderator."""
    return ModeratedText.objects.filter(state=State.REPORTED).count()


def case(public_id: UUID) -> ModeratedText:
    """One case. Raises NotFound("moderation.unknown")."""
    row = cases().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("moderation.unknown")
    return row


def registered(row: ModeratedText) -> UserText:
    """Which registered text a case is about."""
    return user_text(row.subject_type, row.field)


def subject(text: UserText, subject_ref: UUID, *, lock: bool = False) -> Any:
    """The row in which a text stands. Raises NotFound("moderation.gone") when there is none any more."""
    rows = apps.get_model(text.model)._default_manager.filter(public_id=subject_ref)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotFound("moderation.gone")
    return row


def written_by_user(text: UserText, subject_ref: UUID, *, lock: bool = False) -> Any:
    """As `subject`, but only where a user has written the text: for what the office wrote there is no moderator, and its
    letter must not go to a resident. Raises NotFound("moderation.unknown") for that."""
    row = subject(text, subject_ref, lock=lock)
    if text.only is not None and getattr(row, text.only[0]) != text.only[1]:
        raise NotFound("moderation.unknown")
    return row


def author(text: UserText, row: Any) -> User:
    """Whose account wrote the text of a row."""
    found: User = attrgetter(text.author)(row)
    return found


def words_of(row: ModeratedText) -> str:
    """What a case is about as it was written: the hidden original, else what stands there now; "" when it is gone."""
    if row.original:
        return str(row.original)
    text = registered(row)
    try:
        return str(getattr(subject(text, row.subject_ref), text.field))
    except NotFound:
        return ""
