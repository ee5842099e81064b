"""The list of dues: everything that the payer owes, by type, to today; what can be chosen and what cannot."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from frontend.components.formats import day_text, instant_text, money_text
from services.accounts.models import Payer, Representation, Resident
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.models import Debtor, Overpayment
from services.payments.models import Payment
from services.payments.queries import statement
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import ACTOR, LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import GLUE, heading, main, plain, words

pytestmark = pytest.mark.django_db


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


def day(value: date) -> str:
    return day_text(value).translate(GLUE)


def row_of(page, due) -> str:
    """HTML of the row of one due."""
    rows = re.split(r'<div class="basket-row[ "]|</fieldset>', main(page))
    (row,) = [row for row in rows if f'value="{due.public_id}"' in row]
    return row


def figures(page) -> dict[str, str]:
    found = re.findall(r"<dt>(.*?)</dt>.*?<dd[^>]*figure__value[^>]*>(.*?)</dd>", main(page), re.S)
    return {plain(name): plain(value) for name, value in found}


@pytest.mark.covers("S25", "D10", "D64", "D65")
def test_each_due_shows_principal_date_interest_costs_and_total_to_today(browser, payer):
    due = LiabilityFactory(payer=payer, principal_gr=300_000)
    ReminderCostFactory(payer=payer, liabilities=[due])
    today = timezone.localdate()
    known = statement(payer, today, None).dues[0]
    assert known.interest_gr > 0
    row = plain(row_of(browser.get("/naleznosci/"), due))
    assert (
        f"Termin: {day(known.effective_due_on)}, minął {(today - known.effective_due_on).days} dni temu."
        in row
    )
    assert f"Należność główna {money(300_000)}, odsetki na dziś {money(known.interest_gr)}" in row
    assert f"koszty upomnienia {money(1_600)}" in row
    assert money(300_000 + known.interest_gr + 1_600) in row


@pytest.mark.covers("D51", "D52", "D53")
def test_the_totals_tell_arrears_of_earlier_years_and_overpayments_apart(browser, payer, due):
    earlier = LiabilityFactory(payer=payer, year=due.year - 2, due_on=date(due.year - 2, 9, 15))
    held = Overpayment.objects.create(
        external_id="n-1", payer=payer, liability_type=due.liability_type, arose_on=date(due.year - 1, 12, 1)
    )
    ledger.post(
        code=EntryCode.OVERPAYMENT,
        reference=held.public_id,
        lines=[Line(AccountKind.BANK, 1_234), Line(AccountKind.OVERPAYMENT, -1_234, held.public_id)],
        effective_on=held.arose_on,
        actor=ACTOR,
    )
    known = statement(payer, timezone.localdate(), None)
    page = browser.get("/naleznosci/")
    shown = figures(page)
    assert shown["Do zapłaty razem"] == money(known.total_gr)
    assert shown["Zaległości z poprzednich lat"] == money(known.arrears_gr)
    assert shown["Twoje nadpłaty"] == money(1_234)
    assert plain(row_of(page, earlier))
    assert f"{due.liability_type.name} 1 grudnia {due.year - 1} {money(1_234)}" in words(page)


@pytest.mark.covers("D10", "D21")
def test_dues_stand_under_the_name_of_their_type(browser, payer):
    LiabilityFactory(payer=payer)
    LiabilityFactory(payer=payer, lease=True)
    legends = re.findall(r"<legend[^>]*>(.*?)</legend>", main(browser.get("/naleznosci/")), re.S)
    assert [plain(legend) for legend in legends] == ["Podatek od nieruchomości", "Opłata za dzierżawę"]


@pytest.mark.covers("D41", "D42", "D43", "D44", "D45", "D46", "D47", "D48", "D49")
def test_every_type_of_the_gmina_is_shown_and_can_be_chosen(client_for, dabrowa, person):
    from kernel import tenancy

    with tenancy.enter(dabrowa):
        payer = Payer.objects.get(public_id=person("anna").payer_id)
        kinds = list(LiabilityType.objects.all())
        dues = {
            kind.name: LiabilityFactory(payer=payer, liability_type=kind, title=f"{kind.name} X")
            for kind in kinds
        }
        page = client_for("anna", dabrowa).get("/naleznosci/")
        assert {kind.code for kind in kinds} >= {
            "property_tax", "agricultural_tax", "forest_tax", "joint_assessment", "vehicle_tax", "lease",
            "perpetual_usufruct", "conversion_fee", "road_lane",
        }  # fmt: skip
        for name, due in dues.items():
            assert f"{name} X" in words(page)
            assert "disabled" not in row_of(page, due)


@pytest.mark.covers("S47", "D9")
@pytest.mark.parametrize("state", ["submitted", "verified", "duplicate", "blocked"])
def test_who_is_not_active_sees_no_dues(state, browser, resident, due):
    Resident.objects.filter(pk=resident.pk).update(state=state)
    for address in (
        "/naleznosci/",
        f"/naleznosci/{due.public_id}/",
        f"/platnosci/nowa/?naleznosc={due.public_id}",
    ):
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/konto/stan/")
        assert due.title not in answer.content.decode()
    assert due.title not in browser.get("/konto/stan/").content.decode()


def test_nothing_to_pay_is_good_news_and_says_where_to_ask(browser):
    shown = words(browser.get("/naleznosci/"))
    assert "Nie masz nic do zapłaty" in shown
    assert "naleznosci@borki.example" in shown


def test_an_account_without_a_file_says_what_can_be_done(browser, resident):
    Representation.objects.filter(resident=resident).delete()
    page = browser.get("/naleznosci/")
    assert page.status_code == 200
    assert "Nie widzimy jeszcze Twoich należności" in words(page)
    assert "naleznosci@borki.example" in main(page)


@pytest.mark.covers("D67")
def test_a_due_under_enforcement_is_shown_with_the_tax_office_and_cannot_be_chosen(browser, payer):
    due = LiabilityFactory(payer=payer, enforced=True)
    page = browser.get("/naleznosci/")
    row = row_of(page, due)
    assert "disabled" in row
    assert "checked" not in row
    assert "W egzekucji, nie do zapłaty tutaj" in plain(row)
    assert (
        "Prowadzi ją Urząd Skarbowy w Próbie, tytuł wykonawczy TW-1/2026. Tam zapytaj o kwotę i tam zapłać."
        in plain(row)
    )
    assert "odsetki" not in plain(row)
    assert "lecz bez odsetek w egzekucji" in words(page)
    assert "Przejdź do płatności" not in words(page)


def test_co_owners_are_told_that_the_due_is_shared(browser, payer, due, person):
    Debtor.objects.create(liability=due, payer=Payer.objects.get(public_id=person("bartek").payer_id))
    row = plain(row_of(browser.get("/naleznosci/"), due))
    assert "Należność wspólna z 1 inną osobą. Każda z osób odpowiada za całą kwotę." in row
    assert "Bartek" not in browser.get("/naleznosci/").content.decode()


def test_what_is_overdue_comes_chosen_and_what_is_not_does_not(browser, payer, due):
    later = LiabilityFactory(payer=payer, due_on=timezone.localdate() + timedelta(days=30))
    page = browser.get("/naleznosci/")
    assert " checked" in row_of(page, due)
    assert " checked" not in row_of(page, later)
    known = next(
        row for row in statement(payer, timezone.localdate(), None).dues if row.public_id == due.public_id
    )
    assert f"Zaznaczone razem {money(known.total_gr)}" in words(page)


@pytest.mark.covers("D62", "D63")
def test_a_due_whose_payment_is_under_way_shows_balance_ordered_and_what_will_be_left(
    browser, payer, resident, due
):
    payment = PaymentFactory(payer=payer, resident=resident, dues=[due])
    page = browser.get("/naleznosci/")
    row = row_of(page, due)
    assert "disabled" in row
    assert re.search(r"Płatność w toku od \d+ \w+ \d{4}, \d\d:\d\d, kwota 300,00 zł", plain(row))
    known = statement(payer, timezone.localdate(), resident).dues[0]
    table = re.search(r"<table.*?</table>", main(page), re.S)[0]
    assert f'href="/platnosci/{payment.public_id}/"' in table
    amounts = re.findall(r'<span class="money">([^<]+)</span>', table)
    now, ordered, after = (plain(amount) for amount in amounts)
    assert (now, ordered, after) == (money(known.principal_gr + known.interest_gr), money(30_000), money(0))


@pytest.mark.covers("D63")
def test_a_co_owner_sees_the_lock_but_not_whose_payment_it_is(
    browser, client_for, scope, payer, resident, due, person
):
    Debtor.objects.create(liability=due, payer=Payer.objects.get(public_id=person("bartek").payer_id))
    payment = PaymentFactory(payer=payer, resident=resident, dues=[due])
    page = client_for("bartek", scope).get("/naleznosci/")
    assert "disabled" in row_of(page, due)
    assert "zleciła inna osoba" in words(page)
    until = instant_text(timezone.localtime(payment.expires_at)).translate(GLUE)
    assert f"Płaci ją teraz inna osoba. Jeśli pieniądze nie wpłyną, będzie znowu wolna po {until}." in plain(
        row_of(page, due)
    )
    assert str(payment.public_id) not in page.content.decode()
    assert "Anna" not in page.content.decode()
    Payment.objects.filter(pk=payment.pk).update(state="paid")
    shown = plain(row_of(client_for("bartek", scope).get("/naleznosci/"), due))
    assert "Będzie znowu wolna, gdy urząd zaksięguje wpłatę." in shown
    assert "będzie znowu wolna" not in words(browser.get("/naleznosci/")).lower()


@pytest.mark.covers("D66")
def test_costs_under_payment_are_not_counted_a_second_time_with_their_due(browser, payer, resident, due):
    other = LiabilityFactory(payer=payer, instalment=4)
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    PaymentFactory(payer=payer, resident=resident, dues=[other], costs=[cost])
    page = browser.get("/naleznosci/")
    assert "koszty upomnienia" not in plain(row_of(page, due))
    table = plain(re.search(r"<table.*?</table>", main(page), re.S)[0])
    assert f"Koszty upomnienia {cost.number}" in table


def test_costs_whose_dues_are_all_paid_are_not_lost(browser, payer, due):
    ReminderCostFactory(payer=payer, liabilities=[due])
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, 30_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -30_000, due.public_id),
        ],
        effective_on=timezone.localdate(),
        actor=ACTOR,
    )
    page = browser.get("/naleznosci/")
    assert "Zostały koszty upomnienia za należności, które są już zapłacone." in words(page)
    assert figures(page)["Do zapłaty razem"] == money(1_600)


def test_what_was_paid_this_year_can_still_be_seen(browser, due):
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, 30_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -30_000, due.public_id),
        ],
        effective_on=timezone.localdate(),
        actor=ACTOR,
    )
    page = browser.get("/naleznosci/")
    assert "Nie masz nic do zapłaty" in words(page)
    assert f'<a href="/naleznosci/{due.public_id}/">{due.title}</a>' in main(page)


def test_a_long_list_costs_no_more_queries_than_a_short_one(browser, payer, known_switches):
    def once() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/naleznosci/").status_code == 200
        return len(seen)

    def queries() -> int:
        return min(
            once() for _ in range(3)
        )  # now and then a request looks whether its session or a switch has changed

    LiabilityFactory(payer=payer)
    browser.get("/naleznosci/")
    few = queries()
    for number in range(8):
        LiabilityFactory(payer=payer, instalment=number, title=f"Rata {number}")
    assert queries() == few
    assert heading(browser.get("/naleznosci/")) == "Twoje należności"
