"""Finding people by the beginning of their names while the names are encrypted.

Each word of a name is folded (lower case, Polish letters to plain ones) and each of its beginnings from three to ten letters
becomes a number under the gmina's index key. A clerk's words become numbers in the same way, and the rows that hold all of
them are found. What a dump tells without the key: which rows share beginnings of words, and how often each occurs, so that
frequent surnames can be guessed from their frequency; not a letter of any name. Half the numbers' bits are left out of the
HMAC, so that a match is a strong hint and the page shows the opened name.
"""

import re
import unicodedata
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel import crypto
from kernel.fields import Ciphertext

SHORTEST, LONGEST = 3, 10
PURPOSE: Final = "name beginning"
_WORD: Final = re.compile(r"[a-z0-9]+")
_PLAIN: Final = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "đ": "d"})


def folded_words(text: str) -> list[str]:
    """Words in small plain letters: "Żółć-Gęślą" gives zolc and gesla."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return _WORD.findall("".join(letter for letter in apart if not unicodedata.combining(letter)))


def tokens_of(text: str) -> list[int]:
    """Numbers for all beginnings of all words, in order and each once; words of fewer than three letters have none."""
    beginnings = {
        word[:length]
        for word in folded_words(text)
        for length in range(SHORTEST, min(len(word), LONGEST) + 1)
    }
    return sorted(_token(one) for one in beginnings)


def wanted_tokens(text: str) -> list[int]:
    """Numbers that a row must hold to fit what somebody typed; empty when no word is long enough to search by."""
    return sorted({_token(word[:LONGEST]) for word in folded_words(text) if len(word) >= SHORTEST})


def _token(beginning: str) -> int:
    return int.from_bytes(crypto.blind_index(beginning, PURPOSE)[:8], "big", signed=True)


class NameTokensField(ArrayField):  # type: ignore[type-arg]
    """Numbers by which a row is found by the names in the encrypted columns `of`; written whenever the row is."""

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = of
        kwargs["base_field"] = models.BigIntegerField()
        kwargs["null"] = True
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The parts that every such field has in common are left out."""
        name, path, args, kwargs = super().deconstruct()
        for given in ("base_field", "null", "editable"):
            kwargs.pop(given, None)
        kwargs["of"] = self.of
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Numbers of the names as they are now; what was never opened has not changed."""
        values = [model_instance.__dict__.get(name) for name in self.of]
        kept = model_instance.__dict__.get(self.attname)
        if kept is not None and any(isinstance(value, Ciphertext) for value in values):
            return kept
        names = " ".join(str(getattr(model_instance, name)) for name in self.of)
        found = tokens_of(names)
        setattr(model_instance, self.attname, found)
        return found
