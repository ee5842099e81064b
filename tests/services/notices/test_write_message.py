"""The outbox: a message is a row of the same transaction as the act that asks for it."""

import ast
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from kernel import tenancy
from services.notices.actions import write_message
from services.notices.models import Message
from services.payments.actions.transitions import MESSAGE_KINDS
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parents[3] / "frontend" / "pages" / "templates" / "notices"
KINDS = sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem != "signature")


@pytest.fixture
def context(in_borki):
    return {
        "portal": "Portal <próbny> & spółka",
        "reason": "Nazwisko „O'Brien” <nie> pasuje & już",
        "confirm_url": "http://borki.localhost/rejestracja/potwierdz/abc:def/",
        "password_url": "http://borki.localhost/haslo/abc/def/",
        "deadline_on": None,
        "full_name": "Łucja O'Żebro",
        "account_kind": "staff",
        "payment": PaymentFactory(),
        "amount_gr": 12_345,
        "shown_gr": 12_345,
        "refund": {"amount_gr": 12_345},
        "request": {"state": "rejected", "kind": "refund", "reason": "Nadpłata <już> rozliczona & zwrócona"},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_has_a_subject_of_one_line_a_body_and_the_portals_address(context, kind):
    message = write_message(kind=kind, recipient="anna@mieszkaniec.example", context=context)
    assert message.subject
    assert "\n" not in message.subject
    assert "http://borki.localhost" in message.body
    assert message.body.endswith("\n")
    whole = message.subject + message.body
    for markup in ("&amp;", "&lt;", "&quot;", "&#x27;", "{{", "{%"):
        assert markup not in whole, "plain text is not escaped, and nothing is left unfilled"


def test_there_is_a_letter_for_every_kind_that_the_services_write():
    """A kind without a template would fail the act that writes it."""
    root = Path(__file__).parents[3] / "services"
    calls = [
        node
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write_message"
    ]
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "kind"]
    written = {value.value for value in given if isinstance(value, ast.Constant)} | set(
        MESSAGE_KINDS.values()
    )
    assert written >= {
        "registered",
        "account_active",
        "registration_rejected",
        "password_reset",
        "payment_paid",
    }
    for kind in written:
        get_template(f"notices/{kind}.txt")


def test_a_line_break_in_a_value_cannot_add_a_header(context):
    context["portal"] = "Portal\r\nBcc: ktos@inny.example"
    message = write_message(kind="registered", recipient="anna@mieszkaniec.example", context=context)
    assert "\r" not in message.subject
    assert "\n" not in message.subject


def test_an_unknown_kind_is_a_fault_of_the_program_and_writes_nothing(in_borki):
    with pytest.raises(TemplateDoesNotExist):
        write_message(kind="no_such_letter", recipient="a@b.example", context={})
    assert not Message.objects.exists()


def test_a_message_of_an_act_that_failed_is_not_sent(in_borki):
    with transaction.atomic():
        write_message(kind="address_taken", recipient="anna@mieszkaniec.example", context={})
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.covers("S49", "S107")
def test_recipient_subject_and_text_cannot_be_read_in_the_database(in_borki):
    message = write_message(kind="address_taken", recipient="anna@mieszkaniec.example", context={})
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, subject, body, last_error FROM notices_message")
        stored = b"|".join(
            bytes(value) if isinstance(value, memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )
    for plain in ("anna@mieszkaniec.example", message.subject, message.body.split("\n")[0]):
        assert plain.encode() not in stored


@pytest.mark.covers("D104")
def test_each_gminas_letters_carry_its_own_address(borki, dabrowa):
    bodies = {}
    for scope in (borki, dabrowa):
        with tenancy.enter(scope):
            bodies[scope.host] = write_message(kind="address_taken", recipient="a@b.example", context={}).body
    assert "http://borki.localhost/haslo/" in bodies["borki.localhost"]
    assert "http://dabrowa-gornicza.localhost/haslo/" in bodies["dabrowa-gornicza.localhost"]
    assert "borki" not in bodies["dabrowa-gornicza.localhost"].casefold()
