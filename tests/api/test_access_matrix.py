"""Every call, with every scope alone, in both gminas: what is not given is refused, and a refusal changes nothing."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from kernel import tenancy
from services.accounts.models import Payer, Resident
from services.api.v1 import examples
from services.api.v1.urls import urlpatterns
from services.users.domain import API_SCOPES, Verb
from tests.api.conftest import ALL_SCOPES, FinanceSystem, error_of, fingerprint
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db

DEBITED_ON = date(2026, 11, 18)
PUBLIC = {"openapi", "documentation", "unknown"}
BODIES = {
    "liability": examples.DUE_ROW,
    "reminder_cost": {**examples.COST_ROW, "payer_external_id": "K-anna", "liabilities": ["N-cudza"]},
    "imports": examples.IMPORT,
    "booking": examples.BOOKING,
    "postings": examples.POSTINGS,
}


def operations() -> Iterator[tuple[str, str, str, Verb]]:
    """(name, method, path pattern, verb) of every call that needs a token, read from the URL configuration."""
    for pattern in urlpatterns:
        verbs = getattr(getattr(pattern.callback, "cls", None), "verbs", {})
        for method, verb in verbs.items():
            yield pattern.name, method, str(pattern.pattern), verb


OPERATIONS = list(operations())


def address(pattern: str, **known: str) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda match: known.get(match[1], str(uuid4())), pattern)


def make_things(scope: tenancy.Scope) -> dict[str, str]:
    """A due, its reminder and a paid payment of one gmina; their ids by the name of the path's parameter."""
    with tenancy.enter(scope):
        payer = Payer.objects.get(external_id="K-anna")
        due = LiabilityFactory(payer=payer, external_id="N-cudza")
        ReminderCostFactory(payer=payer, liabilities=[due], external_id="N-cudza")
        account = due.liability_type.account_nrb
        resident = Resident.objects.get(representations__payer=payer)
        payment = PaymentFactory(
            payer=payer, resident=resident, dues=[due], paid=True, account_nrb=account, debited_on=DEBITED_ON
        )
        return {"external_id": "N-cudza", "payment_id": str(payment.public_id)}


def call(system: FinanceSystem, name: str, method: str, path: str):
    return system.call(method, path, BODIES.get(name) if method in ("PUT", "POST") else None)


def test_every_address_of_the_api_needs_a_verb_or_is_meant_to_be_public():
    guarded = {name for name, *_ in OPERATIONS}
    assert {pattern.name for pattern in urlpatterns} - guarded == PUBLIC
    assert {verb for *_, verb in OPERATIONS} == API_SCOPES


@pytest.mark.parametrize(("name", "method", "pattern", "verb"), OPERATIONS)
@pytest.mark.parametrize("scope_name", [None, *ALL_SCOPES])
def test_a_call_needs_its_scope_and_a_refused_one_changes_nothing(
    name, method, pattern, verb, scope_name, borki, finance_system
):
    known = make_things(borki)
    system = finance_system(borki, scope_name)
    before = fingerprint(borki)
    response = call(system, name, method, address(pattern, **known))
    if scope_name is None:
        assert error_of(response, 401)["code"] == "token.missing"
    elif scope_name != verb.value:
        assert error_of(response, 403)["code"] == "access.denied"
        assert verb.value in response.json()["error"]["message"]
    else:
        assert response.status_code in (200, 201, 404)
        return
    assert fingerprint(borki) == before


@pytest.mark.parametrize(("name", "method", "pattern", "verb"), OPERATIONS)
@pytest.mark.covers("D9")
def test_the_token_of_one_gmina_is_no_token_in_the_other(
    name, method, pattern, verb, borki, dabrowa, finance_system
):
    known = make_things(dabrowa)
    system = finance_system(borki)
    before = fingerprint(dabrowa)
    response = call(FinanceSystem(dabrowa, system.token), name, method, address(pattern, **known))
    assert error_of(response, 401)["code"] == "token.invalid"
    assert fingerprint(dabrowa) == before


@pytest.mark.parametrize(("name", "method", "pattern", "verb"), [op for op in OPERATIONS if "<" in op[2]])
def test_an_object_of_the_other_gmina_does_not_exist_here(
    name, method, pattern, verb, borki, dabrowa, finance_system
):
    known = make_things(dabrowa)
    before = fingerprint(dabrowa)
    response = call(finance_system(borki), name, method, address(pattern, **known))
    if method == "PUT":  # an id of the other gmina is a free id here
        assert response.status_code in (201, 400)
    else:
        assert response.status_code == 404
        error_of(response, 404)
    assert fingerprint(dabrowa) == before


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_a_method_that_an_address_does_not_have_is_a_405_with_the_envelope(method, finance):
    for name, _, pattern, _ in OPERATIONS:
        verbs = {op[1] for op in OPERATIONS if op[0] == name}
        if method in verbs or (method == "HEAD" and "GET" in verbs):
            continue
        response = finance.call(method, address(pattern), {} if method != "TRACE" else None)
        assert response.status_code == 405, (name, method)
        if method != "HEAD":
            assert error_of(response, 405)["code"] == "method.not_allowed"


def test_an_import_of_another_client_of_the_same_gmina_is_not_found(finance, finance_system, in_borki):
    made = finance.post("imports", examples.IMPORT).json()
    other = finance_system(in_borki)
    assert error_of(other.get(f"imports/{made['id']}"), 404)["code"] == "import.unknown"
    assert finance.get(f"imports/{made['id']}").status_code == 200
