"""Passwords: what a new one must be, and changing one's own (ASVS 5.0 V6.2; T-24).

Length is the only demand on how a password is built. What is refused is what a guesser tries first: known passwords, also
with digits and signs around them or some letters written as digits, one piece over and over, rows of the keyboard, and
words that everybody can read in the address bar or in the account. No password expires (NIST SP 800-63B, 3.1.1.2).
"""

import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.contrib.auth import password_validation
from django.db import transaction
from django.utils.translation import gettext_noop

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput
from services.users.models import User
from services.users.own_sessions import end_sessions

LEAST: Final = 12
"""ASVS asks for 8, and advises 15 where the password stands alone; see docs/accounts.md for why it is 12 for everybody."""
MOST: Final = 200
OWN_LETTERS: Final = 8
"""So many letters and digits must be left when the words of the surroundings are taken out."""
PLATFORM_WORDS: Final = (
    "skarbnik",
    "portal",
    "gmina",
    "urzad",
    "mieszkaniec",
    "konsola",
    "localhost",
    "example",
)
ROWS: Final = (
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qazwsxedcrfvtgbyhnujmikolp",
)
AS_LETTERS: Final = str.maketrans("013457@$!", "oieastasi")

SHORT = gettext_noop("Jest za krótkie. Potrzeba co najmniej 12 znaków.")
LONG = gettext_noop("Jest za długie. Może mieć najwyżej 200 znaków.")
COMMON = gettext_noop("To hasło jest na listach haseł, które zgaduje się najpierw.")
SURROUNDING = gettext_noop(
    "Składa się głównie z nazwy gminy albo portalu lub z Twojego adresu albo nazwiska."
)


def require_good(password: str, *, email: str = "", full_name: str = "") -> None:
    """Raise InvalidInput("password.weak") with all reasons against this new password, if there are any."""
    reasons = list(_reasons(password, [email, full_name]))
    if reasons:
        raise InvalidInput("password.weak", field="password", reasons=reasons)


def _reasons(password: str, about: Iterable[str]) -> Iterator[str]:
    if len(password) < LEAST:
        yield SHORT
    if len(password) > MOST:
        yield LONG
    if is_common(password):
        yield COMMON
    if _is_made_of(password, {*PLATFORM_WORDS, *_words(_place()), *_words(" ".join(about))}):
        yield SURROUNDING


@transaction.atomic
def change_password(user: User, *, current: str, new: str, actor: Actor, key: str | None) -> None:
    """Change one's own password; the other sessions of the account end, the one with `key` stays.

    Raises InvalidInput("password.wrong", field="current") and InvalidInput("password.weak") with the reasons.
    """
    if not user.check_password(current):
        raise InvalidInput("password.wrong", field="current")
    require_good(new, email=user.email, full_name=user.full_name)
    user.set_password(new)
    user.save(update_fields=["password"])
    record("password.changed", user, actor=actor)
    end_sessions(user, actor=actor, but=key)


def is_common(password: str) -> bool:
    """Whether a guesser would try this among the first."""
    plain = _plain(password)
    letters = plain.translate(AS_LETTERS)
    tried = {plain, letters, *(_core(text) for text in (plain, letters))}
    return any(text in _common() or _is_repeated(text) or _is_row(text) for text in tried if text)


def _core(text: str) -> str:
    """Without digits and signs at both ends."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _is_repeated(text: str) -> bool:
    """One piece of up to six signs over and over, or a known word twice or more."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found is not None and (len(found[1]) <= 6 or _core(found[1]) in _common())


def _is_row(text: str) -> bool:
    squeezed = re.sub(r"[\W_]+", "", text)
    return len(squeezed) >= 4 and any(squeezed in line or squeezed in line[::-1] for line in ROWS)


def _is_made_of(password: str, words: set[str]) -> bool:
    rest = plain = re.sub(r"[\W_]+", "", _plain(password))
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"\d+", "", rest)) < OWN_LETTERS


def _place() -> str:
    scope = tenancy.current_or_none()
    return f"{scope.name} {scope.host}" if scope else ""


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", _plain(text)) if len(word) >= 4}


def _plain(text: str) -> str:
    """Small letters without diacritics; ł is a letter of its own for Unicode."""
    spread = unicodedata.normalize("NFKD", text.casefold()).replace("ł", "l")
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


@cache
def _common() -> frozenset[str]:
    ours = files("services.users").joinpath("common_passwords_pl.txt").read_text(encoding="utf-8")
    folder = Path(password_validation.__file__).resolve().parent
    with gzip.open(folder / "common-passwords.txt.gz", "rt", encoding="utf-8") as file:
        theirs = file.read()
    lines = (*ours.splitlines(), *theirs.splitlines())
    return frozenset(_plain(line.strip()) for line in lines if line.strip() and not line.startswith("#"))
