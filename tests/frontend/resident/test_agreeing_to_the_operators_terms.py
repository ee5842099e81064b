"""The operator's own texts on the page before paying: boxes that nobody has ticked, and what the payer ticked."""

import re

import pytest

from kernel.audit.models import AuditEntry
from services.payments.models import Payment, PaymentItem
from tests.frontend.reading import error_beside, hidden, main, tags, words

pytestmark = pytest.mark.django_db
ADDRESS = "/platnosci/potwierdzenie/"
BANK = "106"
REGULATION = "zgoda-autopay-default-6288-1"
P24 = "zgoda-przelewy24-regulations"


def page_of(browser, due, method):
    return browser.get(f"{ADDRESS}?naleznosc={due.public_id}&metoda={method}")


def form_of(page) -> dict[str, list[str]]:
    names = ("naleznosc", "grupa", "metoda", "total_gr", "start_key", "texts_key")
    return {name: hidden(page, name) for name in names}


@pytest.fixture
def at_autopay(use_autopay, browser, due):
    use_autopay()
    return page_of(browser, due, BANK)


@pytest.mark.parametrize(("accepts", "told"), [(True, True), (False, False)])
def test_przelewy24_is_told_of_a_tick_and_of_none(operator, browser, due, accepts, told):
    page = page_of(browser, due, "154")
    [box] = [tag for tag in tags(page, "input") if tag.get("name") == P24]
    assert "checked" not in box
    assert "Zapoznałem się z regulaminem i obowiązkiem informacyjnym serwisu Przelewy24" in words(page)

    browser.post(ADDRESS, form_of(page) | ({P24: "on"} if accepts else {}))

    payment = Payment.objects.get()
    remote = operator.control.transaction(payment.reference)
    assert remote["details"]["regulation_accept"] is told
    [text] = AuditEntry.objects.get(action="payment.texts_shown").details["texts"]
    assert (text["id"], text["is_ticked"]) == ("przelewy24-regulations", told)
    assert text["sentence"].startswith("Zapoznałem się")


def test_the_texts_are_plain_and_their_links_open_beside_the_page(at_autopay):
    html = main(at_autopay)
    shown = words(at_autopay)
    assert "Chcę, aby usługa została zrealizowana niezwłocznie." in shown
    assert "Administratorem danych jest operator płatności." in shown
    link = re.search(r'<a href="https://autopay.example/regulamin.pdf"[^>]*>', html)[0]
    assert 'rel="noopener noreferrer"' in link
    assert "<li>\r\n" not in html


def test_unsafe_html_of_the_operator_does_not_reach_the_page(use_autopay, autopay, browser, due):
    use_autopay()
    autopay.control.fault("lists", "unsafe_html", times=9)
    html = main(page_of(browser, due, BANK))
    assert "<script" not in html
    assert "javascript:" not in html
    assert "onerror" not in html


def test_a_required_box_without_a_tick_is_said_beside_it_and_nothing_is_ordered(at_autopay, browser, due):
    answer = browser.post(ADDRESS, form_of(at_autopay))

    assert answer.status_code == 422
    assert error_beside(answer, REGULATION) == "Operator wymaga tej zgody. Bez niej nie przyjmie płatności."
    assert "<title>Błąd: " in answer.content.decode()
    assert not Payment.objects.exists()
    assert not PaymentItem.objects.exists()


def test_the_page_with_the_error_pays_once_the_box_is_ticked(at_autopay, browser, autopay):
    refused = browser.post(ADDRESS, form_of(at_autopay))

    answer = browser.post(ADDRESS, form_of(refused) | {REGULATION: "on"})

    payment = Payment.objects.get()
    assert answer["Location"] == payment.redirect_url
    assert autopay.control.transaction(payment.reference)["details"]["accepted"] == "6288"
    texts = AuditEntry.objects.get(action="payment.texts_shown").details["texts"]
    assert [text["is_ticked"] for text in texts] == [True, None]
    assert texts[0]["links"][0] == "https://autopay.example/regulamin.pdf"


def test_texts_that_were_not_shown_cannot_be_agreed_to(at_autopay, browser):
    sent = form_of(at_autopay) | {"texts_key": "0" * 32, REGULATION: "on"}

    answer = browser.post(ADDRESS, sent)

    assert answer["Location"].startswith(f"{ADDRESS}?")
    assert "Operator zmienił swoje teksty" in words(browser.get(answer["Location"]))
    assert not Payment.objects.exists()


def test_without_the_operators_texts_nobody_is_asked_to_pay(use_autopay, autopay, browser, due):
    from django.core.cache import cache

    use_autopay()
    page_of(browser, due, BANK)
    cache.clear()
    browser.get(
        f"/platnosci/nowa/?naleznosc={due.public_id}"
    )  # the list of banks is known, the texts are not
    autopay.control.fault("lists", "503", times=9)

    answer = page_of(browser, due, BANK)

    assert answer.status_code == 302
    assert "Operator płatności teraz nie odpowiada." in words(browser.get(answer["Location"]))


def test_the_desk_reads_what_was_agreed_to(at_autopay, browser, client_for, scope):
    browser.post(ADDRESS, form_of(at_autopay) | {REGULATION: "on"})
    payment = Payment.objects.get()

    page = client_for("daria", scope).get(f"/urzad/platnosci/{payment.public_id}/")

    content = page.content.decode()
    assert "Pokazano teksty operatora i zapisano zgody" in content
    assert "(zaznaczono)" in content
