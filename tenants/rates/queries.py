"""The rates in force, read from the public schema and kept for half a minute: they change a few times a year."""

import time
from dataclasses import dataclass

from kernel import tenancy
from kernel.errors import InvalidInput
from tenants.rates.domain import Rates, build_rates
from tenants.rates.models import DatedAmount, InterestRate, RatesConfirmation

KEPT_SECONDS = 30


@dataclass
class _Kept:
    rates: Rates | None = None
    until: float = 0.0


_kept = _Kept()


def rate_table() -> Rates:
    """All tables with their whole history. Raises InvalidInput("rates.empty") before the seed is installed."""
    if _kept.rates is None or time.monotonic() > _kept.until:
        _kept.rates = _read()
        _kept.until = time.monotonic() + KEPT_SECONDS
    return _kept.rates


def forget_rates() -> None:
    """Read anew next time: call it after a change in this process."""
    _kept.rates = None


def _read() -> Rates:
    with tenancy.public():
        confirmation = RatesConfirmation.objects.first()
        if confirmation is None:
            raise InvalidInput("rates.empty")
        return build_rates(
            InterestRate.objects.values_list("kind", "valid_from", "rate_bp", "act"),
            DatedAmount.objects.values_list("kind", "valid_from", "amount_gr", "act"),
            known_on=confirmation.known_on,
        )
