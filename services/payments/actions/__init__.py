"""What can be done with payments."""

from services.payments.actions.alarms import tell_office
from services.payments.actions.bank_transfers import book_transfer
from services.payments.actions.book import Booked, book_payment, book_payments, book_within
from services.payments.actions.confirm import ask_soon, refresh_payment
from services.payments.actions.corrections import reverse_entry, reverse_within
from services.payments.actions.discrepancies import resolve_discrepancy
from services.payments.actions.ex_officio import credit_ex_officio, refund_ex_officio
from services.payments.actions.mismatches import accept_mismatch, dismiss_mismatch
from services.payments.actions.notifications import process_event, process_events, take_notification
from services.payments.actions.overpayments import (
    credit_overpayment,
    refund_overpayment,
    reject_overpayment_request,
    request_overpayment,
    withdraw_overpayment_request,
)
from services.payments.actions.reconcile import (
    claim_due_accounts,
    compare_account,
    reconcile_account,
    try_account,
)
from services.payments.actions.refund_orders import refresh_refund, send_refund
from services.payments.actions.refunds import approve_refund, propose_refund, refuse_refund, withdraw_refund
from services.payments.actions.replay import replay_event
from services.payments.actions.settlements import (
    Payout,
    enter_payout,
    enter_transfer,
    keep_transfer,
    withdraw_transfer,
)
from services.payments.actions.start import Order, Started, operator_form, start_payment
from services.payments.actions.statements import take_statement

__all__ = [
    "Booked", "Order", "Payout", "Started", "accept_mismatch", "approve_refund", "ask_soon", "book_payment",
    "book_payments", "book_transfer", "book_within", "claim_due_accounts", "compare_account", "credit_ex_officio",
    "credit_overpayment",
    "dismiss_mismatch", "enter_payout", "enter_transfer", "keep_transfer", "operator_form", "process_event",
    "process_events", "propose_refund",
    "reconcile_account", "refresh_payment", "refresh_refund", "refund_ex_officio", "refund_overpayment",
    "refuse_refund", "reject_overpayment_request", "replay_event", "request_overpayment", "resolve_discrepancy",
    "reverse_entry", "reverse_within", "send_refund", "start_payment",
    "take_notification", "take_statement", "tell_office", "try_account",
    "withdraw_overpayment_request", "withdraw_refund", "withdraw_transfer",
]  # fmt: skip
