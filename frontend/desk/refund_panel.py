"""What the page of a payment says about giving its money back, and a refund in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from frontend.desk import wording
from frontend.guards import Request
from services.accounts.access import can
from services.payments import queries
from services.payments.domain.refunds import OPEN
from services.payments.domain.states import State
from services.payments.queries_refunds import doubles_of, has_refund_api, overpayment_from
from services.users.domain import Verb

_GONE = (State.PARTLY_REFUNDED, State.REFUNDED, State.CHARGEBACK)


def listed(row: Any) -> dict[str, Any]:
    """A refund with its state and its people in words."""
    return {
        "row": row,
        "state": wording.word(wording.REFUND_STATES, row.state),
        "kind": wording.REFUND_KINDS[row.state],
        "failure": wording.word(wording.FAILURES, row.failure_code),
        "proposed_by": row.proposed_by.full_name if row.proposed_by else _("zrobiony u operatora"),
        "approved_by": row.approved_by.full_name if row.approved_by else "",
        "closed_by": row.closed_by.full_name if row.closed_by else "",
        "is_open": row.state in OPEN,
    }


def panel(request: Request, row: Any, refunds: list[Any]) -> dict[str, Any]:
    """Refunds of the payment, whether one more can be proposed, and the payments that paid the same dues too."""
    is_refundable = queries.can_be_booked(row)
    is_mine = can(request.actor, Verb.REFUND_PAYMENT, row)
    return {
        "rows": [listed(one) for one in refunds],
        "can_propose": is_refundable and is_mine and has_refund_api(row),
        "lacks_api": is_refundable and not has_refund_api(row),
        "is_booked": row.state == State.BOOKED,
        "overpayment": overpayment_from(row) if row.state == State.BOOKED else None,
        "doubles": [
            {"row": one, "state": wording.word(wording.PAYMENT_STATES, one.state)} for one in doubles_of(row)
        ],
        "is_taken_back": row.state in _GONE and row.booked_at is not None,
        "refunded_gr": row.refunded_gr,
    }
