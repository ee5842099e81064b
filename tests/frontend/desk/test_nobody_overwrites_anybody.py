"""Concurrent work (S35): every form of the desk that changes a record knows what its page showed; one that is late changes
nothing, says so and keeps what was typed.

The walk opens every page of the desk with real objects behind it, so a new form is covered on its first day: it carries one
of `GUARDS`, or says below why two people cannot overwrite each other with it.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.urls import Resolver404, resolve

from kernel import tenancy
from services.users.domain import Verb
from tests.access.routes import routes
from tests.access.test_matrix import expected
from tests.frontend.reading import main, words
from tests.isolation.furniture import furnish, ids_of
from tests.isolation.test_every_route import address
from tests.isolation.witness import state_of

pytestmark = pytest.mark.django_db

GUARDS = {
    "version": "the record's version",
    "shown": "a fingerprint of what was shown",
    "split": "a fingerprint of what was shown",
    "digest": "a fingerprint of what was shown",
    "amount_gr": "the amount that was shown",
    "available_gr": "the amount that was shown",
    "decision_id": "a second press is the same press",
    "change": "exactly the changes that were shown",
    "credited_on": "a booked payment refuses a second booking",
}
ONE_WAY = "a step that can be done once: the state refuses the second person, and nothing is overwritten"
ADDS = "adds a row of its own; those of others stay"
OWN = "the person's own affair"
ASKS = "looks, asks or counts; changes no record of the office"

REASONS = {
    # queues and files
    "bulk": "rows carry what was shown of each from the second step on (tests/frontend/desk/test_lists.py)",
    "save_view": OWN,
    "drop_view": OWN,
    "residents": ASKS,
    "processing": ADDS,
    "end_restriction": ONE_WAY,
    "counter": ADDS,
    "counter_print": ADDS,
    "counter_receipt": ONE_WAY,
    "settle_request": ONE_WAY,
    "due_thread": ADDS,
    "report_text": ADDS,
    "hide_text": ONE_WAY,
    "dismiss_text": ONE_WAY,
    "restore_text": ONE_WAY,
    "withdraw_publication": ONE_WAY,
    "discard_publication": ONE_WAY,
    "withdraw_approval": ONE_WAY,
    "discard_regulation": ONE_WAY,
    "stay": OWN,
    "liabilities": ASKS,
    "payments_file": ASKS,
    "refresh_payment": ASKS,
    "refresh_refund": ASKS,
    # deciding once
    "credit_overpayment": ONE_WAY,
    "refund_overpayment": ONE_WAY,
    "reject_overpayment": ONE_WAY,
    "refund_ex_officio": ONE_WAY,
    "resolve_discrepancy": ONE_WAY,
    "dismiss_mismatch": ONE_WAY,
    "refuse_refund": ONE_WAY,
    "withdraw_refund": ONE_WAY,
    "approve_change": ONE_WAY,
    "refuse_change": ONE_WAY,
    "withdraw_change": ONE_WAY,
    "apply_import": ONE_WAY,
    "statements": ADDS,
    "postings": ADDS,
    "confirm_postings": ONE_WAY,
    "confirm_statement_file": ONE_WAY,
    "bank_line": ASKS,
    "correct_entry": ONE_WAY,
    "revoke_role": ONE_WAY,
    "close_account": ONE_WAY,
    "reopen_account": ONE_WAY,
    "revoke_api_client": ONE_WAY,
    "withdraw_consent": ONE_WAY,
    "end_support": ONE_WAY,
    "publish_regulation": ONE_WAY,
    "take_login_key": ONE_WAY,
    "drop_login_key": ONE_WAY,
    "drop_previous_secret": ONE_WAY,
    "reset_staff": ONE_WAY,
    "retry_letter": ONE_WAY,
    "retry_all_letters": ONE_WAY,
    "settle_letter": ONE_WAY,
    "reset_resident": ONE_WAY,
}
"""Route -> why its form needs no guard of `GUARDS`."""


@dataclass
class Form:
    """One form that is sent by POST: where to, and what it holds as it stands."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)

    @property
    def route(self) -> str:
        try:
            return resolve(self.action.partition("?")[0], urlconf="portal.urls.tenant").url_name or ""
        except Resolver404:
            return ""


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found, self.here = path, [], None
        self.area, self.select = "", ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            is_post = (given.get("method") or "get").lower() == "post"
            self.here = Form(given.get("action") or self.path) if is_post else None
            if self.here:
                self.found.append(self.here)
        if self.here is None or not given.get("name"):
            if tag == "option" and self.here and self.select and "selected" in given:
                self.here.values.setdefault(self.select, []).append(given.get("value") or "")
            return
        name = given["name"]
        if tag == "input":
            kind = given.get("type", "text")
            if kind == "hidden":
                self.here.hidden.add(name)
            if kind in ("checkbox", "radio") and "checked" not in given:
                return
            if kind in ("text", "search", "email", "url"):
                self.here.free.add(name)
            self.here.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self.area = name
            self.here.free.add(name)
            self.here.values.setdefault(name, [""])
        elif tag == "select":
            self.select = name

    def handle_data(self, data):
        if self.here and self.area:
            self.here.values[self.area] = [self.here.values[self.area][0] + data]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.here = None


def forms_of(page, path: str) -> list[Form]:
    parser = _Forms(path)
    parser.feed(main(page))
    return parser.found


@pytest.fixture
def walked(client_for, in_borki: tenancy.Scope):
    """Every form of every page of the desk, with the browser of who may open it."""
    cache.clear()
    furnish(in_borki, "Probska")
    ids = ids_of(in_borki) | {"number": "1"}
    clients = {name: client_for(name, in_borki) for name in ("daria", "edyta", "filip")}
    found = []
    for route in routes("portal.urls.tenant"):
        if not route.name.startswith("desk:") or not isinstance(route.guard, Verb):
            continue
        path = address(route, ids)
        for name, client in clients.items():
            if expected(name, route.guard):
                continue
            page = client.get(path)
            if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                found += [(client, path, form) for form in forms_of(page, path)]
    return found


def is_of_the_desk(form: Form) -> bool:
    return form.route != "" and not form.action.startswith("/urzad/konto/")


@pytest.mark.covers("S35")
def test_every_form_that_changes_a_record_knows_what_its_page_showed(walked):
    seen = {form.route: form for _client, _path, form in walked if is_of_the_desk(form)}
    assert len(seen) > 40, sorted(seen)
    adding = {name for name in seen if name.startswith(("new_", "invite", "grant_role", "extend_role"))}
    careless = {
        name: sorted(form.hidden)
        for name, form in seen.items()
        if not form.hidden & set(GUARDS) and name not in REASONS and name not in adding and name not in ADDING
    }
    assert careless == {}


ADDING = {
    "departments", "imports", "disclosures", "breaches", "login_provider", "login_key", "propose_refund", "enter_transfer",
    "enter_payout", "check_operator_account", "try_allocation_rule", "reveal", "invite_again", "retention",
    "audit_retention", "correct_settlement", "support", "api_clients", "book_payments", "refund", "sign_out",
}  # fmt: skip
"""Routes whose form adds a row, asks, or sets single values that are each logged with what was there before."""


@pytest.mark.covers("S35")
def test_a_form_that_is_late_changes_nothing_says_so_and_keeps_what_was_typed(walked, in_borki):
    without = frozenset({"audit_auditentry", "audit_waiting", "users_session"})
    tried, silent, lost = set(), [], []
    for client, _path, form in walked:
        if "version" not in form.hidden or not is_of_the_desk(form) or form.route in tried:
            continue
        tried.add(form.route)
        values = {name: list(given) for name, given in form.values.items()}
        typed = sorted(name for name in form.free if name in ("reason", "why", "note", "portal_name", "name"))
        for name in typed:
            values[name] = ["Wpisane przeze mnie 7"]
        values["version"] = [str(int(values["version"][0] or 0) + 7)]
        before = state_of(in_borki, without=without)
        answer = client.post(form.action, values, follow=True)
        assert state_of(in_borki, without=without) == before, form.route
        said = words(answer)
        if not any(word in said for word in ("Ktoś", "ktoś", "Odśwież", "jeszcze raz", "Popraw", "Sprawdź")):
            silent.append((form.route, said[:200]))
        if typed and answer.status_code == 422 and "Wpisane przeze mnie 7" not in answer.content.decode():
            lost.append(form.route)
    assert len(tried) > 8, sorted(tried)
    assert silent == []
    assert lost == []
