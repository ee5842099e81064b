"""The queue of complaints at the desk: clocks, one with its history, acts on pages of their own, reports (§ 9, § 11)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.documents import Document
from services.complaints.actions import Grievance, report_discrepancy, submit_complaint
from services.complaints.domain.reports import Matter
from services.complaints.domain.states import Kind
from services.complaints.models import Complaint, DiscrepancyReport
from services.notices.models import Message
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF\n"
QUEUE = "/urzad/reklamacje/"
REPORTS = "/urzad/niezgodnosci-zgloszone/"


@pytest.fixture
def complain(in_borki, person, due):
    """`complain(subject=…)`: Anna complains about her property tax."""

    def send(**changes) -> Complaint:
        values = {
            "kind": Kind.OTHER,
            "subject": "Zapłacona rata dalej na liście",
            "description": "Zapłaciłam 10 września.",
            "key": uuid4(),
            "liability_id": due.public_id,
        }
        told = Grievance(**(values | changes))
        return submit_complaint(told, [Document("przelew.pdf", PDF)], actor=person("anna").actor)

    return send


@pytest.fixture
def of_payment(complain, paid, person):
    from services.accounts.models import Resident

    paid.resident = Resident.objects.get(user_id=person("anna").user_id)
    paid.save()
    return complain(
        kind=Kind.TRANSACTION,
        liability_id=None,
        payment_id=paid.public_id,
        paid_by_name="Jan Płacący",
        paid_by_contact="jan@poczta.example",
        subject="Wpłata poszła dwa razy",
    )


def path(row: Complaint, *rest: str) -> str:
    return "/".join([QUEUE.rstrip("/"), str(row.public_id), *rest]) + "/"


@pytest.mark.covers("D78", "S35")
def test_the_queue_shows_clocks_and_counts_in_menu_and_on_the_start_page(desk, complain):
    row, late = complain(), complain(subject="Od dawna bez odpowiedzi")
    Complaint.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=10))
    page = words(desk("daria").get(QUEUE))
    assert page.index("Od dawna bez odpowiedzi") < page.index(row.subject)
    assert "po terminie" in page
    assert "14 dni roboczych" in page
    start = words(desk("daria").get("/urzad/"))
    assert "Od dawna bez odpowiedzi" in start
    assert "po terminie: 1" in start


def test_an_empty_queue_says_where_the_others_are(desk, in_borki):
    assert "Żadna reklamacja nie czeka na urząd" in words(desk("daria").get(QUEUE))
    assert "Żadne zgłoszenie nie czeka" in words(desk("daria").get(REPORTS))


def test_filters_narrow_by_state_kind_and_department(desk, complain, of_payment, lease):
    complain(subject="O dzierżawie", liability_id=lease.public_id)
    complain(subject="O portalu", liability_id=None)
    for asked, seen in (
        ("kind=transaction", {"Wpłata poszła dwa razy"}),
        (f"type={lease.liability_type.public_id}", {"O dzierżawie"}),
        ("type=office", {"O portalu"}),
        ("state=answered", set()),
        ("state=any&kind=other", {"O dzierżawie", "O portalu"}),
    ):
        page = words(desk("daria").get(f"{QUEUE}?{asked}"))
        found = {text for text in ("Wpłata poszła dwa razy", "O dzierżawie", "O portalu") if text in page}
        assert found == seen, asked


@pytest.mark.covers("D80")
def test_asking_for_data_is_a_page_of_its_own_and_shows_in_the_history(desk, complain):
    row = complain()
    assert heading(desk("daria").get(path(row, "uzupelnienie"))) == "Poprosić o uzupełnienie?"
    assert desk("daria").post(path(row, "uzupelnienie"), {"text": "", "version": 1}).status_code == 422
    sent = {"text": "Podaj numer przelewu.", "version": 1}
    assert desk("daria").post(path(row, "uzupelnienie"), sent)["Location"] == path(row)
    page = words(desk("daria").get(path(row)))
    for text in ("Podaj numer przelewu.", "Poproszono o uzupełnienie reklamacji", "Daria Urzędowa"):
        assert text in page
    assert "List z prośbą jeszcze nie wyszedł" in page
    assert row.subject not in words(desk("daria").get(QUEUE))
    assert row.subject in words(desk("daria").get(f"{QUEUE}?state=incomplete"))


@pytest.mark.covers("D74", "D75", "D79")
def test_a_payments_complaint_goes_to_the_operator_and_back(desk, of_payment, paid):
    row = of_payment
    assert "Przekaż ją operatorowi płatności" in words(desk("daria").get(path(row)))
    form = words(desk("daria").get(path(row, "operator")))
    for text in (paid.reference, "Jan Płacący", "jan@poczta.example"):
        assert text in form
    desk("daria").post(path(row, "operator"), {"text": "Sprawa 88", "version": 1})
    row.refresh_from_db()
    assert (row.state, row.passed_on_at is not None) == ("at_operator", True)
    assert "u operatora płatności" in words(desk("daria").get(path(row)))
    today = timezone.localdate()
    tomorrow = {"text": "Zwrócimy.", "received_on": today + timedelta(days=1), "version": 2}
    assert desk("daria").post(path(row, "odpowiedz-operatora"), tomorrow).status_code == 422
    desk("daria").post(path(row, "odpowiedz-operatora"), tomorrow | {"received_on": today})
    row.refresh_from_db()
    assert (row.state, row.due_on) == ("open", today + timedelta(days=7))


@pytest.mark.covers("D77")
def test_a_decision_is_sent_and_closes_the_complaint(desk, complain):
    row = complain()
    assert desk("daria").post(path(row, "odpowiedz"), {"text": "Tak.", "version": 1}).status_code == 422
    sent = {"outcome": "accepted", "text": "Poprawiliśmy dane.", "version": 1}
    desk("daria").post(path(row, "odpowiedz"), sent)
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("answered", "accepted")
    assert "Poprawiliśmy dane." in Message.objects.get(kind="complaint_answered").body
    page = words(desk("daria").get(path(row)))
    assert "rozstrzygnięcie: uznana" in page
    assert "Poproś o uzupełnienie" not in page
    assert desk("daria").get(path(row, "odpowiedz"))["Location"] == path(row)


@pytest.mark.covers("S35")
def test_who_saw_an_older_page_overwrites_nothing(desk, complain):
    row = complain()
    desk("daria").post(path(row, "uzupelnienie"), {"text": "Podaj numer.", "version": 1})
    late = {"outcome": "dismissed", "text": "Nie.", "version": 1}
    answer = desk("daria").post(path(row, "odpowiedz"), late)
    assert answer.status_code == 422
    assert "Ktoś zmienił tę sprawę" in words(answer)
    row.refresh_from_db()
    assert row.state == "incomplete"


@pytest.mark.covers("D76")
def test_another_department_gets_it_and_the_first_one_no_longer_sees_it(
    desk, complain, lease, only_real_estate
):
    row = complain(liability_id=None)
    types = {"about": str(complain().liability_type.public_id), "version": 1}
    assert desk("daria").post(path(row, "wydzial"), types)["Location"] == QUEUE
    assert desk("daria").get(path(row)).status_code == 404
    entry = AuditEntry.objects.get(action="complaint.moved")
    assert entry.details["liability_type"] == "property_tax"


@pytest.mark.covers("D76")
@pytest.mark.usefixtures("only_real_estate")
def test_a_complaint_of_another_department_does_not_exist(desk, complain):
    row = complain()
    document = str(row.documents.get().public_id)
    assert row.subject not in words(desk("daria").get(QUEUE))
    for rest in ((), ("uzupelnienie",), ("odpowiedz",), ("wydzial",), ("zalaczniki", document)):
        assert desk("daria").get(path(row, *rest)).status_code == 404
    sent = {"outcome": "accepted", "text": "Tak.", "version": 1}
    assert desk("daria").post(path(row, "odpowiedz"), sent).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"
    assert not AuditEntry.objects.filter(action="complaint.document_opened").exists()


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_who_is_no_clerk_has_no_queue(desk, complain, name):
    row = complain()
    for address in (QUEUE, REPORTS, path(row), path(row, "odpowiedz")):
        assert desk(name).get(address).status_code == 403
    assert row.subject not in words(desk(name).get("/urzad/"))


def test_a_document_is_a_download_and_its_opening_is_in_the_log(desk, complain, person):
    row = complain()
    answer = desk("daria").get(path(row, "zalaczniki", str(row.documents.get().public_id)))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    entry = AuditEntry.objects.get(action="complaint.document_opened")
    assert (entry.actor_ref, entry.role) == (person("daria").ref, "clerk")


# --- reports (§ 9) ---------------------------------------------------------------------------------------------------
@pytest.fixture
def report(in_borki, person, due) -> DiscrepancyReport:
    return report_discrepancy(
        liability_id=due.public_id,
        matter=Matter.AMOUNT,
        description="Decyzja mówi o 240 zł.",
        actor=person("anna").actor,
    )


@pytest.mark.covers("D54")
def test_a_report_waits_in_its_own_tab_and_is_answered(desk, report):
    assert "Zgłoszone niezgodności" in words(desk("daria").get(QUEUE))
    assert report.liability.title in words(desk("daria").get(REPORTS))
    address = f"{REPORTS}{report.public_id}/"
    page = words(desk("daria").get(address))
    for text in ("Decyzja mówi o 240 zł.", "Portal pokazuje dziś", "Zgłoszono niezgodność w należności"):
        assert text in page
    assert desk("daria").post(address, {"text": "", "version": 1}).status_code == 422
    desk("daria").post(address, {"text": "Poprawimy dane.", "version": 1})
    report.refresh_from_db()
    assert report.state == "answered"
    assert "Poprawimy dane." in Message.objects.get(kind="discrepancy_answered").body
    assert "Poprawimy dane." in words(desk("daria").get(address))
    assert report.liability.title in words(desk("daria").get(f"{REPORTS}?state=answered"))
