"""Which law a due's interest follows (law.md section 0). Never derived from "public" against "civil"."""

from enum import StrEnum


class InterestRegime(StrEnum):
    """Rodzaj odsetek."""

    TAX = "tax"
    """Odsetki za zwłokę: art. 53-56a Ordynacji podatkowej."""
    CIVIL = "civil"
    """Odsetki ustawowe za opóźnienie: art. 481 KC. Also for a public fee like zajęcie pasa drogowego."""
    COMMERCIAL = "commercial"
    """Odsetki w transakcjach handlowych: Act of 8 March 2013."""
    COMMERCIAL_HEALTHCARE = "commercial_healthcare"
    """The same where the debtor is a public healthcare entity: reference + 8, not + 10 (art. 4 pkt 3 lit. a)."""
    CONTRACT = "contract"
    """A contract's own rate, capped by art. 481 § 2¹ KC."""
    NONE = "none"


class TaxRate(StrEnum):
    """Which tax rate: the reduced one only for a payer's own timely correction (art. 56a O.p.)."""

    BASE = "base"
    REDUCED = "reduced"
