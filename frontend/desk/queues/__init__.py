"""All lists of the desk by their codes. A new one: a module here with its `Queue`, and its name in `ALL`."""

from __future__ import annotations

from collections.abc import Mapping

from frontend.desk.listing.queue import Queue
from frontend.desk.queues.bank_lines import BANK_LINES
from frontend.desk.queues.complaints import COMPLAINTS, DISCREPANCY_REPORTS
from frontend.desk.queues.discrepancies import DISCREPANCIES
from frontend.desk.queues.liabilities import LIABILITIES
from frontend.desk.queues.overpayments import OVERPAYMENTS, OVERPAYMENTS_HELD
from frontend.desk.queues.payments import PAYMENTS, PAYMENTS_TO_BOOK
from frontend.desk.queues.refunds import REFUNDS
from frontend.desk.queues.registrations import REGISTRATIONS
from frontend.desk.queues.representations import REPRESENTATIONS
from frontend.desk.queues.residents import CHANGED_DATA, UNMATCHED

ALL = (
    REGISTRATIONS,
    REPRESENTATIONS,
    PAYMENTS,
    PAYMENTS_TO_BOOK,
    OVERPAYMENTS,
    OVERPAYMENTS_HELD,
    REFUNDS,
    DISCREPANCIES,
    COMPLAINTS,
    DISCREPANCY_REPORTS,
    BANK_LINES,
    LIABILITIES,
    UNMATCHED,
    CHANGED_DATA,
)
QUEUES: Mapping[str, Queue] = {queue.code: queue for queue in ALL}


def queue_by_code(code: str) -> Queue | None:
    """The list of that code, or None."""
    return QUEUES.get(code)
