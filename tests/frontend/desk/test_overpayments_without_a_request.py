"""The desk's list of overpayments that nobody asks about: hints, crediting and refunding ex officio, taking back."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from services.accounts.models import Resident
from services.ledger.models import AccountKind, Entry
from services.ledger.queries import balances
from services.payments.models import OverpaymentRequest
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.frontend.reading import error_beside, hidden, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/nadplaty/bez-wniosku/"
QUEUE = "/urzad/nadplaty/"
WHY = "zaliczono za wcześnie"


@pytest.fixture
def overpayment(anna):
    return OverpaymentFactory(payer=anna, arose_on=date(2026, 6, 1))


@pytest.fixture
def page(overpayment) -> str:
    return f"{LIST}{overpayment.public_id}/"


@pytest.fixture
def arrear(anna):
    return LiabilityFactory(payer=anna, due_on=date(2026, 9, 15))


def held(overpayment) -> int:
    return -balances([overpayment.public_id], AccountKind.OVERPAYMENT)[overpayment.public_id]


def entries() -> int:
    return Entry.objects.filter(code__startswith="overpaid").count()


def credit(browser, page, **changes):
    seen = browser.get(page)
    sent = {"decision_id": hidden(seen, "decision_id")[0], "split": hidden(seen, "split")[0], "is_sure": "on"}
    return browser.post(f"{page}zalicz/", sent | changes, follow=True)


def test_the_list_says_what_each_could_pay_and_leads_to_its_page(desk, overpayment, page, arrear, anna):
    shown = desk("daria").get(LIST)
    assert f"{anna.name} Podatek od nieruchomości 01.06.2026 50,00 zł {arrear.title}: 50,00 zł" in words(
        shown
    )
    assert page in shown.content.decode()


def test_a_civil_one_and_one_without_dues_say_so(desk, anna):
    OverpaymentFactory(payer=anna, liability_type=LiabilityType.objects.get(code="lease"))
    assert "To nadpłata cywilna." in words(desk("daria").get(LIST))
    OverpaymentFactory(payer=anna)
    assert "nic: do zwrotu" in words(desk("daria").get(LIST))


def test_an_empty_list_says_where_overpayments_come_from(desk):
    assert "Nadpłata powstaje, gdy ktoś zapłaci za dużo" in words(desk("daria").get(LIST))


def test_the_list_is_narrowed_to_a_type(desk, overpayment, anna):
    lease, tax = (LiabilityType.objects.get(code=code) for code in ("lease", "property_tax"))
    assert anna.name in words(desk("daria").get(f"{LIST}?type={tax.public_id}"))
    assert "Żadna nadpłata nie pasuje" in words(desk("daria").get(f"{LIST}?type={lease.public_id}"))


def test_one_that_a_request_is_about_is_in_the_queue_instead(desk, overpayment, page, anna):
    resident = Resident.objects.get(representations__payer=anna)
    row = OverpaymentRequest.objects.create(overpayment=overpayment, resident=resident, kind="refund")
    assert "Urząd nie ma nadpłat bez wniosku" in words(desk("daria").get(LIST))
    shown = desk("daria").get(page)
    assert f"{QUEUE}{row.public_id}/" in shown.content.decode()
    assert "Zwrot z urzędu" not in words(shown)


@pytest.mark.covers("D53")
def test_the_page_shows_where_it_would_go_and_credits_it_after_a_yes(desk, overpayment, page, arrear):
    daria = desk("daria")
    shown = words(daria.get(page))
    assert f"{arrear.title} należność główna najwcześniejsza" in shown
    assert "1 czerwca 2026" in shown
    assert (held(overpayment), entries()) == (5_000, 0)
    done = words(credit(daria, page))
    assert "Nadpłata jest zaliczona z urzędu." in done
    assert "Zaliczenie z urzędu" in done
    assert (held(overpayment), entries()) == (0, 1)


def test_the_interest_that_is_saved_is_said(desk, anna):
    overpayment = OverpaymentFactory(payer=anna, arose_on=date(2026, 6, 1), amount_gr=100_000)
    LiabilityFactory(payer=anna, principal_gr=100_000, due_on=date(2026, 3, 15))
    assert "Na dziś płatnik oszczędzi na odsetkach:" in words(
        desk("daria").get(f"{LIST}{overpayment.public_id}/")
    )


def test_without_a_yes_nothing_happens(desk, overpayment, page, arrear):
    answer = credit(desk("daria"), page, is_sure="")
    assert answer.status_code == 422
    assert error_beside(answer, "is_sure").startswith("Potwierdź")
    assert (held(overpayment), entries()) == (5_000, 0)


def test_what_has_changed_since_is_shown_and_asked_for_again(desk, overpayment, page, arrear, anna):
    daria = desk("daria")
    seen = daria.get(page)
    sent = {"decision_id": hidden(seen, "decision_id")[0], "split": hidden(seen, "split")[0], "is_sure": "on"}
    LiabilityFactory(payer=anna, instalment=2, due_on=date(2026, 5, 15))
    answer = daria.post(f"{page}zalicz/", sent)
    assert "Rozliczenie zmieniło się" in words(answer)
    assert not re.search(r'name="is_sure"[^>]*checked', answer.content.decode())
    assert (held(overpayment), entries()) == (5_000, 0)
    sent["split"] = hidden(answer, "split")[0]
    assert hidden(answer, "decision_id") == [sent["decision_id"]]
    assert daria.post(f"{page}zalicz/", sent).status_code == 302
    assert (held(overpayment), entries()) == (0, 1)


def test_two_presses_are_one(desk, overpayment, page, anna):
    LiabilityFactory(payer=anna, principal_gr=1_000)
    daria = desk("daria")
    seen = daria.get(page)
    sent = {"decision_id": hidden(seen, "decision_id")[0], "split": hidden(seen, "split")[0], "is_sure": "on"}
    for _ in range(2):
        assert daria.post(f"{page}zalicz/", sent).status_code == 302
    assert (held(overpayment), entries()) == (4_000, 1)


def test_with_nothing_to_pay_it_is_refunded(desk, overpayment, page):
    daria = desk("daria")
    shown = daria.get(page)
    assert "Nie ma na co jej zaliczyć" in words(shown)
    sent = {"decision_id": hidden(shown, "decision_id")[0], "refunded_on": timezone.localdate()}
    answer = daria.post(f"{page}zwroc/", sent | {"refunded_on": timezone.localdate() + timedelta(days=1)})
    assert error_beside(answer, "refunded_on").startswith("Podaj dzień zwrotu")
    assert (held(overpayment), entries()) == (5_000, 0)
    for _ in range(2):
        assert daria.post(f"{page}zwroc/", sent).status_code == 302
    assert (held(overpayment), entries()) == (0, 1)


def test_a_refund_with_something_to_pay_is_refused(desk, overpayment, page, due):
    sent = {"decision_id": uuid4(), "refunded_on": timezone.localdate()}
    answer = desk("daria").post(f"{page}zwroc/", sent)
    assert "Zalicz ją z urzędu, a zwróć resztę." in words(answer)
    assert (held(overpayment), entries()) == (5_000, 0)


def test_a_refund_that_was_asked_for_is_told_of_arrears_and_led_to_the_credit(
    desk, overpayment, page, arrear, anna
):
    resident = Resident.objects.get(representations__payer=anna)
    row = OverpaymentRequest.objects.create(overpayment=overpayment, resident=resident, kind="refund")
    shown = desk("daria").get(f"{QUEUE}{row.public_id}/")
    assert "Najpierw zaległości" in words(shown)
    assert page in shown.content.decode()
    credit(desk("daria"), page)
    assert held(overpayment) == 0


def test_a_decision_is_taken_back_with_a_reason_from_its_page(desk, overpayment, page, arrear):
    daria = desk("daria")
    credit(daria, page)
    row = OverpaymentRequest.objects.get()
    entry = Entry.objects.get(code="overpaid_credit")
    storno = reverse("desk:correct_entry", args=[entry.public_id], urlconf="portal.urls.tenant")
    address = f"{QUEUE}{row.public_id}/"
    assert storno in daria.get(address).content.decode()
    asked = words(daria.get(storno))
    assert f"{arrear.title} należność główna 250,00 zł 300,00 zł" in asked
    assert "50,00 zł" in asked
    answer = daria.post(storno, {"reason": WHY, "is_sure": "on"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "cofnięte" in words(answer)
    assert WHY in words(answer)
    assert held(overpayment) == 5_000
    assert storno not in daria.get(address).content.decode()
    assert "Zalicz z urzędu" in words(daria.get(page))


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_moderator_and_administrator_see_and_do_nothing(desk, overpayment, page, arrear, name):
    browser = desk(name)
    assert browser.get(LIST).status_code == browser.get(page).status_code == 403
    assert browser.post(f"{page}zalicz/", {"decision_id": uuid4(), "split": "x"}).status_code == 403
    assert browser.post(f"{page}zwroc/", {"decision_id": uuid4()}).status_code == 403
    assert (held(overpayment), entries()) == (5_000, 0)


def test_a_clerk_of_another_department_has_no_such_overpayment(
    desk, overpayment, page, arrear, only_real_estate
):
    daria = desk("daria")
    assert "Urząd nie ma nadpłat bez wniosku" in words(daria.get(LIST))
    for way in (page, f"{page}zalicz/", f"{page}zwroc/"):
        assert (
            daria.get(way).status_code == daria.post(way, {"decision_id": uuid4()}).status_code or way == page
        )
        assert daria.get(way).status_code == 404
    assert (held(overpayment), entries()) == (5_000, 0)
