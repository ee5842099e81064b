"""One envelope for every error, whatever goes wrong and wherever."""

import pytest
from django.db import OperationalError

from services.api.v1 import examples, liabilities
from services.liabilities.models import Liability
from tests.api.conftest import FinanceSystem, error_of

pytestmark = pytest.mark.django_db

DUE = "liabilities/N-1"


@pytest.mark.parametrize("path", ["", "nic", "liabilities/", "payments/nie-uuid", "v2", "payments/1/booking"])
def test_an_address_that_does_not_exist_is_a_404(path, finance):
    assert error_of(finance.get(path), 404)["code"] in ("not_found", "liability.unknown")


def test_an_unknown_address_says_the_same_to_everybody(finance_system, borki):
    assert error_of(finance_system(borki, None).get("nic"), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "request.unreadable"),
        ("{", "request.unreadable"),
        ('{"a": NaN}', "request.unreadable"),
        (b'{"a": "\xb1"}', "request.unreadable"),
        ("[" * 100_000, "request.unreadable"),
        ('{"year": ' + "9" * 5000 + "}", "request.unreadable"),
        ("[]", "request.not_object"),
        ('"tekst"', "request.not_object"),
        ("null", "request.not_object"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_a_400(body, code, finance):
    assert error_of(finance.put(DUE, body), 400)["code"] == code
    assert error_of(finance.post("imports", body), 400)["code"] == code
    assert Liability.objects.count() == 0


def test_another_media_type_is_a_415_and_another_answer_than_json_a_406(finance):
    response = finance.call("PUT", DUE, "<due/>", **{"Content-Type": "text/xml"})
    assert error_of(response, 415)["code"] == "request.media_type"
    assert error_of(finance.get("liabilities", Accept="text/html"), 406)["code"] == "request.not_acceptable"


def test_a_body_of_more_than_12_mb_is_a_413(finance):
    body = '{"title": "' + "x" * (12 * 1024 * 1024) + '"}'
    assert error_of(finance.put(DUE, body), 413)["code"] == "request.too_big"
    assert error_of(finance.post("imports", body), 413)["code"] == "request.too_big"


def test_a_wrong_row_tells_all_its_fields_in_polish(finance):
    body = {**examples.DUE_ROW, "principal": "12.34", "due_on": "2026-02-30", "kwota": "1"}
    error = error_of(finance.put(DUE, body), 400)
    assert (error["code"], error["field"]) == ("dues.invalid", None)
    assert {(one["field"], one["code"]) for one in error["details"]} == {
        ("principal", "dues.not_full_zloty"),
        ("due_on", "dues.day"),
        ("kwota", "dues.unknown_field"),
    }
    assert all(one["message"].endswith(".") for one in error["details"])


def test_an_error_of_one_field_names_it(finance):
    error = error_of(finance.put(DUE, {**examples.DUE_ROW, "year": 26}), 400)
    assert error["field"] == "year"


@pytest.mark.parametrize("strange", ["\u0000", "\ud800", "\ufffe"])
def test_characters_that_cannot_be_stored_are_refused_in_every_field(strange, finance):
    due = [name for name, value in examples.DUE_ROW.items() if isinstance(value, str)]
    for name in due:
        response = finance.put(DUE, {**examples.DUE_ROW, name: f"x{strange}"})
        assert error_of(response, 400)["code"] == "dues.invalid", name
    for name in ("payer_external_id", "number", "amount", "sent_on"):
        response = finance.put("reminder-costs/U-1", {**examples.COST_ROW, name: f"x{strange}"})
        assert error_of(response, 400)["code"] == "dues.invalid", name
    listed = {**examples.COST_ROW, "liabilities": [f"x{strange}"]}
    assert error_of(finance.put("reminder-costs/U-1", listed), 400)["code"] == "dues.invalid"
    assert Liability.objects.count() == 0


@pytest.mark.parametrize("place", ["x%00", "x%ED%A0%80", "x%EF%BF%BE", "x" * 81, "%20"])
def test_an_id_that_cannot_be_stored_is_found_nowhere_and_made_nowhere(place, finance):
    assert error_of(finance.get(f"liabilities/{place}"), 404)["code"] == "liability.unknown"
    assert error_of(finance.get(f"reminder-costs/{place}"), 404)["code"] == "reminder_cost.unknown"
    if place != "x%ED%A0%80":  # bytes that are no UTF-8 arrive as percent signs: an id like any other
        assert error_of(finance.put(f"liabilities/{place}", examples.DUE_ROW), 400)["code"] == "dues.invalid"
        assert Liability.objects.count() == 0


def test_a_database_that_is_away_is_a_503_that_says_when_to_try_again(finance, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(liabilities, "put_due", fail)
    response = finance.put(DUE, examples.DUE_ROW)
    assert error_of(response, 503)["code"] == "service.unavailable"
    assert int(response["Retry-After"]) > 0
    assert "connection" not in response.content.decode()


def test_an_unforeseen_failure_is_a_500_without_a_word_about_our_code(finance, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("75870300017")

    monkeypatch.setattr(liabilities, "put_due", fail)
    response = finance.put(DUE, examples.DUE_ROW)
    assert error_of(response, 500)["code"] == "server.error"
    assert "Zero" not in response.content.decode()
    assert any(record.exc_info for record in caplog.records)


def test_an_unforeseen_failure_reaches_whoever_watches(finance, monkeypatch):
    from django.core.signals import got_request_exception

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    seen = []
    monkeypatch.setattr(liabilities, "put_due", fail)

    def watch(**kwargs):
        seen.append(kwargs["request"])

    got_request_exception.connect(watch)
    try:
        finance.put(DUE, examples.DUE_ROW)
    finally:
        got_request_exception.disconnect(watch)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=²",
        "updated_since=wczoraj",
        "updated_since=2026-11-20T10:00:00",
    ],
)
def test_a_wrong_query_names_its_parameter(query, finance):
    error = error_of(finance.get(f"liabilities?{query}"), 400)
    assert (error["code"], error["field"]) == ("request.invalid", query.partition("=")[0])


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!", "YXQ9MQ", "aWQ9LTE", "YXQ9MSZpZD14", "A" * 5000, "YXQ9OTk5OTk5OTk5OTk5OTk5OTk5JmlkPTE"],
)
def test_a_cursor_that_we_have_not_made_is_refused(cursor, finance):
    assert error_of(finance.get(f"liabilities?cursor={cursor}"), 400)["code"] == "cursor.invalid"
    assert error_of(finance.get(f"payments?cursor={cursor}"), 400)["code"] == "cursor.invalid"


def test_no_answer_is_cached_or_framed(finance: FinanceSystem):
    response = finance.get("liabilities")
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in response
