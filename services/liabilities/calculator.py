"""Kalkulator odsetek: interest of any amount, for anybody, by the tables and rules with which the gmina counts its own."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.liabilities.domain.interest import Interest, accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table


class InterestKind(StrEnum):
    """Rodzaj odsetek, jak go wybiera człowiek."""

    TAX = "tax"
    TAX_REDUCED = "tax_reduced"
    CIVIL = "civil"
    COMMERCIAL = "commercial"
    COMMERCIAL_HEALTHCARE = "commercial_healthcare"


@dataclass(frozen=True)
class Calculation:
    """Interest with its periods; `minimum_gr` (grosze) is what tax interest has to exceed, None for other kinds."""

    interest: Interest
    minimum_gr: int | None
    rates_known_on: date


_LAWS = {
    InterestKind.TAX: (InterestRegime.TAX, TaxRate.BASE),
    InterestKind.TAX_REDUCED: (InterestRegime.TAX, TaxRate.REDUCED),
    InterestKind.CIVIL: (InterestRegime.CIVIL, TaxRate.BASE),
    InterestKind.COMMERCIAL: (InterestRegime.COMMERCIAL, TaxRate.BASE),
    InterestKind.COMMERCIAL_HEALTHCARE: (InterestRegime.COMMERCIAL_HEALTHCARE, TaxRate.BASE),
}


def calculate_interest(kind: InterestKind, principal_gr: int, due_on: date, paid_on: date) -> Calculation:
    """Interest on `principal_gr` grosze due on `due_on` and paid on `paid_on`, with the gmina's reading of the threshold.

    Raises InvalidInput("rates.unknown_day", first_on=…) when the delay begins before the table of rates does, and
    InvalidInput("day.out_of_calendar").
    """
    regime, rate = _LAWS[kind]
    rates = rate_table()
    interest = accrue(
        principal_gr,
        due_on,
        paid_on,
        regime=regime,
        rates=rates,
        rate=rate,
        threshold=allocation_rule(paid_on).threshold,
    )
    minimum_gr = rates.minimum_interest.row_on(paid_on).amount_gr if regime is InterestRegime.TAX else None
    return Calculation(interest, minimum_gr, rates.known_on)
