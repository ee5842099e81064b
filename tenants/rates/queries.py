"""The rates in force, read from the public schema and kept for half a minute: they change a few times a year."""

import time
from dataclasses import dataclass
from datetime import date, datetime

from kernel import tenancy
from kernel.errors import InvalidInput, NotFound
from tenants.rates.domain import Rates, build_rates
from tenants.rates.models import (
    IN_THE_TABLE,
    DatedAmount,
    DatedAmountKind,
    InterestRate,
    RateKind,
    RatesConfirmation,
)

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
            InterestRate.objects.filter(IN_THE_TABLE).values_list("kind", "valid_from", "rate_bp", "act"),
            DatedAmount.objects.filter(IN_THE_TABLE).values_list("kind", "valid_from", "amount_gr", "act"),
            known_on=confirmation.known_on,
        )


def rate_changes() -> list[tuple[date, datetime]]:
    """When each row came to the tables or was superseded, with the first day of payment that it counts for."""
    with tenancy.public():
        rows = [
            row
            for model in (InterestRate, DatedAmount)
            for row in model.objects.values_list("valid_from", "added_at", "superseded_at")
        ]
    return [(valid_from, at) for valid_from, *instants in rows for at in instants if at is not None]


def superseded_rows() -> list[InterestRate | DatedAmount]:
    """Rows that somebody corrected, the last correction first. Call it on the public schema."""
    rows: list[InterestRate | DatedAmount] = list(InterestRate.objects.exclude(IN_THE_TABLE))
    rows += DatedAmount.objects.exclude(IN_THE_TABLE)
    return sorted(rows, key=lambda row: str(row.superseded_at), reverse=True)


def last_row(kind: str) -> InterestRate | DatedAmount:
    """The newest row of a table, the one that may be corrected. Raises NotFound("rates.unknown_kind")."""
    model = model_of(kind)
    row = model.objects.filter(IN_THE_TABLE, kind=kind).order_by("valid_from").last()
    if row is None:
        raise NotFound("rates.unknown_kind", kind=kind)
    return row


def model_of(kind: str) -> type[InterestRate] | type[DatedAmount]:
    """Which table a kind belongs to. Raises NotFound("rates.unknown_kind")."""
    if kind in RateKind.values:
        return InterestRate
    if kind in DatedAmountKind.values:
        return DatedAmount
    raise NotFound("rates.unknown_kind", kind=kind)


def kind_name(kind: str) -> str:
    """Polish name of a table. Raises NotFound("rates.unknown_kind")."""
    model_of(kind)
    return str(dict([*RateKind.choices, *DatedAmountKind.choices])[kind])
