"""The address that operators post to: no session, no cookie, no redirect, a limited body (bug classes 9, 10 and 25)."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from services.payments.models import OperatorEvent
from tests.factories.notifications import notification


@pytest.fixture
def payment(payments, due):
    return payments.start(due)


@pytest.fixture
def post(in_borki, settings):
    """Posts as an operator does: without cookies, and with the checks against other sites that a browser would meet."""
    client = Client(enforce_csrf_checks=True, SERVER_NAME=in_borki.host)

    def send(address: str, body: bytes, **more: str):
        return client.post(address, body, content_type="application/json", **more)

    return send


def address_of(payment) -> str:
    account = payment.operator_account.public_id
    return reverse("webhooks:payment_notification", args=[account], urlconf="portal.urls.tenant")


def test_a_message_is_taken_without_session_cookie_or_token(post, payment):
    answer = post(address_of(payment), notification(payment, "4242").body)
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert not answer.cookies
    assert OperatorEvent.objects.get(payment=payment).verdict == "accepted"


def test_a_missing_last_slash_loses_no_message_in_a_redirect(post, payment):
    answer = post(address_of(payment).removesuffix("/"), notification(payment, "4242").body)
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert OperatorEvent.objects.get(payment=payment).verdict == "accepted"


def test_more_than_64_kilobytes_are_not_read_and_not_kept(post, payment):
    answer = post(address_of(payment), b"{" + b" " * 64 * 1024 + b"}")
    assert answer.status_code == 413
    assert not OperatorEvent.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_post_is_answered(in_borki, payment, method):
    answer = getattr(Client(SERVER_NAME=in_borki.host), method)(address_of(payment))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert not OperatorEvent.objects.exists()


def test_an_unknown_account_is_not_found_and_nothing_is_kept(post, payment):
    address = address_of(payment).replace(str(payment.operator_account.public_id), str(uuid4()))
    assert post(address, notification(payment, "4242").body).status_code == 404
    assert not OperatorEvent.objects.exists()


def test_a_message_at_the_account_of_another_gmina_is_not_found(payment, in_borki, dabrowa):
    client = Client(SERVER_NAME=dabrowa.host)
    answer = client.post(
        address_of(payment), notification(payment, "4242").body, content_type="application/json"
    )
    assert answer.status_code == 404
    assert not OperatorEvent.objects.exists()
    payment.refresh_from_db()
    assert payment.state == "started"


def test_a_hundred_messages_in_a_row_are_all_taken(post, payment):
    """Nothing that slows people down may keep the operator away."""
    statuses = {
        post(address_of(payment), notification(payment, "4242", statement=f"p24-{place}").body).status_code
        for place in range(100)
    }
    assert statuses == {200}
    assert OperatorEvent.objects.filter(payment=payment).count() == 100
