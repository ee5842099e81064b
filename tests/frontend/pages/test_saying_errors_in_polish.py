"""Every code that the services can raise has a Polish sentence, and a sentence lands beside the field that it is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from frontend.messages import SENTENCES, UNKNOWN, sentence, show_on
from frontend.sentences import (
    complaints,
    desk,
    letters,
    money,
    office,
    platform,
    safeguards,
    signing,
    statements,
)
from kernel.errors import Conflict, InvalidInput, NotFound
from services.banking.sentences import POSTINGS
from services.liabilities.sentences import ERRORS as IMPORT_ERRORS

ROOT = Path(__file__).resolve().parents[3]
RAISING = {"InvalidInput", "NotFound", "Conflict", "Refused", "Unavailable", "IllegalTransition"}
FOR_PROGRAMMERS = {
    "allocation.doubled_id",
    "allocation.enforced",
    "allocation.mixed_laws",
    "allocation.negative_amount",
    "allocation.unknown_indication",
    "instant.naive",
    "working_days.negative",
    "transfer_qr.amount",
    "transfer_qr.nip",
    "transfer_qr.nrb",
    "transfer_qr.too_long",
}
"""Mistakes of the code that calls, which no person can make by typing."""


def codes() -> Iterator[tuple[str, str]]:
    for folder in ("services", "tenants", "platform/kernel"):
        for path in (ROOT / folder).rglob("*.py"):
            if "api" in path.parts or path.name.startswith("calculate"):
                continue  # the API words its own codes; the calculator is a program for programs
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISING and node.args:
                    code = node.args[0]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value, str(path.relative_to(ROOT))


def test_every_code_of_the_services_has_a_sentence():
    missing = {code: path for code, path in codes() if code not in SENTENCES and code not in FOR_PROGRAMMERS}
    assert missing == {}


def test_the_search_finds_codes():
    assert {"payment.locked", "pesel.invalid", "link.dead"} <= {code for code, _ in codes()}


def test_sentences_are_sorted_so_that_two_people_do_not_add_one_twice():
    parts = [
        IMPORT_ERRORS,
        POSTINGS,
        complaints.SENTENCES,
        desk.SENTENCES,
        letters.SENTENCES,
        money.SENTENCES,
        office.SENTENCES,
        platform.SENTENCES,
        safeguards.SENTENCES,
        signing.SENTENCES,
        statements.SENTENCES,
    ]
    for part in parts[1:]:
        assert list(part) == sorted(part)
    assert sum(map(len, parts)) == len(SENTENCES), "a code has two sentences"


def test_sentences_end_as_sentences_do():
    odd = [
        code
        for code, text in SENTENCES.items()
        if str(text)[-1] not in ".?" and "%(reasons)s" not in str(text)
    ]
    assert odd == []


def test_reasons_are_said_one_after_another():
    error = InvalidInput("password.weak", field="password", reasons=["Za krótkie.", "Zbyt powszechne."])
    assert sentence(error) == "Wybierz inne hasło. Za krótkie. Zbyt powszechne."


def test_a_missing_parameter_does_not_hide_the_sentence():
    assert sentence(InvalidInput("password.weak")) == "Wybierz inne hasło."


def test_an_unknown_code_gets_a_general_sentence_and_never_the_code():
    assert sentence(Conflict("something.new")) == str(UNKNOWN)


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (InvalidInput("pesel.invalid", field="pesel"), "pesel"),
        (InvalidInput("pesel.invalid", field="no_such_field"), "__all__"),
        (NotFound("payer.unknown"), "__all__"),
    ],
)
def test_an_error_is_shown_beside_its_field_or_above_the_form(error, place):
    class Form(forms.Form):
        pesel = forms.CharField()

    form = Form({"pesel": "1"})
    show_on(form, error)
    assert form.errors == {place: [sentence(error)]}
