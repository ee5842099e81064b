"""Kody zapasowe: ten codes on paper that open an account once each when phone or key is lost (ASVS V6.5.1, V6.5.2)."""

import secrets
from typing import Final

from django.db import transaction
from django.utils import timezone

from kernel import crypto
from services.users.models import User
from services.users.models_factors import RecoveryCode

HOW_MANY: Final = 10
FEW: Final = 3
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i, l, o, 0, 1."""
GROUPS, GROUP = 3, 4
PURPOSE: Final = "recovery code"


def new_code() -> str:
    """A code as people read it: three groups of four, 59 random bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


@transaction.atomic
def replace_codes(user: User) -> list[str]:
    """Make ten new codes; the old ones are gone. They are returned once and never again."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [new_code() for _ in range(HOW_MANY)]
    rows = []
    for code in codes:
        key_id, digest = crypto.keyring().mac(_message(user, code), PURPOSE)
        rows.append(RecoveryCode(user=user, key_id=key_id, digest=digest))
    RecoveryCode.objects.bulk_create(rows)
    return codes


def codes_left(user: User) -> int:
    """How many codes are still good."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


@transaction.atomic
def use_code(user: User, code: str) -> bool:
    """Use up a code; False when it is none of the good ones. Two browsers at the same moment cannot use the same one."""
    message, keyring = _message(user, code), crypto.keyring()
    good = RecoveryCode.objects.select_for_update().filter(user=user, used_at__isnull=True).order_by("id")
    matching = [one for one in good if keyring.is_mac(bytes(one.digest), message, PURPOSE, one.key_id)]
    for one in matching:
        one.used_at = timezone.now()
        one.save(update_fields=["used_at"])
    return bool(matching)


def _message(user: User, code: str) -> bytes:
    letters = "".join(letter for letter in code.casefold() if letter.isalnum())
    return f"{user.public_id}|{letters}".encode()
