"""The basket: dues by account of the office, the operator's list of banks, the fee of each."""

import re

import pytest
from django.utils import timezone

from frontend.components.formats import money_text
from services.accounts.models import Payer
from services.payments.models import Payment
from services.payments.queries import statement
from tenants.configuration.models import FeeTariff, LiabilityType, OperatorAccount
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import GLUE, heading, main, tags, words

pytestmark = pytest.mark.django_db


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


def basket(*dues, **more: str) -> str:
    chosen = "&".join(f"naleznosc={due.public_id}" for due in dues)
    return f"/platnosci/nowa/?{chosen}" + "".join(f"&{name}={value}" for name, value in more.items())


def cards(page) -> dict[str, str]:
    """Words of each method by its name, from the radio cards."""
    found = re.findall(r'<label class="radio-card[^"]*".*?</label>', main(page), re.S)
    pairs = (
        re.findall(r'radio-card__(?:label|hint|note)">(?:<svg.*?</svg>)?([^<]*)', card, re.S)
        for card in found
    )
    return {pair[0]: " ".join(pair[1:]).translate(GLUE) for pair in pairs}


@pytest.mark.covers("D58", "D60")
def test_the_operators_banks_are_offered_with_the_fee_and_the_total_of_each(operator, browser, payer, due):
    page = browser.get(basket(due))
    total = statement(payer, timezone.localdate(), None).total_gr
    shown = cards(page)
    assert len(shown) > 5
    assert shown["BLIK"] == f"opłata {money(100)}, razem {money(total + 100)}"
    card_fee = max(100, (total * 120 + 5_000) // 10_000)
    assert shown["Karta płatnicza"] == f"opłata {money(card_fee)}, razem {money(total + card_fee)}"


@pytest.mark.covers("D59")
def test_where_the_office_bears_the_fee_the_payer_sees_none(operator, browser, due):
    FeeTariff.objects.update(bearer="office")
    shown = cards(browser.get(basket(due))).values()
    open_now = [text for text in shown if text != "chwilowo niedostępny"]  # at night one of the banks sleeps
    assert len(open_now) > 5
    assert all(text.startswith("bez opłaty, razem") for text in open_now)


def test_a_bank_that_is_away_can_be_seen_and_not_chosen(operator, browser, due):
    operator.control.fault("lists", "temp_off")
    page = browser.get(basket(due))
    off = [tag for tag in tags(page, "input") if tag.get("name") == "metoda" and "disabled" in tag]
    assert off
    assert any(text.endswith("chwilowo niedostępny") for text in cards(page).values())


@pytest.mark.covers("D11")
def test_several_dues_of_one_account_are_one_payment(operator, browser, payer, due):
    other = LiabilityFactory(payer=payer, instalment=4)
    page = browser.get(basket(due, other))
    assert heading(page) == "Czym chcesz zapłacić?"
    total = statement(payer, timezone.localdate(), None).total_gr
    assert f"Razem dla urzędu {money(total)}" in words(page)


def test_dues_of_different_accounts_are_paid_one_after_another(operator, browser, payer, due):
    lease = LiabilityFactory(payer=payer, lease=True)
    page = browser.get(basket(due, lease))
    assert heading(page) == "To będą osobne płatności"
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'href="(/platnosci/nowa/\?[^"]+)"', main(page))
    ]
    assert len(links) == 2
    first, second = (words(browser.get(link)) for link in links)
    assert (due.title in first, lease.title in first) == (True, False)
    assert (due.title in second, lease.title in second) == (False, True)


@pytest.mark.covers("D66")
def test_reminder_costs_come_first_and_go_along(operator, browser, payer, due):
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    other = LiabilityFactory(payer=payer, instalment=4)
    shown = words(browser.get(basket(other)))
    assert shown.index(f"Koszty upomnienia {cost.number}") < shown.index(other.title)
    assert "Koszty upomnienia płaci się zawsze najpierw" in shown


def test_without_a_choice_the_list_says_what_to_do(operator, browser, due):
    answer = browser.get("/platnosci/nowa/")
    assert answer["Location"] == "/naleznosci/"
    assert "Zaznacz co najmniej jedną należność." in words(browser.get("/naleznosci/"))


def test_a_bank_that_was_not_chosen_is_asked_for_beside_the_list(operator, browser, due):
    page = browser.get(basket(due, metoda=""))
    assert "Zaznacz bank albo inny sposób płatności." in words(page)
    assert re.search(r"<title>Błąd: ", page.content.decode())
    onwards = browser.get(f"/platnosci/potwierdzenie/?naleznosc={due.public_id}")
    assert onwards["Location"] == basket(due, metoda="")


@pytest.mark.covers("S67")
@pytest.mark.parametrize("value", ["foreign", "nonsense"])
def test_a_due_of_somebody_else_cannot_be_put_in(value, operator, browser, person):
    foreign = LiabilityFactory(payer=Payer.objects.get(public_id=person("celina").payer_id))
    wanted = foreign.public_id if value == "foreign" else value
    page = browser.get(f"/platnosci/nowa/?naleznosc={wanted}")
    assert page.status_code == 404
    assert foreign.title not in page.content.decode()


@pytest.mark.covers("D63", "D67")
def test_what_cannot_be_paid_is_left_out_with_its_reason(operator, browser, payer, resident, due):
    enforced = LiabilityFactory(payer=payer, enforced=True, instalment=1)
    locked = LiabilityFactory(payer=payer, instalment=2)
    PaymentFactory(payer=payer, resident=resident, dues=[locked])
    page = browser.get(basket(due, enforced, locked))
    shown = words(page)
    assert f"{enforced.title}: w egzekucji, nie do zapłaty tutaj" in shown
    assert f"{locked.title}: płatność w toku" in shown
    only = browser.get(basket(enforced, locked))
    assert heading(only) == "Tego nie można teraz zapłacić"
    assert "metoda" not in main(only)
    assert Payment.objects.count() == 1


def test_while_the_operator_is_away_an_ordinary_transfer_is_offered(browser, due):
    page = browser.get(basket(due))
    assert page.status_code == 200
    assert "Operator płatności teraz nie odpowiada." in words(page)
    assert 'data-copy-text="31999900130000100020000101"' in main(page)


def test_a_type_without_an_operator_is_paid_by_an_ordinary_transfer(operator, browser, due):
    OperatorAccount.objects.update(is_active=False)
    page = browser.get(basket(due))
    assert "Tych należności nie można zapłacić online." in words(page)
    assert "metoda" not in main(page)


def test_a_type_that_is_not_paid_online_is_said_to_be_so(operator, browser, due):
    LiabilityType.objects.filter(code="property_tax").update(is_payable_online=False)
    assert "tylko przelewem albo w urzędzie" in words(browser.get(basket(due)))


@pytest.mark.covers("D58")
def test_banks_have_their_logos_and_only_this_page_may_load_them(operator, browser, due):
    page = browser.get(basket(due))
    logos = [tag["src"] for tag in tags(page, "img") if "radio-card" not in (tag.get("class") or "")]
    logos = [src for src in logos if src and src.startswith(operator.url)]
    assert len(logos) > 5
    assert f"img-src 'self' data: {operator.url};" in page["Content-Security-Policy"]
    assert "img-src 'self' data:;" in browser.get("/naleznosci/")["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["https://a;script-src *.example/x.png", "https://a.example", "data:x", None])
def test_a_logo_whose_address_could_change_the_policy_is_left_out(url):
    from frontend.resident.views.paying import _origin_of_logo

    assert _origin_of_logo(url) == ""


def test_logos_that_are_not_safe_to_load_are_left_out(operator, browser, due):
    operator.control.fault("lists", "icons_http")
    page = browser.get(basket(due))
    assert not [tag for tag in tags(page, "img") if "logos.example" in (tag.get("src") or "")]
    assert "logos.example" not in page["Content-Security-Policy"]
