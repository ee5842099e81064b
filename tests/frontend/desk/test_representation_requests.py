"""The queue of requests to represent: document, decision, and what the browser gets of the file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.documents import Document
from services.accounts.actions import Represented, request_representation
from services.accounts.domain.representation import Level, Scope, Title
from services.accounts.models import Representation, RepresentationRequest
from services.notices.models import Message
from tests.factories.accounts import PayerFactory
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF\n"


@pytest.fixture
def asked(in_borki, person) -> RepresentationRequest:
    scope = Scope(Level.PAY, timezone.localdate(), types=frozenset({"property_tax"}))
    wanted = Represented("Piekarnia Próbna", "5260250274", Title.ATTORNEY, scope, note="Proszę o pośpiech.")
    return request_representation(wanted, Document("pełnomocnictwo.pdf", PDF), actor=person("anna").actor)


@pytest.fixture
def company(in_borki):
    return PayerFactory(company=True, name="PIEKARNIA PRÓBNA", identifier="5260250274", external_id="F-1")


def path(asked, *rest: str) -> str:
    return "/".join(["/urzad/reprezentowanie", str(asked.public_id), *rest]) + "/"


def test_the_clerk_reads_everything_and_grants_to_the_payer_with_that_number(desk, asked, company):
    assert "Piekarnia Próbna" in words(desk("daria").get("/urzad/reprezentowanie/"))
    shown = words(desk("daria").get(path(asked)))
    for text in (
        "Anna Przykładowa",
        "pełnomocnictwo",
        "Proszę o pośpiech.",
        "Podatek od nieruchomości",
        "nr F-1",
    ):
        assert text in shown
    answer = desk("daria").post(path(asked), {"payer": str(company.public_id), "version": 1})
    assert answer["Location"] == "/urzad/reprezentowanie/"
    right = Representation.objects.get(payer=company)
    assert (right.level, right.is_limited) == ("pay", True)
    assert [kind.code for kind in right.liability_types.all()] == ["property_tax"]
    assert "Żaden wniosek nie czeka" in words(desk("daria").get("/urzad/reprezentowanie/"))


@pytest.mark.parametrize("page", ["/urzad/", "/urzad/reprezentowanie/"])
def test_lists_say_that_there_is_a_document_without_reading_it(desk, asked, page):
    client = desk("daria")
    with CaptureQueriesContext(connection) as asked_for:
        assert "Piekarnia Próbna" in words(client.get(page))
    about = [one["sql"] for one in asked_for if "accounts_representationdocument" in one["sql"]]
    assert about
    assert not [sql for sql in about if '"accounts_representationdocument"."content"' in sql]


def test_a_payer_with_another_number_is_shown_once_more(desk, asked):
    other = PayerFactory(company=True, external_id="F-9", name="Inna Firma")
    sent = {"payer": "number", "external_id": "F-9", "version": 1}
    assert heading(desk("daria").post(path(asked), sent)) == "Czy to ten płatnik?"
    assert not Representation.objects.filter(payer=other).exists()
    desk("daria").post(path(asked), sent | {"confirmed": "on"})
    assert Representation.objects.filter(payer=other).exists()


def test_the_document_is_a_download_that_nothing_runs_in_and_its_opening_is_in_the_log(desk, asked, person):
    answer = desk("daria").get(path(asked, "dokument"))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="representation.document_opened")
    assert (entry.actor_ref, entry.role) == (person("daria").ref, "clerk")


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_who_is_no_clerk_gets_neither_the_request_nor_the_document(desk, asked, name):
    for one in (path(asked), path(asked, "dokument"), path(asked, "odrzuc")):
        assert desk(name).get(one).status_code == 403
    assert not AuditEntry.objects.filter(action="representation.document_opened").exists()


def test_a_refusal_is_told_with_its_reason(desk, asked):
    assert desk("daria").post(path(asked, "odrzuc"), {"version": 1, "reason": ""}).status_code == 422
    desk("daria").post(path(asked, "odrzuc"), {"version": 1, "reason": "Brak podpisu."})
    asked.refresh_from_db()
    assert asked.state == "rejected"
    assert "Brak podpisu." in Message.objects.get(kind="representation_rejected").body


def test_what_was_decided_is_shown_without_a_form(desk, asked, company):
    desk("daria").post(path(asked), {"payer": str(company.public_id), "version": 1})
    page = desk("daria").get(path(asked))
    assert "Przyjmij wniosek" not in words(page)
    again = desk("daria").post(path(asked), {"payer": str(company.public_id), "version": 2})
    assert "ktoś już załatwił" in words(again)
