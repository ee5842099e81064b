"""Paying a part of a due from the basket: the amount as people type it, its bounds, the co-owner's share."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from frontend.components.formats import money_text
from services.accounts.models import Payer
from services.liabilities.models import Debtor
from services.payments.models import Payment, PaymentItem
from services.payments.queries import statement
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.frontend.reading import GLUE, error_beside, hidden, main, tags, words

pytestmark = pytest.mark.django_db


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


def name_of(due) -> str:
    return f"czesc-{due.public_id}"


def basket(*dues, **parts: str) -> str:
    chosen = "&".join(f"naleznosc={due.public_id}" for due in dues)
    return f"/platnosci/nowa/?{chosen}"


def with_part(due, text: str) -> str:
    return f"{basket(due)}&{name_of(due)}={text}"


def share(due, debtor) -> None:
    Debtor.objects.create(liability=due, payer=debtor)


@pytest.fixture
def bartek(person) -> Payer:
    return Payer.objects.get(public_id=person("bartek").payer_id)


def test_the_usual_payer_sees_one_closed_line_more_and_pays_the_whole(operator, browser, due):
    page = browser.get(basket(due))
    details = re.search(r'<details class="disclosure">(.*?)</details>', main(page), re.S)[1]
    assert "Zapłacę część" in details
    assert f"Razem dla urzędu {money(30_000)}" in words(page)
    assert hidden(page, name_of(due)) == []


@pytest.mark.parametrize("text", ["100", "100,00", "100.5", "1 00", "%20100,50%20zł", "1,00", "299,99"])
def test_an_amount_is_read_as_people_write_it(operator, browser, due, text):
    page = browser.get(with_part(due, text))
    if text == "1 00":
        assert "Podaj kwotę w złotych, na przykład 123,45." in words(page)
        return
    expected = {"100": 10_000, "100,00": 10_000, "1,00": 100, "299,99": 29_999}.get(text, 10_050)
    assert f"Razem dla urzędu {money(expected)}" in words(page)
    assert f"część, całość to {money(30_000)}" in words(page)
    assert (
        f"Po tej wpłacie zostanie do zapłaty za „{due.title}”: {money(30_000 - expected)} na dziś."
        in words(page)
    )


def test_a_part_is_paid_as_it_was_shown(operator, browser, payer):
    arrear = LiabilityFactory(payer=payer, principal_gr=250_000, due_on=date(2026, 3, 16))
    known = statement(payer, timezone.localdate(), None).dues[0]
    assert known.interest_gr > 0
    page = browser.get(with_part(arrear, "1000"))
    assert hidden(page, name_of(arrear)) == ["1000"]
    checkout = browser.get(
        f"/platnosci/potwierdzenie/?naleznosc={arrear.public_id}&metoda=154&{name_of(arrear)}=1000"
    )
    assert f"Dla urzędu {money(100_000)}" in words(checkout)
    names = ("naleznosc", "grupa", "metoda", "total_gr", "start_key", "texts_key", name_of(arrear))
    answer = browser.post("/platnosci/potwierdzenie/", {name: hidden(checkout, name) for name in names})
    payment = Payment.objects.get()
    assert answer["Location"] == payment.redirect_url
    item = payment.items.get()
    assert (item.total_gr, payment.amount_gr) == (100_000, 100_000)
    assert 0 < item.interest_gr < known.interest_gr


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0,99", "Ta kwota jest za mała. Wpisz co najmniej 1,00 zł."),
        ("0", "Ta kwota jest za mała. Wpisz co najmniej 1,00 zł."),
        ("-5", "Ta kwota jest za mała. Wpisz co najmniej 1,00 zł."),
        ("300,01", "Ta kwota jest większa niż należność. Wpisz najwyżej 300,00 zł."),
        ("sto", "Podaj kwotę w złotych, na przykład 123,45."),
        ("1,234.56", "Podaj kwotę w złotych, na przykład 123,45."),
    ],
)
def test_a_wrong_amount_says_what_to_mend_keeps_the_text_and_offers_no_bank(
    operator, browser, due, text, error
):
    page = browser.get(with_part(due, text))
    assert error_beside(page, name_of(due)) == error
    assert re.search(r"<title>Błąd: ", page.content.decode())
    (typed,) = [tag for tag in tags(page, "input") if tag.get("id") == f"id_{name_of(due)}"]
    assert typed["value"] == text
    assert '<details class="disclosure" open>' in main(page)
    assert 'name="metoda"' not in main(page)
    checkout = f"/platnosci/potwierdzenie/?naleznosc={due.public_id}&metoda=154&{name_of(due)}={text}"
    answer = browser.get(checkout)
    assert answer["Location"].startswith(basket(due))
    posted = {"naleznosc": due.public_id, "metoda": "154", "total_gr": "100", name_of(due): text}
    answer = browser.post(
        "/platnosci/potwierdzenie/",
        posted | {"start_key": "0191d0b0-0000-7000-8000-000000000000", "texts_key": "x"},
    )
    assert answer["Location"].startswith(basket(due))
    assert not Payment.objects.exists()
    assert not PaymentItem.objects.exists()


def test_the_whole_can_be_chosen_again(operator, browser, due):
    page = browser.get(with_part(due, "100"))
    (address,) = re.findall(r'href="([^"]+)"[^>]*>\s*(?:<[^>]+>)*\s*Zapłacę całość', main(page))
    assert f"Razem dla urzędu {money(30_000)}" in words(browser.get(address.replace("&amp;", "&")))


def test_a_part_of_one_due_leaves_the_other_whole(operator, browser, payer, due):
    other = LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=9))
    page = browser.get(f"{basket(due, other)}&{name_of(other)}=50")
    assert f"Razem dla urzędu {money(35_000)}" in words(page)
    assert hidden(page, name_of(other)) == ["50"]
    assert hidden(page, name_of(due)) == []


def test_reminder_costs_are_added_to_a_part(operator, browser, payer, due):
    ReminderCostFactory(payer=payer, liabilities=[due])
    assert f"Razem dla urzędu {money(11_600)}" in words(browser.get(with_part(due, "100")))


def test_a_part_that_law_sends_elsewhere_is_told_and_kept_when_the_arrears_are_added(
    operator, browser, payer, due
):
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=date(2026, 5, 15))
    page = browser.get(with_part(due, "100"))
    assert "Pieniądze nie pójdą w całości na to, co zaznaczono" in words(page)
    assert "Po tej wpłacie zostanie do zapłaty za" not in words(page)
    links = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', main(page), re.S)
    (address,) = [href for href, text in links if "Dodaj wcześniejsze" in text]
    query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    assert set(query["naleznosc"]) == {str(due.public_id), str(earlier.public_id)}
    assert query[name_of(due)] == ["100"]


def test_a_co_owner_is_told_how_many_others_there_are_and_offered_half(operator, browser, due, bartek):
    share(due, bartek)
    page = browser.get(basket(due))
    shown = words(page)
    assert "Należność wspólna z 1 inną osobą. Każda z osób odpowiada za całą kwotę." in shown
    assert "Bartek" not in page.content.decode()
    (address,) = re.findall(r'href="([^"]+)">Zapłacę połowę', main(page))
    assert f"Zapłacę połowę: {money(15_000)}" in shown
    assert f"Razem dla urzędu {money(15_000)}" in words(browser.get(address.replace("&amp;", "&")))


def test_the_share_of_three_goes_up_to_the_grosz(operator, browser, payer, bartek, person):
    rent = LiabilityFactory(
        payer=payer, lease=True, principal_gr=10_000, due_on=timezone.localdate() + timedelta(days=9)
    )
    share(rent, bartek)
    share(rent, Payer.objects.get(public_id=person("celina").payer_id))
    shown = words(browser.get(basket(rent)))
    assert "Należność wspólna z 2 innymi osobami." in shown
    assert f"Zapłacę jedną trzecią: {money(3_334)}" in shown


def test_a_due_of_one_person_offers_no_share(operator, browser, due):
    assert "Zapłacę połowę" not in words(browser.get(basket(due)))


def test_what_is_left_of_a_locked_due_counts_the_part_only(operator, browser, payer, resident, due):
    from tests.factories.payments import PaymentFactory

    payment = PaymentFactory(payer=payer, resident=resident, amount_gr=10_000)
    PaymentItem.objects.create(payment=payment, liability=due, principal_gr=10_000)
    table = re.search(r"<table.*?</table>", main(browser.get("/naleznosci/")), re.S)[0]
    assert [
        amount.translate(GLUE) for amount in re.findall(r'<span class="money">([^<]+)</span>', table)
    ] == [
        money(30_000),
        money(10_000),
        money(20_000),
    ]
    shown = words(browser.get(f"/platnosci/{payment.public_id}/"))
    assert money(20_000) in shown
