"""What can be done with bank statements."""

from services.banking.actions.accounts import AccountSettings, save_account
from services.banking.actions.clarify import Choice, leave_line, match_line, reopen_line, undo_match
from services.banking.actions.files import check_service_file, check_statements, confirm_file
from services.banking.actions.matching import match_waiting_line
from services.banking.actions.postings import (
    carry_on_postings,
    check_postings,
    confirm_postings,
    import_postings,
    take_postings,
)
from services.banking.actions.storing import carry_on

__all__ = [
    "AccountSettings", "Choice", "carry_on", "carry_on_postings", "check_postings", "check_service_file",
    "check_statements", "confirm_file", "confirm_postings", "import_postings", "leave_line", "match_line",
    "match_waiting_line", "reopen_line", "save_account", "take_postings", "undo_match",
]  # fmt: skip
