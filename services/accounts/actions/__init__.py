"""What can be done with residents' accounts."""

from services.accounts.actions.accepting import accept_regulation
from services.accounts.actions.closing import (
    block_account,
    close_own_account,
    deactivate_account,
    unblock_account,
)
from services.accounts.actions.consenting import (
    give_consent,
    linked_purpose,
    withdraw_by_link,
    withdraw_consent,
    withdraw_processing,
)
from services.accounts.actions.deadlines import warn_of_deadlines
from services.accounts.actions.deciding import (
    approve_registration,
    authorise_registration,
    reject_registration,
)
from services.accounts.actions.ending import tell_of_ends
from services.accounts.actions.matching import link_payer, match_waiting, settle_match, unlink_payer
from services.accounts.actions.own_data import (
    OwnData,
    ask_email_change,
    change_own_data,
    confirm_email_change,
    drop_email_change,
    note_changes_seen,
)
from services.accounts.actions.registering import (
    Application,
    add_registration,
    confirm_address,
    prove_identity,
    register,
    send_confirmation,
)
from services.accounts.actions.representing import (
    Represented,
    give_representation_up,
    grant_representation,
    reject_representation_request,
    request_representation,
    revoke_representation,
    withdraw_representation_request,
)
from services.accounts.actions.restricting import end_own_restriction, end_restriction

__all__ = [
    "Application", "OwnData", "Represented", "accept_regulation", "add_registration", "approve_registration",
    "ask_email_change",
    "authorise_registration", "block_account", "change_own_data", "close_own_account", "confirm_address",
    "confirm_email_change", "deactivate_account", "drop_email_change", "end_own_restriction",
    "end_restriction", "give_consent", "give_representation_up", "grant_representation", "link_payer", "linked_purpose",
    "match_waiting", "note_changes_seen", "prove_identity", "register", "reject_registration",
    "reject_representation_request", "request_representation", "revoke_representation", "send_confirmation",
    "settle_match", "tell_of_ends", "unblock_account", "unlink_payer", "warn_of_deadlines", "withdraw_by_link",
    "withdraw_consent", "withdraw_processing", "withdraw_representation_request",
]  # fmt: skip
