"""Rozliczenie wpłaty: what booking decided about each grosz, as values that outlive the rules of their day.

The values are kept as JSON beside the entry of the ledger and read years later: nothing in them is computed
anew, and nothing in them names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from services.liabilities.domain.reasons import Reason

FORMAT = 1
"""Number of the shape below; a change of the shape gets the next one and a reader of its own."""


@dataclass(frozen=True, slots=True)
class UsedRule:
    """Version of the gmina's rule that decided; `effective_on` is None where there was none, only the law's
    defaults.
    """

    version_id: str
    effective_on: date | None
    note: str
    ratio_base: str
    threshold: str
    threshold_scope: str
    civil_interest_first: bool


@dataclass(frozen=True, slots=True)
class UsedPeriod:
    """Consecutive days with one rate (basis points); `amount` is the exact interest in grosze."""

    from_on: date
    to_on: date
    days: int
    rate_bp: int
    amount: Fraction
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsedInterest:
    """Interest of one due on the day of payment: `exact` before rounding and threshold, `total_gr` as owed."""

    subject: str
    principal_gr: int
    effective_due_on: date
    days: int
    exact: Fraction
    total_gr: int
    periods: tuple[UsedPeriod, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PaidShare:
    """Part of the money that went to one subject; `kind` is a `ShareKind`."""

    subject: str
    kind: str
    amount_gr: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Step:
    """One run of the rule: `amount_gr` went in, for the tax that the payer named (its name, or empty)."""

    amount_gr: int
    indicated: str
    paid_on: date
    day_source: str
    day_reason: Reason
    rule: UsedRule
    shares: tuple[PaidShare, ...]
    reasons: tuple[Reason, ...]
    interests: tuple[UsedInterest, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A due or (`is_cost`) the costs of a reminder that got something, in grosze before and after.

    `number` is that of the decision, contract or reminder; `day` the due date or the day of delivery.
    `left_interest_gr` is the interest on what is left, to the day of payment; None for civil dues, whose interest
    is not divided in proportion, and for costs, which bear none.
    """

    id: str
    is_cost: bool
    title: str
    number: str
    type_name: str
    day: date
    before_gr: int
    left_gr: int
    left_interest_gr: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the payer ticked, in the words and grosze that were shown."""

    title: str
    amount_gr: int


@dataclass(frozen=True, slots=True)
class Record:
    """All of it. The shares of the steps and `overpaid_gr` add up to `amount_gr`; days are those of Warsaw.

    For a credited overpayment nothing is left over to become a new one: what was not credited stays held.
    """

    regime: str
    amount_gr: int
    overpaid_gr: int
    ordered_on: date | None
    debited_on: date | None
    credited_on: date | None
    booked_on: date
    method_group: str
    rates_known_on: date
    chosen: tuple[Chosen, ...]
    steps: tuple[Step, ...]
    subjects: tuple[Subject, ...]

    @property
    def paid_on(self) -> date:
        """Legal day of payment; of several (civil dues with different contracts) the last."""
        return max(step.paid_on for step in self.steps)

    @property
    def shares(self) -> tuple[PaidShare, ...]:
        """All shares in the order in which the money was given out."""
        return tuple(share for step in self.steps for share in step.shares)


Value = TypeVar("Value")


def to_plain(value: Any) -> Any:
    """The value as JSON: days as ISO texts, fractions as “numerator/denominator”, amounts as whole grosze."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value


def from_plain(kind: type[Value], plain: Any) -> Value:
    """The value of a dataclass of this module from its JSON. KeyError when a field is missing."""
    hints = get_type_hints(kind)
    values = {field.name: _read(hints[field.name], plain[field.name]) for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)


def _read(kind: Any, plain: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in plain)
    if NoneType in get_args(kind):
        return None if plain is None else _read(get_args(kind)[0], plain)
    if kind is Reason:
        return Reason(plain["code"], plain["article"], _values(plain["values"]))
    if kind is date:
        return date.fromisoformat(plain)
    if kind is Fraction:
        return Fraction(plain)
    return from_plain(kind, plain) if isinstance(kind, type) and is_dataclass(kind) else plain


def _values(plain: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in plain.items()
    }
