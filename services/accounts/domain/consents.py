"""What a resident may be asked to consent to, word for word. Pure.

The service itself stands on a legal duty and a public task (art. 6 ust. 1 lit. c and e RODO), so consent is for what is
beside it. Where a gmina's regulation asks for consent to the processing itself (Borki, "Zgoda"), it is one more purpose.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """Cel zgody."""

    PROCESSING = "processing"
    """Przetwarzanie danych w portalu: only where the office asks for it; without it there is no account."""
    REMINDERS = "reminders"
    """Przypomnienia o terminach płatności."""

    @property
    def polish(self) -> str:
        """What is consented to."""
        return {
            "processing": "przetwarzanie danych w portalu",
            "reminders": "przypomnienia o terminach płatności",
        }[self.value]


TEXTS: Final[Mapping[Purpose, tuple[str, ...]]] = {
    Purpose.PROCESSING: (
        "Wyrażam zgodę na przetwarzanie moich danych osobowych w portalu na zasadach z regulaminu i ze strony "
        "„Prywatność”. Wiem, że mogę ją wycofać w każdej chwili; konto zostanie wtedy zamknięte.",
    ),
    Purpose.REMINDERS: (
        "Chcę dostawać e-mailem przypomnienia o terminach płatności. Wiem, że mogę z nich zrezygnować w każdej chwili, "
        "także linkiem w każdej wiadomości.",
    ),
}
"""The texts, oldest version first. A text that somebody has seen is never changed: a new one is added behind it."""

CHOSEN_FREELY: Final = tuple(purpose for purpose in Purpose if purpose != Purpose.PROCESSING)
"""What is given and withdrawn without any effect on the account."""


def newest(purpose: Purpose) -> int:
    """Number of the text that is asked about today."""
    return len(TEXTS[purpose])


def text_of(purpose: Purpose, version: int) -> str:
    """The words of a version, as the person saw them."""
    return TEXTS[purpose][version - 1]
