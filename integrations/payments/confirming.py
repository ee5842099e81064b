"""Confirmation by the operator's status: what was signed must be what its books say now, and what our own record says."""

from collections.abc import Callable

from integrations.payments.checks import difference
from integrations.payments.errors import OperatorError
from integrations.payments.values import (
    Confirmation,
    Confirmed,
    Event,
    Expected,
    Mismatch,
    RemoteStatus,
    RemoteTransaction,
    Retry,
)


def confirm_by_status(
    event: Event,
    expected: Expected,
    ask: Callable[[], RemoteTransaction | None],
    *,
    agrees: Callable[[RemoteTransaction], bool] = lambda found: True,
) -> Confirmation:
    """Ask the operator about the transaction of the event and compare; never raises OperatorError.

    `ask` answers None where the operator has no such transaction; `agrees` is what only this operator tells of it.
    """
    contradiction = difference(event, expected)
    if contradiction:
        return contradiction
    try:
        found = ask()
    except OperatorError as error:
        return Retry(error.code, error.detail)
    if found is None:
        return Mismatch("confirm.contradicted", "no such transaction")
    if found.status is RemoteStatus.PENDING:
        return Retry("confirm.pending")
    told = (found.operator_tx_id, found.ref, found.status, found.amount_gr, found.currency)
    ours = (event.operator_tx_id, expected.ref, RemoteStatus.PAID, expected.amount_gr, expected.currency)
    if told != ours or not agrees(found):
        detail = f"{found.status} {found.amount_gr} {found.currency[:10]}"
        return Mismatch("confirm.contradicted", detail)
    paid_at = event.payer_debited_at or found.paid_at
    return Confirmed(found.operator_tx_id, found.amount_gr, paid_at, found.fee_gr)
