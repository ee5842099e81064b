"""Restriction of processing (art. 18 RODO): grounds, and what goes on meanwhile. Pure."""

from enum import StrEnum
from typing import Final


class Ground(StrEnum):
    """Podstawa ograniczenia (art. 18 ust. 1 lit. a-d)."""

    ACCURACY = "accuracy"
    UNLAWFUL = "unlawful"
    CLAIMS = "claims"
    OBJECTION = "objection"

    @property
    def polish(self) -> str:
        """As the office writes it."""
        return {
            "accuracy": "osoba kwestionuje prawidłowość danych (lit. a)",
            "unlawful": "przetwarzanie jest niezgodne z prawem, a osoba nie chce usunięcia (lit. b)",
            "claims": "osoba potrzebuje danych do roszczeń (lit. c)",
            "objection": "osoba wniosła sprzeciw (lit. d)",
        }[self.value]


GOES_ON: Final = (
    "przechowywanie danych",
    "dochodzenie i obrona roszczeń: należności, odsetki, wnioski o nadpłatę",
    "wpłaty, które już się zaczęły: potwierdzenie, zaksięgowanie, zwrot",
    "żądania dotyczące danych i odpowiedzi na nie",
)
"""Art. 18 ust. 2: storing, claims, and what is under way."""

RESTS: Final = (
    "nowe płatności w portalu",
    "zmiany danych, adresu e-mail i kartoteki",
    "wnioski o reprezentowanie i decyzje o koncie",
    "odsłanianie danych pracownikom, chyba że chodzi o roszczenie",
    "wiadomości, które nie są konieczne, i usuwanie danych po okresie przechowywania",
)
"""Everything else waits until the restriction ends."""
