"""The modules whose mutants have to die, and the tests that are to kill them.

Only pure tests: no database, no Django. The near ones run first and kill most mutants in half a second; the far ones, with
their made-up histories, try what is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_UNIT = "tests/unit"
_VALUES = f"{_UNIT}/test_values_stay.py"
_DUES = f"{_UNIT}/services/liabilities"
_PAYMENTS = f"{_UNIT}/services/payments"
_RATES = f"{_UNIT}/tenants/rates"
_INTEREST = "tests/properties/test_interest.py"
_HISTORIES = (
    "tests/properties/test_public_histories.py",
    "tests/properties/test_civil_histories.py",
    "tests/properties/test_payments_of_one_day.py",
)


@dataclass(frozen=True)
class Tests:
    """Files or folders of tests for one module."""

    near: tuple[str, ...]
    far: tuple[str, ...] = ()


_INTEREST_TABLES = (
    f"{_DUES}/test_interest_on_tax_arrears.py",
    f"{_DUES}/test_interest_on_civil_dues.py",
    f"{_DUES}/test_interest_of_a_civil_due_paid_in_part.py",
)

TARGETS: Mapping[str, Tests] = {
    "platform/kernel/money.py": Tests((f"{_UNIT}/kernel/test_money.py", _VALUES)),
    "platform/kernel/dates.py": Tests((f"{_UNIT}/kernel/test_dates.py",)),
    "platform/kernel/identifiers.py": Tests(
        (f"{_UNIT}/kernel/test_identifiers.py", f"{_UNIT}/kernel/test_transfer_qr.py")
    ),
    "tenants/configuration/domain.py": Tests(
        (f"{_UNIT}/tenants/configuration/test_allocation_rule.py", _VALUES)
    ),
    "tenants/rates/domain.py": Tests(
        (f"{_RATES}/test_rate_tables.py", f"{_RATES}/test_tables_of_the_law.py", _VALUES), (_DUES, _INTEREST)
    ),
    "services/liabilities/domain/regimes.py": Tests(_INTEREST_TABLES),
    "services/liabilities/domain/due_dates.py": Tests(_INTEREST_TABLES, (_DUES, _INTEREST)),
    "services/liabilities/domain/interest.py": Tests(
        (*_INTEREST_TABLES, _VALUES), (_DUES, _INTEREST, *_HISTORIES)
    ),
    "services/liabilities/domain/decisions.py": Tests(
        (f"{_DUES}/test_interest_of_one_decision_together.py", _VALUES), (_HISTORIES[0],)
    ),
    "services/payments/domain/allocation.py": Tests(
        (
            f"{_PAYMENTS}/test_allocation_of_public_dues.py",
            f"{_PAYMENTS}/test_allocation_of_civil_dues.py",
            f"{_PAYMENTS}/test_allocation_of_a_part.py",
            f"{_PAYMENTS}/test_order_of_public_dues.py",
            _VALUES,
        ),
        (f"{_PAYMENTS}/test_allocation_keeps_every_grosz.py", *_HISTORIES),
    ),
    "services/payments/domain/fees.py": Tests((f"{_PAYMENTS}/test_fees.py", _VALUES)),
    "services/payments/domain/payment_day.py": Tests((f"{_PAYMENTS}/test_payment_day.py", _VALUES)),
    "services/payments/domain/states.py": Tests((f"{_PAYMENTS}/test_states.py",)),
}
"""A module of words alone (regimes) has nothing that could be mutated and is listed all the same."""
