"""Filling and mending the tables of rates. A row is never changed: it is superseded, and stays with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from tenants.rates.domain import read_seed
from tenants.rates.domain_nbp import half_year
from tenants.rates.models import (
    IN_THE_TABLE,
    DatedAmount,
    DatedAmountKind,
    InterestRate,
    RateKind,
    RatesConfirmation,
)
from tenants.rates.queries import forget_rates, last_row, model_of

HIGHEST = 10_000
"""100 % or 100 zł: anything above is a slip of the finger."""
HIGHEST_LIMIT = 1_000_000
"""10 000 zł for the limit of somebody else's tax."""


@dataclass(frozen=True)
class NewRow:
    """A row to be added: `value` is basis points for a rate, grosze for an amount."""

    kind: str
    valid_from: date
    value: int
    act: str


def install_seed(*, actor: Actor) -> bool:
    """Put the shipped history into an empty database; False when there are rates already (they are then somebody's)."""
    seed = read_seed()
    with tenancy.public(), transaction.atomic(durable=True):
        if RatesConfirmation.objects.exists():
            return False
        InterestRate.objects.bulk_create(
            InterestRate(kind=kind, valid_from=day, rate_bp=rate_bp, act=act)
            for kind, day, rate_bp, act in seed.interest_rates
        )
        DatedAmount.objects.bulk_create(
            DatedAmount(kind=kind, valid_from=day, amount_gr=amount_gr, act=act)
            for kind, day, amount_gr, act in seed.dated_amounts
        )
        RatesConfirmation.objects.create(known_on=seed.known_on, confirmed_by=actor.ref)
        record("rates.installed", actor=actor, known_on=seed.known_on)
    forget_rates()
    return True


def add_rows(rows: Iterable[NewRow], *, actor: Actor, known_on: date | None = None) -> int:
    """Add rows after the last ones of their tables, all or none; with `known_on` also confirm the tables. How many.

    Raises NotFound("rates.unknown_kind") and InvalidInput: ("rates.not_newest") for a day that is not after the last one,
    ("rates.half_year"), ("rates.value"), ("rates.limit"), ("rates.act").
    """
    with tenancy.public(), transaction.atomic(durable=True):
        _lock()
        added = [_add(row, actor) for row in sorted(rows, key=lambda row: row.valid_from)]
        if known_on is not None:
            _confirm(known_on, actor)
    forget_rates()
    return len(added)


def correct_row(
    *, kind: str, row_id: int, valid_from: date, value: int, act: str, reason: str, actor: Actor
) -> None:
    """Put a right row in the place of the newest row of a table. The wrong one stays in the history with the reason.

    Calculations that were frozen before (orders, bookings) stay as they are. Raises what `add_rows` raises,
    InvalidInput("rates.reason") and Conflict("rates.stale") when `row_id` is the newest row no more.
    """
    reason = reason.strip()
    if not reason or len(reason) > 300:
        raise InvalidInput("rates.reason", field="reason")
    with tenancy.public(), transaction.atomic(durable=True):
        _lock()
        wrong = last_row(kind)
        if wrong.pk != row_id:
            raise Conflict("rates.stale")
        wrong.superseded_at, wrong.superseded_by, wrong.reason = timezone.now(), actor.ref, reason
        wrong.save(update_fields=["superseded_at", "superseded_by", "reason"])
        right = _add(NewRow(kind, valid_from, value, act), actor)
        record(
            "rates.corrected",
            right,
            actor=actor,
            kind=kind,
            before=f"{wrong.valid_from} {_value(wrong)}",
            after=f"{valid_from} {value}",
            reason=reason,
        )
    forget_rates()


def confirm_rates(*, known_on: date, today: date, actor: Actor) -> None:
    """Say that the tables are complete until a day. InvalidInput("rates.known_in_future") for a day after `today`."""
    if known_on > today:
        raise InvalidInput("rates.known_in_future", field="known_on")
    with tenancy.public(), transaction.atomic(durable=True):
        _lock()
        _confirm(known_on, actor)
    forget_rates()


def _lock() -> None:
    """One editor at a time: the confirmations are the table that everybody touches."""
    list(RatesConfirmation.objects.select_for_update().order_by("pk").values_list("pk"))


def _confirm(known_on: date, actor: Actor) -> None:
    last = RatesConfirmation.objects.first()
    if last is not None and known_on < last.known_on:
        raise InvalidInput("rates.known_earlier", field="known_on", known_on=last.known_on)
    RatesConfirmation.objects.create(known_on=known_on, confirmed_by=actor.ref)
    record("rates.confirmed", actor=actor, known_on=known_on)


def _add(row: NewRow, actor: Actor) -> InterestRate | DatedAmount:
    _check(row)
    act = row.act.strip()
    values = {"kind": row.kind, "valid_from": row.valid_from, "act": act, "added_by": actor.ref}
    made: InterestRate | DatedAmount
    try:
        if model_of(row.kind) is InterestRate:
            made = InterestRate.objects.create(rate_bp=row.value, **values)
        else:
            made = DatedAmount.objects.create(amount_gr=row.value, **values)
    except IntegrityError as error:
        raise InvalidInput("rates.not_newest", field="valid_from") from error
    record(
        "rates.added", made, actor=actor, kind=row.kind, valid_from=row.valid_from, value=row.value, act=act
    )
    return made


def _check(row: NewRow) -> None:
    last = model_of(row.kind).objects.filter(IN_THE_TABLE, kind=row.kind).order_by("valid_from").last()
    if last is not None and row.valid_from <= last.valid_from:
        raise InvalidInput("rates.not_newest", field="valid_from", last=last.valid_from)
    if row.kind == RateKind.COMMERCIAL and row.valid_from != half_year(row.valid_from):
        raise InvalidInput("rates.half_year", field="valid_from")
    if row.kind == DatedAmountKind.THIRD_PARTY_LIMIT:
        if not 0 < row.value <= HIGHEST_LIMIT:
            raise InvalidInput("rates.limit", field="value")
    elif not 0 <= row.value <= HIGHEST or (row.value == 0 and row.kind in DatedAmountKind.values):
        raise InvalidInput("rates.value", field="value")
    if not row.act.strip() or len(row.act.strip()) > 160:
        raise InvalidInput("rates.act", field="act")


def _value(row: InterestRate | DatedAmount) -> int:
    return row.rate_bp if isinstance(row, InterestRate) else row.amount_gr
