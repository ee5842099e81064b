"""The statement of secrecy that everybody of support makes before looking at a gmina (S104)."""

from datetime import datetime
from typing import Final

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput
from services.users.models import SecrecyStatement, User

TEXTS: Final = (
    "Oświadczam, że dane osobowe, które zobaczę podczas wsparcia gmin, i sposoby ich ochrony zachowam w tajemnicy, "
    "także po zakończeniu pracy. Użyję ich tylko po to, żeby pomóc urzędowi w sprawie, na którą dał zgodę, i niczego nie "
    "skopiuję ani nie przekażę nikomu innemu.",
)
"""The words, oldest version first; a text that somebody has agreed to is never changed."""


def newest_text() -> tuple[int, str]:
    """Number and words of the statement that is asked for today."""
    return len(TEXTS), TEXTS[-1]


def statement_of(user: User) -> SecrecyStatement | None:
    """The statement under today's words, or None."""
    return SecrecyStatement.objects.filter(user=user, text_version=len(TEXTS)).first()


@transaction.atomic
def state_secrecy(user: User, *, text_version: int, now: datetime, actor: Actor) -> SecrecyStatement:
    """Keep that the person has made the statement. Twice is the same as once. Raises InvalidInput("secrecy.text") for words
    that are no longer asked for."""
    if text_version != len(TEXTS):
        raise InvalidInput("secrecy.text", field="agrees")
    row, is_new = SecrecyStatement.objects.get_or_create(
        user=user, text_version=text_version, defaults={"made_at": now}
    )
    if is_new:
        record("support.secrecy_stated", user, actor=actor, text=text_version)
    return row
