"""One way for every list of the desk: order, saved views, one act on many rows, files (S35, C7, C12; docs/desk.md)."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from frontend.desk.queues import ALL, QUEUES
from integrations.finance.exchange.formulas import is_formula
from kernel.audit.models import AuditEntry
from services.accounts.models import DepartmentGrant, Resident
from services.payments.models import Discrepancy
from services.users.models import User
from services.worklists.models import SavedView
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.signing import sign_in
from tests.frontend.reading import heading, main, words
from tests.isolation.furniture import furnish
from tests.services.payments.refunding import clerk

pytestmark = pytest.mark.django_db
DUES = "/urzad/naleznosci/"
MISMATCHES = "/urzad/niezgodnosci/"
NAMES = [queue.code for queue in ALL]


@pytest.fixture
def second(desk, in_borki) -> Client:
    """The browser of another clerk."""
    client, who = desk("daria"), clerk()
    sign_in(client, User.objects.get(pk=who.user_id))
    return client


def file_of(client: Client, code: str, kind: str = "csv", query: str = ""):
    return client.get(f"/urzad/listy/{code}/plik.{kind}{query}")


def table(response) -> list[list[str]]:
    """A CSV answer as rows."""
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def exports() -> int:
    return AuditEntry.objects.filter(action="list.exported").count()


# --- every list ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", NAMES)
def test_every_list_shows_its_rows_under_their_headings_and_gives_the_same_as_files(code, desk, in_borki):
    furnish(in_borki, "Probska")
    _more(in_borki)
    queue, client = QUEUES[code], desk("daria")
    page = client.get(f"{queue.url}?widok=")
    assert page.status_code == 200
    listing = page.context["listing"]
    assert listing.count, "nothing to look at"
    whole = re.search(r"<table.*?</table>", main(page), re.S)[0]
    heads = re.findall(r"<th [^>]*scope=\"col\"", whole)
    first = re.search(r"<tbody.*?(<tr.*?</tr>)", whole, re.S)[1]
    assert len(re.findall(r"<t[hd]\b", first)) == len(heads)
    rows = table(file_of(client, code))
    assert rows[0] == [str(column.label) for column in queue.columns]
    assert len(rows) == listing.count + 1
    assert not [cell for row in rows[1:] for cell in row if is_formula(cell) and not cell.startswith("'")]
    book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(client, code, "xlsx").content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert [len(row) for row in sheet] == [len(queue.columns)] * len(rows)
    assert exports() == 2


def _more(scope) -> None:
    """What the furniture lacks: money to book, a file in doubt, changed data, an overpayment that nobody asks for."""
    from services.accounts.models import DataChange, Payer
    from tests.factories.accounts import PayerFactory
    from tests.factories.liabilities import OverpaymentFactory

    anna = Payer.objects.get(external_id="K-anna")
    OverpaymentFactory(payer=anna, external_id="NP-bez")
    PaymentFactory(paid=True, payer=anna, dues=[LiabilityFactory(payer=anna, external_id="N-druga")])
    doubtful = ResidentFactory(first_name="Inna", last_name="Niepewna", activated_at=timezone.now())
    PayerFactory(identifier=doubtful.pesel, name="Ktoś Inny")
    DataChange.objects.create(
        resident=doubtful, field="phone", before="", after="600100200", changed_at=timezone.now()
    )


@pytest.mark.parametrize("code", NAMES)
def test_no_filter_that_stands_in_an_address_names_a_person(code, desk, rf, person, in_borki):
    request = rf.get("/")
    request.actor = person("daria").actor
    fields = QUEUES[code].form(request, QUEUES[code]).fields
    free = {name for name, field in fields.items() if type(field) is forms.CharField}
    assert free <= {"number"}, "a free text may hold a name: search by POST"


@pytest.mark.parametrize("code", NAMES)
def test_a_moderator_has_none_of_these_lists_and_leaves_no_file(code, desk):
    for kind in ("csv", "xlsx"):
        assert file_of(desk("edyta"), code, kind).status_code == 404
    assert desk("edyta").post(f"/urzad/listy/{code}/widoki/", {"name": "x"}).status_code == 404
    assert exports() == SavedView.objects.count() == 0


@pytest.mark.parametrize("code", NAMES)
def test_every_heading_that_orders_says_so_and_opens(code, desk, in_borki):
    furnish(in_borki, "Probska")
    _more(in_borki)
    queue, client = QUEUES[code], desk("daria")
    for column in queue.columns:
        for sort in (column.name, f"-{column.name}") if column.is_sortable else ():
            page = client.get(f"{queue.url}?sort={sort}")
            direction = "descending" if sort.startswith("-") else "ascending"
            if not column.only_in_file:
                assert f'aria-sort="{direction}"' in main(page), (code, sort)


# --- files ---------------------------------------------------------------------------------------------------------------
def test_a_cell_that_a_spreadsheet_would_run_is_text_in_both_files(desk, anna):
    LiabilityFactory(payer=anna, title='=HYPERLINK("http://zle.example";"kliknij")', external_id="@SUM(A1)")
    rows = table(file_of(desk("daria"), "liabilities"))
    assert rows[1][:2] == ["'@SUM(A1)", '\'=HYPERLINK("http://zle.example";"kliknij")']
    book = file_of(desk("daria"), "liabilities", "xlsx")
    assert b"<f>" not in book.content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "@SUM(A1)"


def test_amounts_have_a_decimal_comma_in_csv_and_are_numbers_in_xlsx(desk, due):
    answer = file_of(desk("daria"), "liabilities")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    place = table(answer)[0].index("Przypis")
    assert table(answer)[1][place] == "300,00"
    book = file_of(desk("daria"), "liabilities", "xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][place] == 300.0


def test_the_file_masks_what_the_page_masks(desk):
    resident = ResidentFactory(submitted=True)
    content = file_of(desk("daria"), "registrations").content.decode("utf-8-sig")
    assert resident.pesel not in content
    assert f"*******{resident.pesel[-4:]}" in content


@pytest.mark.usefixtures("only_real_estate")
@pytest.mark.covers("S27", "S41")
def test_the_file_holds_only_what_the_clerk_handles(desk, due, lease):
    content = file_of(desk("daria"), "liabilities").content.decode("utf-8-sig")
    assert lease.external_id in content
    assert due.external_id not in content


@pytest.mark.covers("S32")
def test_taking_a_file_is_in_the_log_with_role_number_of_rows_and_narrowing(desk, due, lease):
    file_of(desk("daria"), "liabilities", query=f"?type={lease.liability_type.public_id}&q=Kowalska")
    entry = AuditEntry.objects.get(action="list.exported")
    assert (entry.role, entry.details["page"], entry.details["lines"]) == ("clerk", "liabilities", 1)
    assert entry.details["narrowing"] == f"type={lease.liability_type.public_id}"


def test_a_list_that_is_too_long_for_a_file_says_what_to_do(desk, due, lease, monkeypatch):
    short = {"liabilities": replace(QUEUES["liabilities"], most_in_file=1)}
    monkeypatch.setattr("frontend.desk.queues.QUEUES", {**QUEUES, **short})
    answer = desk("daria").get("/urzad/listy/liabilities/plik.csv", follow=True)
    assert "Zawęź ją filtrami" in words(answer)
    assert exports() == 0


# --- saved views ---------------------------------------------------------------------------------------------------------
def save(client: Client, query: str, **values: object):
    return client.post("/urzad/listy/liabilities/widoki/", {"name": "Czynsze", "query": query, **values})


def test_a_view_keeps_filters_and_order_and_nothing_else_of_the_address(desk, lease, due):
    client = desk("daria")
    kind = lease.liability_type.public_id
    answer = save(client, f"type={kind}&sort=-due&q=Kowalska&strona=3")
    row = SavedView.objects.get()
    assert row.query == f"type={kind}&sort=-due"
    page = client.get(answer["Location"])
    assert lease.title in words(page)
    assert due.title not in words(page)
    assert "Czynsze" in words(page)


def test_the_default_view_opens_the_list_and_can_be_left(desk, lease, due):
    client = desk("daria")
    save(client, f"type={lease.liability_type.public_id}", is_default="on")
    assert due.title not in words(client.get(DUES, follow=True))
    assert due.title in words(client.get(f"{DUES}?widok="))
    save(client, "sort=due", name="Inny", is_default="on")
    assert SavedView.objects.filter(is_default=True).count() == 1
    assert due.title in words(client.get(DUES, follow=True))


def test_the_same_name_replaces_and_an_empty_one_is_refused_with_what_was_chosen(desk, in_borki):
    client = desk("daria")
    save(client, "sort=due")
    save(client, "sort=-due")
    assert SavedView.objects.get().query == "sort=-due"
    refused = save(client, "sort=due", name="  ", is_shared="on")
    assert refused.status_code == 422
    assert "Nazwij widok" in words(refused)
    assert 'value="sort=due"' in main(refused)
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_offered_to_a_colleague_who_cannot_drop_it(desk, second, lease):
    client = second
    save(desk("daria"), f"type={lease.liability_type.public_id}", is_shared="on")
    row = SavedView.objects.get()
    assert "Czynsze (wspólny)" in words(client.get(DUES))
    assert "Usuń widok" not in words(client.get(DUES))
    assert client.post(reverse("desk:drop_view", args=[row.public_id])).status_code == 404
    assert SavedView.objects.count() == 1


def test_a_view_of_ones_own_is_not_shown_to_a_colleague_and_is_dropped_after_a_question(desk, second):
    daria = desk("daria")
    save(daria, "sort=due", name="Tylko moje")
    assert "Tylko moje" in words(daria.get(DUES))
    assert "Tylko moje" not in words(second.get(DUES))
    address = reverse("desk:drop_view", args=[SavedView.objects.get().public_id])
    assert "Usunąć widok „Tylko moje”?" in words(daria.get(address))
    assert SavedView.objects.count() == 1
    daria.post(address)
    assert SavedView.objects.count() == 0


# --- one act on many rows ------------------------------------------------------------------------------------------------
@pytest.fixture
def wrong(paid) -> list[Discrepancy]:
    now = timezone.now()
    return [
        Discrepancy.objects.create(
            kind="not_settled",
            key=f"proba-{number}",
            operator_account=paid.operator_account,
            payment=paid,
            first_seen_at=now - timedelta(days=number),
            last_seen_at=now,
        )
        for number in range(3)
    ]


def bulk(client: Client, rows, **values: object):
    chosen = {"row": [str(row.public_id) for row in rows]} if "confirmed" not in values else {}
    return client.post(
        "/urzad/listy/discrepancies/zaznaczone/", {"act": "resolve", **chosen, **values}, follow=True
    )


def states(rows) -> list[str]:
    return [Discrepancy.objects.get(pk=row.pk).state for row in rows]


def test_the_first_step_asks_and_changes_nothing(desk, wrong):
    page = bulk(desk("daria"), wrong[:2])
    assert heading(page) == "Wyjaśnić te niezgodności?"
    assert "2 wiersze" in words(page)
    assert states(wrong) == ["open"] * 3


def test_each_row_has_its_result_and_one_that_was_settled_meanwhile_stops_no_other(desk, wrong):
    client = desk("daria")
    stamps = re.findall(r'name="stamp" value="([^"]+)"', main(bulk(client, wrong)))
    assert len(stamps) == 3
    faster = Discrepancy.objects.get(pk=wrong[1].pk)
    faster.state, faster.resolved_at, faster.note = "resolved", timezone.now(), "Kolega był szybszy."
    faster.save()
    report = bulk(client, [], confirmed="1", stamp=stamps, note="Operator potwierdził przelew.")
    assert "Nie wszystko się udało" in words(report)
    assert "Udało się 2" in words(report)
    assert states(wrong) == ["resolved"] * 3
    assert Discrepancy.objects.get(pk=wrong[1].pk).note == "Kolega był szybszy."


def test_a_missing_explanation_is_asked_for_and_the_choice_stays(desk, wrong):
    client = desk("daria")
    stamps = re.findall(r'name="stamp" value="([^"]+)"', main(bulk(client, wrong[:2])))
    page = bulk(client, [], confirmed="1", stamp=stamps, note="")
    assert page.status_code == 422
    assert "Napisz, co ustalono" in words(page)
    assert re.findall(r'name="stamp" value="([^"]+)"', main(page)) == stamps
    assert states(wrong) == ["open"] * 3


def test_without_a_tick_the_list_says_what_to_do(desk, wrong):
    assert "Zaznacz na liście co najmniej jeden wiersz" in words(bulk(desk("daria"), []))
    assert states(wrong) == ["open"] * 3


def test_rows_of_another_department_are_left_out(desk, wrong):
    DepartmentGrant.objects.all().delete()
    page = bulk(desk("daria"), wrong)
    assert "Tych wierszy już nie ma na liście" in words(page)
    stamps = [f"{row.public_id}:" for row in wrong]
    bulk(desk("daria"), [], confirmed="1", stamp=stamps, note="Próba z boku.")
    assert states(wrong) == ["open"] * 3


@pytest.mark.covers("S53", "S35")
def test_many_accounts_are_authorised_at_once_and_one_that_changed_meanwhile_is_not(desk):
    people = [ResidentFactory(verified=True, last_name=f"Osoba {number}") for number in range(2)]
    client, address = desk("filip"), "/urzad/listy/registrations/zaznaczone/"
    page = client.post(address, {"act": "authorise", "row": [str(one.public_id) for one in people]})
    stamps = re.findall(r'name="stamp" value="([^"]+)"', main(page))
    Resident.objects.filter(pk=people[0].pk).update(version=people[0].version + 1)
    report = client.post(address, {"act": "authorise", "confirmed": "1", "stamp": stamps}, follow=True)
    assert "Nie udało się 1" in words(report)
    assert "Osoba 0" in words(report)
    assert [Resident.objects.get(pk=one.pk).state for one in people] == ["verified", "active"]


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1.5", "²", "9" * 5000])
def test_a_stamp_that_no_page_has_written_is_an_outdated_page(desk, stamp):
    resident = ResidentFactory(verified=True)
    sent = {"act": "authorise", "confirmed": "1", "stamp": f"{resident.public_id}:{stamp}"}
    report = desk("filip").post("/urzad/listy/registrations/zaznaczone/", sent, follow=True)
    assert report.status_code == 200
    assert "Nie udało się 1" in words(report)
    assert Resident.objects.get(pk=resident.pk).state == "verified"


def test_a_clerk_is_not_offered_the_administrators_act_and_cannot_do_it(desk):
    resident = ResidentFactory(verified=True)
    assert "Autoryzuj zaznaczone" not in words(desk("daria").get("/urzad/rejestracje/"))
    answer = desk("daria").post(
        "/urzad/listy/registrations/zaznaczone/",
        {"act": "authorise", "confirmed": "1", "stamp": f"{resident.public_id}:{resident.version}"},
    )
    assert answer.status_code in (403, 404)
    assert Resident.objects.get(pk=resident.pk).state == "verified"
