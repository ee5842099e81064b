"""Roles of the office's staff and what each may do. One table, read by the access door and printed in the docs."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The three staff roles (Borki, Organizacja pracy 2)."""

    ADMIN = "admin"
    CLERK = "clerk"
    MODERATOR = "moderator"

    @property
    def polish(self) -> str:
        """The name that the office uses."""
        return {"admin": "administrator lokalny", "clerk": "urzędnik", "moderator": "moderator"}[self.value]


class Verb(StrEnum):
    """Everything that a page, an API call or a job may ask to do."""

    # residents
    OWN_ACCOUNT = "own_account"
    OWN_DUES = "own_dues"
    # staff
    DESK = "desk"
    VERIFY_REGISTRATION = "verify_registration"
    AUTHORISE_REGISTRATION = "authorise_registration"
    VIEW_LIABILITIES = "view_liabilities"
    IMPORT_LIABILITIES = "import_liabilities"
    VIEW_PAYMENTS = "view_payments"
    BOOK_PAYMENT = "book_payment"
    CORRECT_LEDGER = "correct_ledger"
    REFUND_PAYMENT = "refund_payment"
    RESOLVE_MISMATCH = "resolve_mismatch"
    VIEW_STATISTICS = "view_statistics"
    HANDLE_COMPLAINT = "handle_complaint"
    ASSIST_AT_COUNTER = "assist_at_counter"
    CONFIGURE = "configure"
    DRAFT_REGULATION = "draft_regulation"
    APPROVE_REGULATION = "approve_regulation"
    PUBLISH_REGULATION = "publish_regulation"
    EDIT_PUBLICATIONS = "edit_publications"
    REVIEW_PUBLICATIONS = "review_publications"
    ANSWER_MESSAGES = "answer_messages"
    REPORT_TEXT = "report_text"
    MODERATE = "moderate"
    MANAGE_STAFF = "manage_staff"
    MANAGE_API_CLIENTS = "manage_api_clients"
    VIEW_AUDIT = "view_audit"
    DECIDE_CHANGE = "decide_change"
    GRANT_SUPPORT = "grant_support"
    REVEAL_DATA = "reveal_data"
    PROTECT_DATA = "protect_data"
    HANDLE_LETTERS = "handle_letters"
    # API clients
    API_LIABILITIES_READ = "liabilities:read"
    API_LIABILITIES_WRITE = "liabilities:write"
    API_PAYMENTS_READ = "payments:read"
    API_PAYMENTS_BOOK = "payments:book"
    # platform
    OPERATE_PLATFORM = "operate_platform"


STAFF_VERBS: Mapping[Role, frozenset[Verb]] = {
    Role.ADMIN: frozenset(
        {
            Verb.DESK,
            Verb.AUTHORISE_REGISTRATION,
            Verb.VIEW_STATISTICS,
            Verb.CONFIGURE,
            Verb.DRAFT_REGULATION,
            Verb.APPROVE_REGULATION,
            Verb.PUBLISH_REGULATION,
            Verb.EDIT_PUBLICATIONS,
            Verb.REVIEW_PUBLICATIONS,
            Verb.REPORT_TEXT,
            Verb.MANAGE_STAFF,
            Verb.MANAGE_API_CLIENTS,
            Verb.VIEW_AUDIT,
            Verb.DECIDE_CHANGE,
            Verb.GRANT_SUPPORT,
            Verb.REVEAL_DATA,
            Verb.PROTECT_DATA,
            Verb.HANDLE_LETTERS,
        }
    ),
    Role.CLERK: frozenset(
        {
            Verb.DESK,
            Verb.VERIFY_REGISTRATION,
            Verb.VIEW_LIABILITIES,
            Verb.IMPORT_LIABILITIES,
            Verb.VIEW_PAYMENTS,
            Verb.BOOK_PAYMENT,
            Verb.CORRECT_LEDGER,
            Verb.REFUND_PAYMENT,
            Verb.RESOLVE_MISMATCH,
            Verb.VIEW_STATISTICS,
            Verb.HANDLE_COMPLAINT,
            Verb.ASSIST_AT_COUNTER,
            Verb.ANSWER_MESSAGES,
            Verb.REPORT_TEXT,
            Verb.REVEAL_DATA,
            Verb.HANDLE_LETTERS,
        }
    ),
    Role.MODERATOR: frozenset(
        {
            Verb.DESK,
            Verb.DRAFT_REGULATION,
            Verb.APPROVE_REGULATION,
            Verb.EDIT_PUBLICATIONS,
            Verb.REVIEW_PUBLICATIONS,
            Verb.REPORT_TEXT,
            Verb.MODERATE,
        }
    ),
}

MONEY_VERBS = frozenset({Verb.BOOK_PAYMENT, Verb.CORRECT_LEDGER, Verb.REFUND_PAYMENT, Verb.RESOLVE_MISMATCH})
"""Verbs that move money: they need the grant on every liability type concerned, not only on one."""

OBJECT_VERBS = MONEY_VERBS | {
    Verb.VIEW_LIABILITIES,
    Verb.VIEW_PAYMENTS,
    Verb.ANSWER_MESSAGES,
    Verb.HANDLE_COMPLAINT,
}
"""Verbs that also need a grant on the liability type or its department."""

SUPPORT_VERBS = frozenset({Verb.DESK, Verb.VIEW_LIABILITIES, Verb.VIEW_PAYMENTS})
"""All that the platform's support may do in a gmina, and only by reading: no money acts, no settings, no people."""

API_SCOPES = frozenset(
    {Verb.API_LIABILITIES_READ, Verb.API_LIABILITIES_WRITE, Verb.API_PAYMENTS_READ, Verb.API_PAYMENTS_BOOK}
)
"""Scopes that an API client can be given."""
