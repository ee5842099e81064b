"""What can be done with complaints and reports."""

from services.complaints.actions.deadlines import leave_unexamined, warn_of_deadlines
from services.complaints.actions.handling import (
    answer_complaint,
    move_complaint,
    note_operator_answer,
    open_complaint_document,
    pass_complaint_on,
    request_data,
)
from services.complaints.actions.reports import answer_report, report_discrepancy
from services.complaints.actions.submitting import (
    Grievance,
    submit_complaint,
    supplement_complaint,
    withdraw_complaint,
    withdraw_open,
)

__all__ = [
    "Grievance", "answer_complaint", "answer_report", "leave_unexamined", "move_complaint", "note_operator_answer",
    "open_complaint_document", "pass_complaint_on", "report_discrepancy", "request_data", "submit_complaint",
    "supplement_complaint", "warn_of_deadlines", "withdraw_complaint", "withdraw_open",
]  # fmt: skip
