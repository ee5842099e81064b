"""What can be done with payments."""

from services.payments.actions.book import Booked, book_payment, book_payments
from services.payments.actions.confirm import ask_soon, refresh_payment
from services.payments.actions.corrections import reverse_entry
from services.payments.actions.ex_officio import credit_ex_officio, refund_ex_officio
from services.payments.actions.notifications import process_event, take_notification
from services.payments.actions.overpayments import (
    credit_overpayment,
    refund_overpayment,
    reject_overpayment_request,
    request_overpayment,
    withdraw_overpayment_request,
)
from services.payments.actions.start import Order, Started, operator_form, start_payment
from services.payments.actions.statements import take_statement

__all__ = [
    "Booked", "Order", "Started", "ask_soon", "book_payment", "book_payments", "credit_ex_officio",
    "credit_overpayment", "operator_form", "process_event", "refresh_payment", "refund_ex_officio", "refund_overpayment",
    "reject_overpayment_request", "request_overpayment", "reverse_entry", "start_payment", "take_notification",
    "take_statement", "withdraw_overpayment_request",
]  # fmt: skip
