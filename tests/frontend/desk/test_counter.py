"""Okienko (C4): a clerk acts for somebody who stands there, within what the law allows, and every act is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.models import Resident
from services.counter.models import CounterAct, Visit
from services.counter.tasks import end_visits
from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import RESIDENTS
from tests.frontend.reading import error_beside, hidden, main, words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/okienko/"


def recognise(client, **changes: object):
    values = {"identifier": RESIDENTS["anna"], "shown": "identity_card", "is_same": "on"}
    return client.post(PAGE, values | changes)


@pytest.fixture
def daria(desk):
    return desk("daria")


@pytest.fixture
def visit(daria, due) -> str:
    """Address of an open visit of Anna."""
    return recognise(daria)["Location"]


def logged() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="counter.").order_by("pk")
    return [f"{row.action} {row.role}" for row in rows]


def test_nobody_is_shown_anything_before_the_document_was_looked_at(daria, due):
    for changes, field in (({"shown": ""}, "shown"), ({"is_same": ""}, "is_same")):
        page = recognise(daria, **changes)
        assert page.status_code == 422
        assert error_beside(page, field)
        assert due.title not in words(page)
    assert Visit.objects.count() == 0
    assert logged() == []


def test_the_number_stands_in_no_address_and_comes_back_on_no_page(daria, due):
    answer = recognise(daria)
    assert RESIDENTS["anna"] not in answer["Location"]
    assert RESIDENTS["anna"] not in daria.get(answer["Location"]).content.decode()
    assert "Pod tym numerem nie ma płatnika" in words(recognise(daria, identifier="K-nikt"))


@pytest.mark.covers("S27")
def test_the_clerk_sees_and_prints_only_dues_of_own_types(desk, due, lease, only_real_estate):
    client = desk("daria")
    address = recognise(client)["Location"]
    page = words(client.get(address))
    assert lease.title in page
    assert due.title not in page
    printed = words(client.post(f"{address}wydruk/"))
    assert lease.title in printed
    assert due.title not in printed
    assert client.post(f"{address}wydruk/", {"due": str(due.public_id)}).status_code == 404


@pytest.mark.covers("S32")
def test_everything_done_is_on_the_receipt_and_in_the_log_as_done_at_the_counter(daria, visit, due):
    assert "Zestawienie należności" in words(daria.post(f"{visit}wydruk/"))
    slip = words(daria.post(f"{visit}wydruk/", {"due": str(due.public_id)}))
    assert "300,00 zł" in slip
    assert due.title in slip
    daria.post(visit, {"act": "request", "text": "Proszę o rozłożenie na raty."})
    receipt = daria.post(f"{visit}potwierdzenie/", follow=True)
    for line in ("dowód osobisty", "Daria Urzędowa", "wydruk zestawienia", "dane do przelewu".replace("dane", "danych"),
                 "Proszę o rozłożenie na raty", "nie zapłacił"):  # fmt: skip
        assert line in words(receipt), line
    assert logged() == [
        f"counter.{act} clerk" for act in ("searched", "opened", "statement", "slip", "request", "closed")
    ]
    assert Payment.objects.count() == 0


def test_a_closed_visit_is_only_read(daria, visit):
    daria.post(f"{visit}potwierdzenie/")
    page = daria.post(visit, {"act": "request", "text": "Jeszcze jedno."})
    assert "Ta wizyta jest już zakończona" in words(page)
    daria.post(f"{visit}wydruk/")
    assert CounterAct.objects.count() == 0


def test_a_visit_that_is_over_shows_no_dues(daria, visit, due):
    assert due.title in words(daria.get(visit))
    daria.post(f"{visit}potwierdzenie/")
    page = words(daria.get(visit))
    assert "należności tej osoby już nie pokazujemy" in page
    assert due.title not in page
    assert due.title not in words(daria.post(f"{visit}wydruk/", follow=True))
    assert logged()[-1] == "counter.closed clerk"


def test_a_visit_without_an_act_for_an_hour_is_over_by_itself(daria, visit, due):
    daria.post(visit, {"act": "request", "text": "Proszę o zaświadczenie."})
    long_ago = timezone.now() - timedelta(hours=2)
    Visit.objects.update(opened_at=long_ago)
    end_visits()
    assert Visit.objects.get().closed_at is None  # the request was written down just now
    assert due.title in words(daria.get(visit))
    CounterAct.objects.update(done_at=long_ago + timedelta(minutes=5))
    assert due.title not in words(daria.get(visit))
    daria.post(f"{visit}wydruk/")
    assert CounterAct.objects.count() == 1
    end_visits()
    end_visits()
    assert Visit.objects.get().closed_at == long_ago + timedelta(minutes=65)
    closing = AuditEntry.objects.filter(action="counter.closed")
    assert [(row.actor_ref, row.details["reason"]) for row in closing] == [("counter.end_idle", "idle")]
    assert due.title not in words(daria.get(visit))


def test_a_search_is_in_the_log_without_the_number(daria, anna, due):
    recognise(daria)
    recognise(daria, identifier="K-nikt")
    found = AuditEntry.objects.filter(action="counter.searched").order_by("pk")
    assert [(row.subject_ref, row.details["count"]) for row in found] == [(str(anna.public_id), 1), ("", 0)]
    assert RESIDENTS["anna"] not in str([(row.subject_ref, row.details) for row in AuditEntry.objects.all()])


def test_contact_data_are_corrected_with_the_version_that_was_shown(daria, visit, person):
    row = Resident.objects.get(user_id=person("anna").user_id)
    values = {"act": "contact", "address": "ul. Nowa 5, 21-345 Borki", "phone": "600 100 200"}
    late = daria.post(visit, {**values, "version": row.version + 1})
    assert late.status_code == 422
    assert 'value="ul. Nowa 5, 21-345 Borki"' in main(late)
    assert Resident.objects.get(pk=row.pk).address == row.address
    version = hidden(daria.get(visit), "version")[0]
    daria.post(visit, {**values, "version": version})
    changed = Resident.objects.get(pk=row.pk)
    assert (changed.address, changed.phone) == ("ul. Nowa 5, 21-345 Borki", "600 100 200")
    assert AuditEntry.objects.filter(
        action="resident.data_changed", actor_kind="staff", role="clerk"
    ).exists()


def test_a_request_waits_on_the_start_page_until_it_is_settled_once(daria, visit):
    daria.post(visit, {"act": "request", "text": "Proszę o zaświadczenie."})
    assert "Wniosek z okienka" in words(daria.get("/urzad/"))
    row = CounterAct.objects.get()
    address = f"{PAGE}wnioski/{row.public_id}/"
    assert "Proszę o zaświadczenie." in words(daria.get(address))
    daria.post(address)
    assert "Ktoś już załatwił ten wniosek" in words(daria.post(address, follow=True))
    assert "Wniosek z okienka" not in words(daria.get("/urzad/"))
    assert logged().count("counter.settled clerk") == 1


def test_another_file_with_the_same_number_is_chosen_by_the_clerk(daria, anna, due):
    from tests.factories.accounts import PayerFactory

    second = PayerFactory(identifier=RESIDENTS["anna"], name="Anna Druga", external_id="K-druga")
    page = recognise(daria)
    assert "Pod tym numerem jest kilka kartotek" in words(page)
    assert Visit.objects.count() == 0
    recognise(daria, payer=str(second.public_id))
    assert Visit.objects.get().payer == second


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_who_is_no_clerk_has_no_counter(name, desk, visit):
    assert desk(name).get(PAGE).status_code == 403
    assert desk(name).get(visit).status_code == 403
    assert recognise(desk(name)).status_code == 403
    assert Visit.objects.count() == 1


def test_a_due_that_is_enforced_has_no_slip(daria, visit, anna):
    enforced = LiabilityFactory(payer=anna, external_id="EGZ", is_enforced=True, due_on=timezone.localdate())
    assert "w egzekucji" in words(daria.get(visit))
    assert daria.post(f"{visit}wydruk/", {"due": str(enforced.public_id)}).status_code == 404
    assert logged() == ["counter.searched clerk", "counter.opened clerk"]
