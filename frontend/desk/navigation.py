"""Side navigation of the desk: only what the person's roles allow, with what waits in each queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.desk import wording
from frontend.desk.roles import roles_of, verbs_of
from frontend.desk.steps import STEPS
from frontend.guards import Request
from services.accounts import queries as accounts
from services.accounts.queries_representation import waiting_requests
from services.accounts.staff import departments_of
from services.banking.queries import lines_to_clarify
from services.complaints import queries as complaints
from services.correspondence import queries as correspondence
from services.moderation import queries as moderation
from services.notices.queries import undelivered_count
from services.payments import queries as payments
from services.payments import queries_refunds as refunds
from services.payments.queries_overpayments import requests_waiting
from services.payments.queries_reconciliation import to_clarify
from services.privacy import queries as privacy
from services.publishing import queries as publishing
from services.safeguards.queries import changes_of_others
from services.users.domain import Role, Verb

Context = dict[str, Any]
Counter = Callable[[Request], int]


def registrations_waiting(request: Request) -> int:
    """Registrations that wait for a step that the person may do."""
    waiting, verbs = accounts.counts(), verbs_of(request)
    return sum(waiting[state.value] for state, verb in STEPS.items() if verb in verbs)


def representations_waiting(request: Request) -> int:
    """Requests to represent somebody that wait for a clerk."""
    return waiting_requests().count()


def residents_to_look_at(request: Request) -> int:
    """For a clerk: accounts whose file is in doubt, and accounts with changed data."""
    if Verb.VERIFY_REGISTRATION not in verbs_of(request):
        return 0
    return accounts.unmatched().count() + accounts.residents_with_unseen_changes().count()


def payments_to_book(request: Request) -> int:
    """Paid and not yet booked payments of the types that the clerk handles."""
    return payments.payments_to_book(request.actor).count()


def discrepancies(request: Request) -> int:
    """What does not agree between the portal, the operator and the bank."""
    return to_clarify(request.actor)


def bank_lines_to_clarify(request: Request) -> int:
    """Lines of bank statements that fit nothing, or too much, in the accounts that the clerk sees."""
    return lines_to_clarify(request.actor).count()


def overpayments_to_decide(request: Request) -> int:
    """Requests about overpayments that the clerk may decide."""
    return requests_waiting(request.actor).count()


def refunds_to_decide(request: Request) -> int:
    """Refunds that wait for a second person or have no end, and money that came twice or went away."""
    actor = request.actor
    waiting = refunds.refunds_to_decide(actor).count() + refunds.stuck_refunds(actor).count()
    return waiting + refunds.to_clarify_count(actor)


def complaints_to_answer(request: Request) -> int:
    """Complaints whose clock runs, and reports about dues that wait, of the departments of the clerk."""
    actor = request.actor
    return complaints.complaints_to_answer(actor).count() + complaints.reports_to_answer(actor).count()


def changes_to_decide(request: Request) -> int:
    """Changes of bank accounts and keys that wait for a second person, proposed by somebody else."""
    return changes_of_others(request.actor).count()


def publications_waiting(request: Request) -> int:
    """News, bulletins and answers that wait for a second person or for the publishing."""
    return publishing.waiting_for(request.actor)


@dataclass(frozen=True)
class Link:
    """One entry: `view` is where it leads, `below` are the pages that belong to it, who may do one of `verbs` sees it."""

    label: Promise
    view: str
    verbs: tuple[Verb, ...]
    icon: str
    below: tuple[str, ...] = ()
    counter: Counter | None = None


QUEUES = (
    Link(
        gettext_lazy("Moderacja"),
        "moderation",
        (Verb.MODERATE,),
        "shield",
        ("moderated", "hide_text", "dismiss_text", "restore_text"),
        lambda request: moderation.waiting(),
    ),
    Link(
        gettext_lazy("Rejestracje"),
        "registrations",
        tuple(STEPS.values()),
        "user",
        ("registration", "approve_registration", "authorise_registration", "reject_registration"),
        registrations_waiting,
    ),
    Link(
        gettext_lazy("Reprezentowanie"),
        "representations",
        (Verb.VERIFY_REGISTRATION,),
        "users",
        ("representation", "reject_representation"),
        representations_waiting,
    ),
    Link(
        gettext_lazy("Do zaksięgowania"),
        "payments_to_book",
        (Verb.BOOK_PAYMENT,),
        "coins",
        ("booking_report", "book_payments"),
        payments_to_book,
    ),
    Link(
        gettext_lazy("Nadpłaty"),
        "overpayments",
        (Verb.BOOK_PAYMENT,),
        "refresh",
        (
            "overpayment",
            "credit_overpayment",
            "refund_overpayment",
            "reject_overpayment",
            "overpayments_held",
            "overpayment_held",
            "credit_ex_officio",
            "refund_ex_officio",
        ),
        overpayments_to_decide,
    ),
    Link(
        gettext_lazy("Zwroty"),
        "refunds",
        (Verb.REFUND_PAYMENT,),
        "refresh",
        (
            "propose_refund",
            "refund",
            "approve_refund",
            "refuse_refund",
            "withdraw_refund",
            "refresh_refund",
            "refunds_to_clarify",
        ),
        refunds_to_decide,
    ),
    Link(
        gettext_lazy("Wiadomości niedoręczone"),
        "undelivered",
        (Verb.HANDLE_LETTERS,),
        "mail",
        ("retry_all_letters",),
        lambda request: undelivered_count(),
    ),
    Link(
        gettext_lazy("Niezgodności"),
        "discrepancies",
        (Verb.RESOLVE_MISMATCH,),
        "warning",
        (
            "discrepancy",
            "resolve_discrepancy",
            "settlements",
            "settlement",
            "new_settlement",
            "correct_settlement",
            "enter_transfer",
            "mismatches",
            "mismatch",
            "accept_mismatch",
            "dismiss_mismatch",
        ),
        discrepancies,
    ),
    Link(
        gettext_lazy("Reklamacje"),
        "complaints",
        (Verb.HANDLE_COMPLAINT,),
        "mail",
        (
            "complaint",
            "request_complaint_data",
            "pass_complaint_on",
            "note_operator_answer",
            "answer_complaint",
            "move_complaint",
            "discrepancy_reports",
            "discrepancy_report",
        ),
        complaints_to_answer,
    ),
    Link(
        gettext_lazy("Wpłaty do wyjaśnienia"),
        "bank_lines",
        (Verb.BOOK_PAYMENT,),
        "search",
        (
            "bank_line",
            "match_bank_line",
            "settle_bank_line",
            "undo_bank_match",
            "leave_bank_line",
            "reopen_bank_line",
        ),
        bank_lines_to_clarify,
    ),
)
RECORDS = (
    Link(
        gettext_lazy("Wiadomości"),
        "due_threads",
        (Verb.ANSWER_MESSAGES,),
        "mail",
        ("due_thread",),
        lambda request: correspondence.waiting(request.actor),
    ),
    Link(
        gettext_lazy("Mieszkańcy"),
        "residents",
        (Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION),
        "users",
        (
            "resident",
            "changed_data",
            "link_resident",
            "unlink_resident",
            "block_resident",
            "unblock_resident",
            "close_resident",
            "revoke_representation",
        ),
        residents_to_look_at,
    ),
    Link(gettext_lazy("Należności"), "liabilities", (Verb.VIEW_LIABILITIES,), "document", ("liability",)),
    Link(gettext_lazy("Płatności"), "payments", (Verb.VIEW_PAYMENTS,), "card", ("payment", "book_payment")),
    Link(
        gettext_lazy("Okienko"),
        "counter",
        (Verb.ASSIST_AT_COUNTER,),
        "user",
        ("counter_visit", "counter_print", "counter_receipt", "counter_requests", "settle_request"),
    ),
    Link(gettext_lazy("Statystyka"), "statistics", (Verb.VIEW_STATISTICS,), "filter"),
    Link(
        gettext_lazy("Wyciągi bankowe"),
        "statements",
        (Verb.BOOK_PAYMENT,),
        "bank",
        ("statement_file", "confirm_statement_file"),
    ),
    Link(
        gettext_lazy("Import należności"),
        "imports",
        (Verb.IMPORT_LIABILITIES,),
        "upload",
        ("import_run", "decide_missing"),
    ),
    Link(
        gettext_lazy("Księgowania z pliku"),
        "postings",
        (Verb.BOOK_PAYMENT,),
        "upload",
        ("posting_run", "confirm_postings", "posting_findings"),
    ),
    Link(gettext_lazy("Plik wpłat"), "payments_file", (Verb.BOOK_PAYMENT,), "download"),
)
SETTINGS = (
    Link(gettext_lazy("Przegląd ustawień"), "settings", (Verb.CONFIGURE,), "settings"),
    Link(gettext_lazy("Urząd i portal"), "office", (Verb.CONFIGURE,), "building", ("crest",)),
    Link(
        gettext_lazy("Treść listów"),
        "letter_texts",
        (Verb.CONFIGURE,),
        "mail",
        ("letter_text", "reset_letter_text"),
    ),
    Link(gettext_lazy("Wydziały"), "departments", (Verb.CONFIGURE,), "users"),
    Link(
        gettext_lazy("Rodzaje należności"),
        "liability_types",
        (Verb.CONFIGURE,),
        "list",
        ("liability_type", "new_liability_type"),
    ),
    Link(
        gettext_lazy("Zaliczanie wpłat"),
        "allocation_rules",
        (Verb.CONFIGURE,),
        "filter",
        ("new_allocation_rule", "try_allocation_rule"),
    ),
    Link(
        gettext_lazy("Płacenie w portalu"), "payment_terms", (Verb.CONFIGURE,), "card", ("new_payment_terms",)
    ),
    Link(
        gettext_lazy("Logowanie mieszkańców"),
        "logins",
        (Verb.CONFIGURE,),
        "lock",
        ("login_provider", "signing_access", "login_key", "take_login_key", "drop_login_key"),
    ),
    Link(gettext_lazy("Koszty płatności"), "fee_tariffs", (Verb.CONFIGURE,), "coins", ("new_fee_tariff",)),
    Link(
        gettext_lazy("Operator płatności"),
        "operator_accounts",
        (Verb.CONFIGURE,),
        "bank",
        ("operator_account", "new_operator_account", "account_fee_tariffs", "new_account_fee_tariff"),
    ),
    Link(
        gettext_lazy("Rachunki bankowe"),
        "bank_accounts",
        (Verb.CONFIGURE,),
        "list",
        ("bank_account", "new_bank_account"),
    ),
    Link(
        gettext_lazy("Zmiany dwóch osób"),
        "changes",
        (Verb.DECIDE_CHANGE,),
        "shield",
        ("change", "approve_change", "refuse_change", "withdraw_change"),
        changes_to_decide,
    ),
)
DATA = (
    Link(
        gettext_lazy("Żądania osób"),
        "data_requests",
        (Verb.PROTECT_DATA,),
        "user",
        ("data_request", "new_data_request"),
        lambda request: privacy.requests_waiting(),
    ),
    Link(
        gettext_lazy("Naruszenia"),
        "breaches",
        (Verb.PROTECT_DATA,),
        "warning",
        ("breach",),
        lambda request: privacy.open_breaches(),
    ),
    Link(gettext_lazy("Informacja dla osób"), "privacy_notice", (Verb.PROTECT_DATA,), "document"),
    Link(gettext_lazy("Udostępnienia"), "disclosures", (Verb.PROTECT_DATA,), "users"),
    Link(gettext_lazy("Rejestr czynności"), "processing", (Verb.PROTECT_DATA,), "list"),
    Link(gettext_lazy("Przechowywanie"), "retention", (Verb.PROTECT_DATA,), "clock"),
    Link(
        gettext_lazy("Podmioty przetwarzające"),
        "processors",
        (Verb.PROTECT_DATA,),
        "users",
        ("processor", "new_processor"),
    ),
    Link(gettext_lazy("Odwiedziny"), "visits", (Verb.PROTECT_DATA,), "user"),
)
OVERSIGHT = (
    Link(
        gettext_lazy("Ogłoszenia"),
        "publications",
        (Verb.EDIT_PUBLICATIONS,),
        "bell",
        ("publication", "new_publication", "write_publication", "withdraw_publication"),
        publications_waiting,
    ),
    Link(
        gettext_lazy("Regulamin"),
        "regulations",
        (Verb.DRAFT_REGULATION,),
        "document",
        (
            "regulation",
            "draft_regulation",
            "new_regulation",
            "approve_regulation",
            "publish_regulation",
        ),
    ),
    Link(
        gettext_lazy("Pracownicy"),
        "staff",
        (Verb.MANAGE_STAFF,),
        "users",
        (
            "staff_member",
            "invite_staff",
            "grant_role",
            "revoke_role",
            "extend_role",
            "change_grants",
            "authorisations",
            "close_account",
        ),
    ),
    Link(
        gettext_lazy("Wsparcie platformy"),
        "support",
        (Verb.GRANT_SUPPORT,),
        "shield",
        ("new_consent", "withdraw_consent", "end_support"),
    ),
    Link(
        gettext_lazy("Klienci API"),
        "api_clients",
        (Verb.MANAGE_API_CLIENTS,),
        "lock",
        ("new_api_client", "revoke_api_client"),
    ),
    Link(
        gettext_lazy("Dziennik zdarzeń"),
        "audit",
        (Verb.VIEW_AUDIT,),
        "history",
        ("audit_entry", "audit_retention"),
    ),
    Link(gettext_lazy("Zużycie"), "usage", (Verb.CONFIGURE,), "filter"),
)
GROUPS = (
    (gettext_lazy("Kolejki"), QUEUES),
    (gettext_lazy("Ewidencja"), RECORDS),
    (gettext_lazy("Ustawienia"), SETTINGS),
    (gettext_lazy("Dane osobowe"), DATA),
    (gettext_lazy("Zarządzanie"), OVERSIGHT),
)


def context(request: Request) -> Context:
    """The desk's part of the layout's variables; nearly nothing before signing in."""
    roles = roles_of(request)
    if not request.user.is_authenticated or request.user.kind != "staff":
        return {"home_url": reverse("desk:start")}
    return {
        "home_url": reverse("desk:start"),
        "nav": _nav(request) if roles else [],
        "signed_in_as": request.user.full_name,
        "sign_out_url": reverse("desk:sign_out"),
        "account_url": reverse("desk:safety"),
        "staff": {"role": role_line(roles), "department": ", ".join(departments_of(request.actor))},
    }


def role_line(roles: frozenset[Role]) -> str:
    """The person's roles as the office calls them; who has none is told so."""
    names = [
        wording.word(wording.ROLES, role.value)
        for role in (Role.CLERK, Role.MODERATOR, Role.ADMIN)
        if role in roles
    ]
    return ", ".join(names) or _("bez ważnej roli")


def _nav(request: Request) -> list[Context]:
    verbs = verbs_of(request)
    start = {
        "label": _("Początek"),
        "href": reverse("desk:start"),
        "icon": "home",
        "current": _here(request) == "start",
    }
    groups = [
        (label, [_link(request, link) for link in links if verbs & set(link.verbs)])
        for label, links in GROUPS
    ]
    return [start, *({"label": label, "links": links} for label, links in groups if links)]


def _link(request: Request, link: Link) -> Context:
    return {
        "label": link.label,
        "href": reverse(f"desk:{link.view}"),
        "icon": link.icon,
        "current": _here(request) in (link.view, *link.below),
        "count": link.counter(request) if link.counter else None,
    }


def _here(request: Request) -> str | None:
    return request.resolver_match.url_name if request.resolver_match else None
