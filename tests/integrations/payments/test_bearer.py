from dataclasses import replace

import pytest

from integrations.payments import bearer
from integrations.payments.base import OperatorConfig, OperatorRefused
from integrations.payments.config import EnvironmentProfile
from integrations.payments.http import Answer

PROFILE = EnvironmentProfile("try", "https://pay.example.org", ("pay.example.org",))
CONFIG = OperatorConfig("any", PROFILE, {"client_id": "1"}, {"client_secret": ("tajny-1",)})


class Server:
    """Gives out numbered tokens and answers as told."""

    def __init__(self, *statuses, seconds=3600.0):
        self.statuses, self.seconds = list(statuses), seconds
        self.issued, self.used = [], []

    def fetch(self):
        self.issued.append(f"t{len(self.issued)}")
        return self.issued[-1], self.seconds

    def call(self, token):
        self.used.append(token)
        return Answer(self.statuses.pop(0) if self.statuses else 200, b"{}")


@pytest.fixture(autouse=True)
def _no_tokens():
    bearer._tokens.clear()


def test_a_token_is_asked_for_once_and_used_again():
    server = Server()

    for _ in range(3):
        assert bearer.call_with_token(CONFIG, server.fetch, server.call).status == 200

    assert (server.issued, server.used) == (["t0"], ["t0", "t0", "t0"])


def test_a_token_that_is_about_to_die_is_replaced_in_time():
    server = Server(seconds=bearer.EARLY_SECONDS)

    for _ in range(2):
        bearer.call_with_token(CONFIG, server.fetch, server.call)

    assert server.used == ["t0", "t1"]


def test_a_kept_token_that_is_refused_is_renewed_once():
    server = Server(200, 401, 200)

    statuses = [bearer.call_with_token(CONFIG, server.fetch, server.call).status for _ in range(2)]

    assert statuses == [200, 200]
    assert server.used == ["t0", "t0", "t1"]


def test_a_fresh_token_that_is_refused_is_refused():
    server = Server(401)

    assert bearer.call_with_token(CONFIG, server.fetch, server.call).status == 401
    assert server.used == ["t0"]


@pytest.mark.parametrize(
    "other",
    [
        replace(CONFIG, secrets={"client_secret": ("tajny-2", "tajny-1")}),
        replace(CONFIG, merchant_ids={"client_id": "2"}),
        replace(CONFIG, operator="other"),
        replace(CONFIG, profile=replace(PROFILE, api_url="https://sandbox.example.org")),
    ],
    ids=["secret", "account", "operator", "environment"],
)
def test_another_account_never_gets_our_token(other):
    server = Server()
    bearer.call_with_token(CONFIG, server.fetch, server.call)

    bearer.call_with_token(other, server.fetch, server.call)

    assert server.used == ["t0", "t1"]


def test_a_token_that_is_not_given_is_not_remembered():
    def refuse():
        raise OperatorRefused("HTTP 401", code="operator.credentials")

    with pytest.raises(OperatorRefused):
        bearer.call_with_token(CONFIG, refuse, Server().call)

    assert bearer._tokens == {}


def test_no_secret_is_kept_among_the_tokens():
    server = Server()
    bearer.call_with_token(CONFIG, server.fetch, server.call)

    assert "tajny-1" not in repr(bearer._tokens)
