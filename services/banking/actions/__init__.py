"""What can be done with bank statements."""

from services.banking.actions.accounts import AccountSettings, save_account
from services.banking.actions.clarify import Choice, leave_line, match_line, reopen_line, undo_match
from services.banking.actions.files import check_service_file, check_statements, confirm_file
from services.banking.actions.matching import match_waiting_line
from services.banking.actions.storing import carry_on

__all__ = [
    "AccountSettings", "Choice", "carry_on", "check_service_file", "check_statements", "confirm_file", "leave_line",
    "match_line", "match_waiting_line", "reopen_line", "save_account", "undo_match",
]  # fmt: skip
