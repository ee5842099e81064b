"""Interest of one due to a day (law.md sections 1 and 2).

Interest runs from the day after the effective due date to the day of payment inclusive. Per period it is
principal x days x yearly rate / 365, also in leap years; only the sum is rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from kernel.errors import InvalidInput
from kernel.money import GROSZE_IN_ZLOTY, divide_half_up
from services.liabilities.domain.due_dates import effective_due_on
from services.liabilities.domain.reasons import Reason
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.configuration.domain import ThresholdReading
from tenants.rates.domain import Rates, RateTable

DAYS_IN_YEAR = 365
"""Regulation of 22 August 2005 § 2: always 365."""
BASIS_POINTS = 10_000
_DENOMINATOR = DAYS_IN_YEAR * BASIS_POINTS
_ONE_DAY = timedelta(days=1)


class Pause(NamedTuple):
    """Days without interest, both inclusive (art. 54 § 1 O.p.); they come from the city's system."""

    from_on: date
    to_on: date


class Settled(NamedTuple):
    """What an earlier payment took off a due, in grosze: principal that bears no interest after `paid_on`, and interest
    that is not owed again."""

    paid_on: date
    principal_gr: int
    interest_gr: int


class Run(NamedTuple):
    """Consecutive days of delay that bear interest on the same principal, both inclusive."""

    from_on: date
    to_on: date
    principal_gr: int


@dataclass(frozen=True, slots=True)
class Period:
    """Consecutive days with one rate; `amount` is the exact interest of the period in grosze."""

    from_on: date
    to_on: date
    rate_bp: int
    days: int
    amount: Fraction
    acts: tuple[str, ...]
    principal_gr: int


@dataclass(frozen=True)
class Interest:
    """Interest of one due with all that explains it.

    `days` are the days of delay without pauses; `total_gr` is what is owed: rounded by regime, 0 below the
    threshold, less what was paid of it before. `numerator` is all of it, exactly, as a whole number: grosze x
    3 650 000.
    """

    principal_gr: int
    effective_due_on: date
    days: int
    total_gr: int
    reasons: tuple[Reason, ...]
    runs: tuple[Run, ...]
    table: RateTable | None
    numerator: int

    @cached_property
    def exact(self) -> Fraction:
        """Interest in grosze before rounding, threshold and earlier payments: the sum of the periods."""
        return Fraction(self.numerator, _DENOMINATOR)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every stretch of days with its rate; a pause, a change of rate and a payment each start a new one."""
        if self.table is None:
            return ()
        return tuple(
            Period(
                from_on=span.from_on,
                to_on=span.to_on,
                rate_bp=span.rate_bp,
                days=span.days,
                amount=Fraction(run.principal_gr * span.days * span.rate_bp, _DENOMINATOR),
                acts=span.acts,
                principal_gr=run.principal_gr,
            )
            for run in self.runs
            for span in self.table.spans(run.from_on, run.to_on)
        )


def accrue(
    principal_gr: int,
    due_on: date,
    as_of: date,
    *,
    regime: InterestRegime,
    rates: Rates,
    rate: TaxRate = TaxRate.BASE,
    contract_rate_bp: int | None = None,
    pauses: Iterable[tuple[date, date]] = (),
    threshold: ThresholdReading = ThresholdReading.ROUNDED,
    settled: Sequence[Settled] = (),
) -> Interest:
    """Interest on `principal_gr` due on `due_on` if it is paid on `as_of`.

    `rate` counts for TAX, `contract_rate_bp` is required for CONTRACT; both are ignored elsewhere. `settled` is
    what earlier payments took off a civil due (art. 451 § 1 KC): until each of them interest ran on more than
    `principal_gr`, which is what is left, and interest that was paid is not owed again. A tax has none: by art. 55
    § 2 O.p. the principal that was paid took its own interest along (law.md 3.3).
    InvalidInput for a negative principal, a missing contract rate, a pause that ends before it starts, days
    before the tables begin.
    """
    if principal_gr < 0:
        raise InvalidInput("interest.negative_principal", principal_gr=principal_gr)
    effective_on = effective_due_on(due_on, regime)
    spans = _spans(effective_on + _ONE_DAY, as_of, [Pause(*pause) for pause in pauses])
    runs = _runs(spans, principal_gr, settled)
    table = _table(regime, rates, rate, contract_rate_bp)
    days = numerator = 0
    for from_on, to_on, bearing_gr in runs:
        days += (to_on - from_on).days + 1
        numerator += bearing_gr * table.weight(from_on, to_on) if table else 0
    total_gr, rounding = _total(numerator, as_of, regime, rates, threshold)
    paid_gr = min(total_gr, sum(one.interest_gr for one in settled))
    reasons = []
    if effective_on != due_on:
        reasons.append(_moved(due_on, effective_on, regime))
    if as_of > effective_on and days < (as_of - effective_on).days:
        paused = (as_of - effective_on).days - days
        reasons.append(Reason("interest.paused", "art. 54 § 1 Ordynacji podatkowej", {"days": paused}))
    if days:
        reasons.extend(_rate_reasons(regime, rate, contract_rate_bp, table, runs))
        reasons.extend(rounding)
    if paid_gr:
        reasons.append(Reason("interest.paid_before", "art. 451 § 1 KC", {"paid_gr": paid_gr}))
    if days and table and as_of > rates.known_on:
        reasons.append(Reason("interest.rates_unconfirmed", "", {"known_on": rates.known_on}))
    return Interest(
        principal_gr, effective_on, days, total_gr - paid_gr, tuple(reasons), runs, table, numerator
    )


def _runs(
    spans: Sequence[tuple[date, date]], principal_gr: int, settled: Sequence[Settled]
) -> tuple[Run, ...]:
    """The days of delay with the principal that bore interest then: a payment counts from the day after it."""
    if not settled:
        return tuple(Run(from_on, to_on, principal_gr) for from_on, to_on in spans)
    runs = []
    for span_from, to_on in spans:
        from_on = span_from
        for paid_on in sorted({one.paid_on for one in settled if from_on <= one.paid_on < to_on}):
            runs.append(Run(from_on, paid_on, _bearing_gr(from_on, principal_gr, settled)))
            from_on = paid_on + _ONE_DAY
        runs.append(Run(from_on, to_on, _bearing_gr(from_on, principal_gr, settled)))
    return tuple(runs)


def _bearing_gr(day: date, principal_gr: int, settled: Sequence[Settled]) -> int:
    return principal_gr + sum(one.principal_gr for one in settled if one.paid_on >= day)


def _spans(first_on: date, last_on: date, pauses: Sequence[Pause]) -> tuple[tuple[date, date], ...]:
    """Days from `first_on` to `last_on` without the pauses, which may overlap and reach outside."""
    spans = []
    for pause in pauses:
        if pause.to_on < pause.from_on:
            raise InvalidInput("interest.pause_reversed", from_on=pause.from_on, to_on=pause.to_on)
    for pause in sorted(pauses):
        if first_on > last_on or pause.to_on < first_on:
            continue
        if pause.from_on > first_on:
            spans.append((first_on, min(last_on, pause.from_on - _ONE_DAY)))
        if pause.to_on >= last_on:
            return tuple(spans)
        first_on = pause.to_on + _ONE_DAY
    if first_on <= last_on:
        spans.append((first_on, last_on))
    return tuple(spans)


def _table(
    regime: InterestRegime, rates: Rates, rate: TaxRate, contract_rate_bp: int | None
) -> RateTable | None:
    match regime:
        case InterestRegime.TAX:
            return rates.tax if rate is TaxRate.BASE else rates.tax_reduced
        case InterestRegime.CIVIL:
            return rates.civil
        case InterestRegime.COMMERCIAL:
            return rates.commercial
        case InterestRegime.COMMERCIAL_HEALTHCARE:
            return rates.commercial_healthcare
        case InterestRegime.CONTRACT:
            if contract_rate_bp is None or contract_rate_bp < 0:
                raise InvalidInput("interest.contract_rate_missing")
            return rates.contract(contract_rate_bp)
        case InterestRegime.NONE:
            return None


def _total(
    numerator: int, as_of: date, regime: InterestRegime, rates: Rates, threshold: ThresholdReading
) -> tuple[int, tuple[Reason, ...]]:
    """Rounded interest in grosze and how it came about; the exact one is `numerator` / 3 650 000."""
    if regime is InterestRegime.NONE or numerator == 0:
        return 0, ()
    if regime is not InterestRegime.TAX:
        return divide_half_up(numerator, _DENOMINATOR), (_ROUNDED_TO_GROSZ,)
    minimum_gr = rates.minimum_interest.row_on(as_of).amount_gr
    charged_gr = charged_tax_gr(numerator, minimum_gr, threshold)
    if charged_gr:
        return charged_gr, (_ROUNDED_TO_ZLOTY,)
    article = "art. 54 § 1 pkt 5 Ordynacji podatkowej"
    return 0, (Reason(_BELOW_THRESHOLD, article, {"minimum_gr": minimum_gr}),)


def charged_tax_gr(numerator: int, minimum_gr: int, threshold: ThresholdReading) -> int:
    """Tax interest in grosze of full złote, 0 when it does not exceed the minimum (art. 63 § 1, art. 54 § 1 pkt 5 O.p.).

    `numerator` is the exact interest in grosze x 3 650 000.
    """
    rounded_gr = divide_half_up(numerator, _DENOMINATOR * GROSZE_IN_ZLOTY) * GROSZE_IN_ZLOTY
    compared = numerator if threshold is ThresholdReading.EXACT else rounded_gr * _DENOMINATOR
    return rounded_gr if compared > minimum_gr * _DENOMINATOR else 0


def _rate_reasons(
    regime: InterestRegime,
    rate: TaxRate,
    contract_rate_bp: int | None,
    table: RateTable | None,
    runs: tuple[Run, ...],
) -> list[Reason]:
    if regime is InterestRegime.NONE or table is None:
        return [Reason("interest.none", "")]
    if regime is InterestRegime.TAX:
        return [_REDUCED if rate is TaxRate.REDUCED else _TAX]
    if regime is InterestRegime.CIVIL:
        return [_CIVIL]
    if regime is InterestRegime.COMMERCIAL:
        return [_COMMERCIAL]
    if regime is InterestRegime.COMMERCIAL_HEALTHCARE:
        return [_HEALTHCARE]
    rate_bp = contract_rate_bp or 0
    capped = any(span.rate_bp < rate_bp for run in runs for span in table.spans(run.from_on, run.to_on))
    return [Reason("interest.contract", "umowa", {"rate_bp": rate_bp}), *([_CAPPED] if capped else [])]


def _moved(due_on: date, effective_on: date, regime: InterestRegime) -> Reason:
    is_public = regime in (InterestRegime.TAX, InterestRegime.NONE)
    article = "art. 12 § 5 Ordynacji podatkowej" if is_public else "art. 115 KC"
    return Reason("interest.due_date_moved", article, {"due_on": due_on, "effective_due_on": effective_on})


_TAX = Reason("interest.tax", "art. 53 § 1 i art. 56 § 1 Ordynacji podatkowej")
_REDUCED = Reason("interest.reduced", "art. 56a Ordynacji podatkowej")
_CIVIL = Reason("interest.civil", "art. 481 § 2 KC")
_COMMERCIAL = Reason("interest.commercial", "art. 4 pkt 3 i art. 11b ustawy z 8 marca 2013 r.")
_HEALTHCARE = Reason(
    "interest.commercial_healthcare", "art. 4 pkt 3 lit. a i art. 11b ustawy z 8 marca 2013 r."
)
_CAPPED = Reason("interest.capped", "art. 481 § 2¹ KC")
_ROUNDED_TO_ZLOTY = Reason("interest.rounded_to_zloty", "art. 63 § 1 Ordynacji podatkowej")
_ROUNDED_TO_GROSZ = Reason("interest.rounded_to_grosz", "")
_BELOW_THRESHOLD = "interest.below_threshold"
CHARGE_CODES = frozenset({_ROUNDED_TO_ZLOTY.code, _BELOW_THRESHOLD})
"""Reasons that say how the exact tax interest of one arrear became what is charged."""
