"""The OpenAPI document: current, complete, and true: its examples are really accepted and really answered."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from services.api.v1 import examples
from services.api.v1.schema import document, document_yaml
from services.api.v1.sentences import CODES
from services.liabilities.sentences import ERRORS
from tests.api.conftest import error_of
from tests.api.test_idempotency import paid

ROOT = Path(__file__).parents[2]


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_current():
    assert (ROOT / "docs/openapi.yaml").read_text() == document_yaml(), "run `skarbnik api_document`"


def test_the_check_of_the_command_notices_an_old_document(tmp_path):
    file = tmp_path / "openapi.yaml"
    with pytest.raises(CommandError):
        call_command("api_document", "--check", "--file", str(file))
    call_command("api_document", "--file", str(file), stdout=StringIO())
    call_command("api_document", "--check", "--file", str(file))
    file.write_text(file.read_text() + "#")
    with pytest.raises(CommandError):
        call_command("api_document", "--check", "--file", str(file))


@pytest.mark.django_db
def test_everybody_can_read_it_and_it_holds_nothing_of_the_gmina(finance_system, borki, dabrowa):
    answers = [finance_system(scope, None).get("openapi.json") for scope in (borki, dabrowa)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].json() == document()
    assert finance_system(borki, None).call("POST", "openapi.json", {}).status_code == 405


@pytest.mark.parametrize(("name", "operation"), operations())
def test_every_operation_is_described_in_polish_with_its_scope_its_errors_and_examples(name, operation):
    assert operation["summary"]
    assert re.search(r"[ąćęłńóśżź]", operation["description"])
    assert re.search(r"Zakres tokenu: `[a-z]+:[a-z]+`", operation["description"])
    assert operation["security"] == [{"token": []}]
    assert {"401", "403", "503"} <= set(operation["responses"])
    for answer in operation["responses"].values():
        assert answer["description"]
        assert answer["content"]["application/json"]["examples"]
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]
    if "requestBody" in operation:
        assert operation["requestBody"]["content"]["application/json"]["examples"]
        assert {"400", "413", "415", "429"} <= set(operation["responses"])


def test_every_code_of_an_operation_has_its_status_and_sentence():
    listed = set()
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                continue
            for example in answer["content"]["application/json"]["examples"].values():
                error = example["value"]["error"]
                assert CODES[error["code"]].status == int(status), name
                assert "%(" not in error["message"]
                listed.add(error["code"])
    assert {code for code in CODES if not code.startswith(("server", "method", "not_found"))} - listed == {
        "request.not_acceptable"
    }


def shape(value: Any) -> Any:
    """Names and kinds of a JSON value, without what it says; a list has the shape of its first element."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None if value is None else type(value).__name__


@pytest.mark.django_db
def test_the_examples_are_accepted_and_answered_as_the_document_says(finance):
    put = finance.put("liabilities/N-2026-1001-3", examples.DUE_ROW)
    assert shape(put.json()) == shape(examples.PUT_LIABILITY)
    cost = finance.put("reminder-costs/U-2026-17", examples.COST_ROW)
    assert shape(cost.json()) == shape(examples.PUT_REMINDER_COST)
    assert shape(finance.get("liabilities").json()) == shape(examples.LIABILITIES)
    made = finance.post("imports", examples.IMPORT)
    assert shape(made.json()) == shape(examples.IMPORT_ANSWER)
    assert shape(finance.get(f"imports/{made.json()['id']}").json()) == shape(examples.IMPORT_REPORT)
    payment = paid()
    assert shape(finance.get("payments").json()) == shape(examples.PAYMENTS)
    booked = finance.post(f"payments/{payment.public_id}/booking", examples.BOOKING)
    assert shape(booked.json()) == shape(examples.BOOKED_PAYMENT)


def test_the_answers_of_the_examples_have_exactly_the_documented_fields():
    shapes = document()["components"]["schemas"]
    for name, example in (
        ("Liability", examples.LIABILITY),
        ("ReminderCost", examples.REMINDER_COST),
        ("ImportAnswer", examples.IMPORT_ANSWER),
        ("Payment", examples.PAYMENT),
        ("PostingAnswer", examples.POSTINGS_ANSWER),
        ("PaymentItem", examples.PAYMENT["items"][0]),
        ("Booking", examples.BOOKED_PAYMENT["booking"]),
        ("Share", examples.BOOKED_PAYMENT["booking"]["shares"][0]),
    ):
        assert set(example) == set(shapes[name]["properties"]) == set(shapes[name]["required"]), name


def test_the_document_is_plain_json_without_a_personal_number_of_a_living_person():
    text = json.dumps(document(), ensure_ascii=False)
    assert re.findall(r"\b[0-9]{11}\b", text) == ["75870300017"] * text.count("75870300017")


@pytest.mark.django_db
def test_every_error_of_the_import_can_be_told(finance):
    assert set(ERRORS) & set(CODES) == {"dues.invalid", "import.unknown"}
    assert error_of(finance.put("liabilities/N-1", {"a": 1}), 400)["details"]
