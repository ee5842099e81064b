"""One answer of the national node, sent twice at one moment: of two requests one asks the node, and it proves once."""

import pytest
from django.conf import settings
from django.utils import timezone

from integrations.identity.base import Rejected
from integrations.identity.login_gov.login import take_delivery
from services.identity import attempts
from services.identity.models import LoginAttempt, SeenMessage
from tests.fixtures.national_node import Leaving, Traveller, register_at_node


@pytest.fixture
def delivered(own, stand_in, monkeypatch):
    """An attempt of Anna's with its artifact, in a database whose rows others see."""
    monkeypatch.setattr(settings, "LOGIN_GOV_NODE", "stand_in")
    monkeypatch.setattr(settings, "LOGIN_GOV_CERTIFICATES", stand_in.certificate_pem.decode())
    monkeypatch.setattr(settings, "LOGIN_GOV_URL", stand_in.url)
    register_at_node(stand_in, own.scope)
    begun = attempts.begin(nonce="nonce", next_path="", now=timezone.now())
    leaving = Leaving(begun.form.url, begun.form.fields, None)
    fields = Traveller(None, own.scope).choose(leaving, "anna")
    yield begun.attempt_id, fields
    stand_in.state.forget()


def test_one_of_two_requests_at_once_is_let_in(own, delivered, stand_in):
    attempt_id, fields = delivered
    delivery = take_delivery(fields)
    posted = own.together(*[lambda: attempts.deliver(delivery, now=timezone.now())] * 3)
    assert posted == [attempt_id] * 3
    results = own.together(*[lambda: attempts.finish(attempt_id, nonce="nonce", now=timezone.now())] * 4)
    done = [one for one in results if isinstance(one, attempts.Finished)]
    refused = [one for one in results if isinstance(one, Rejected)]
    assert [one.resident.user_id for one in done] == [own.person("anna").user_id]
    assert {one.code for one in refused} == {"login_gov.attempt.used"}
    assert len(refused) == 3
    assert [one["kind"] for one in stand_in.state.calls].count("ArtifactResolve") == 1
    assert (SeenMessage.objects.count(), LoginAttempt.objects.get().outcome) == (1, "login_gov.done")


def test_the_same_message_is_first_for_one_of_many(own):
    rows, until = attempts.SeenRows(), timezone.now()
    heard = own.together(*[lambda: rows.first_time("wezel", "ID-1", until)] * 6)
    assert sorted(heard) == [False] * 5 + [True]
