"""A calculation that was shown or booked cannot be changed afterwards: its values are frozen."""

import importlib
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

MODULES = (
    "kernel.money",
    "services.liabilities.domain.interest",
    "services.liabilities.domain.reasons",
    "services.payments.domain.allocation",
    "services.payments.domain.fees",
    "services.payments.domain.payment_day",
    "tenants.configuration.domain",
    "tenants.rates.domain",
)
VALUES = [
    value
    for name in MODULES
    for value in vars(importlib.import_module(name)).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == name
]


def test_every_module_has_values() -> None:
    assert {value.__module__ for value in VALUES} == set(MODULES)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value.__module__}.{value.__name__}")
def test_a_value_of_the_money_domain_cannot_be_changed(value: type) -> None:
    made = object.__new__(value)
    for field in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(made, field.name, None)
