"""Keys of the API: made by the local administrator, shown once, good until their day, dead when revoked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound, Refused
from services.api.actions import make_client, revoke_client
from services.api.models import ApiClient
from services.api.queries import clients
from services.api.tokens import Token
from tests.api.conftest import FinanceSystem, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


def test_a_token_opens_the_api_and_only_its_digest_is_stored(filip, in_borki):
    row, token = make_client(name=" System  FK ", scopes=["liabilities:read"], expires_on=None, actor=filip)
    assert token.startswith(f"skb_{row.prefix}_")
    assert FinanceSystem(in_borki, token).get("liabilities").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM api_apiclient c")
        assert token.split("_", 2)[2] not in cursor.fetchone()[0]
    assert (row.name, list(clients())) == ("System FK", [row])


def test_making_and_revoking_is_recorded_without_the_token(filip):
    row, token = make_client(name="FK", scopes=["payments:read"], expires_on=None, actor=filip)
    revoke_client(client_id=row.public_id, actor=filip)
    made, revoked = AuditEntry.objects.filter(subject_ref=str(row.public_id)).order_by("id")
    assert (made.action, revoked.action) == ("api_client.made", "api_client.revoked")
    assert made.role == revoked.role == "admin"
    assert token not in str(made.details)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["liabilities:read", "everything"]}, "scopes"),
        ({"scopes": ["book_payment"]}, "scopes"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "expires_on"),
    ],
)
def test_a_wrong_key_is_refused_beside_its_field_and_not_made(changes, field, filip):
    values = {"name": "FK", "scopes": ["payments:read"], "expires_on": None, "actor": filip}
    with pytest.raises(InvalidInput) as caught:
        make_client(**(values | changes))
    assert caught.value.params["field"] == field
    assert ApiClient.objects.count() == 0


@pytest.mark.parametrize("name", ["anna", "daria", "edyta"])
def test_nobody_else_makes_or_revokes_keys(name, filip, person):
    row, _ = make_client(name="FK", scopes=["payments:read"], expires_on=None, actor=filip)
    actor = person(name).actor
    with pytest.raises(Refused):
        make_client(name="Obcy", scopes=["payments:read"], expires_on=None, actor=actor)
    with pytest.raises(Refused):
        revoke_client(client_id=row.public_id, actor=actor)
    row.refresh_from_db()
    assert (ApiClient.objects.count(), row.revoked_at) == (1, None)


def test_a_revoked_token_is_dead_at_once_and_revoking_twice_is_once(filip, finance):
    revoke_client(client_id=finance.row.public_id, actor=filip)
    first = ApiClient.objects.get().revoked_at
    revoke_client(client_id=finance.row.public_id, actor=filip)
    assert ApiClient.objects.get().revoked_at == first
    assert error_of(finance.get("liabilities"), 401)["code"] == "token.revoked"
    with pytest.raises(NotFound):
        revoke_client(client_id=uuid4(), actor=filip)


def test_a_token_works_on_its_last_day_and_not_after_it(finance):
    today = timezone.localdate()
    ApiClient.objects.update(expires_on=today)
    assert finance.get("liabilities").status_code == 200
    ApiClient.objects.update(expires_on=today - timedelta(days=1))
    assert error_of(finance.get("liabilities"), 401)["code"] == "token.expired"


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda t: "skb_" + t[5:]]
)
def test_a_token_with_one_wrong_character_is_no_token(spoil, finance):
    finance.token = spoil(finance.token)
    assert error_of(finance.get("liabilities"), 401)["code"] == "token.invalid"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer skb__", "Bearer \u0142", "Bearer " + "x" * 5000]
)
def test_a_strange_header_is_refused_and_breaks_nothing(header, finance):
    response = finance.get("liabilities", Authorization=header.encode().decode("latin-1"))
    assert error_of(response, 401)["code"] == "token.invalid"


def test_without_a_token_the_answer_says_how_to_authenticate(finance_system, borki):
    response = finance_system(borki, None).get("liabilities")
    assert error_of(response, 401)["code"] == "token.missing"
    assert response["WWW-Authenticate"] == "Bearer"
    assert error_of(finance_system(borki, None).get("liabilities", Authorization="Basic eDp5"), 401)[
        "code"
    ] == ("token.missing")


def test_the_last_use_is_noted_at_most_once_a_minute(finance):
    finance.get("liabilities")
    first = ApiClient.objects.get().last_used_at
    finance.get("liabilities")
    assert ApiClient.objects.get().last_used_at == first
    ApiClient.objects.update(last_used_at=first - timedelta(minutes=2))
    finance.get("liabilities")
    assert ApiClient.objects.get().last_used_at > first


def test_a_session_of_a_person_is_no_token(client_for, borki):
    for name in ("filip", "daria", "anna"):
        response = client_for(name, borki).get("/api/v1/liabilities")
        assert error_of(response, 401)["code"] == "token.missing"


def test_no_two_tokens_are_alike():
    tokens = {Token.new().text for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(text) >= 60 for text in tokens)
