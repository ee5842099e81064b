"""Operators that take the order from the payer's browser, and payments that are confirmed in the bank's app.

The operator is Przelewy24's emulator; only the way that leads to it is another one.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.przelewy24.operator import Przelewy24
from integrations.payments.values import FormPost, Pending
from services.payments.models import Payment
from tests.frontend.reading import heading, hidden, main, words

pytestmark = pytest.mark.django_db
ORDERED = []


class ByForm(Przelewy24):
    """Registers nothing: the browser brings the order."""

    def start(self, config, order):
        ORDERED.append(order)
        return FormPost(
            f"{config.profile.payer_url}/start", (("ref", order.ref), ("tytul", "Śmieci & „maj”"))
        )


class InTheApp(Przelewy24):
    """The payer confirms in the bank's app."""

    def start(self, config, order):
        super().start(config, order)
        return Pending("9000000001")


@pytest.fixture
def way(monkeypatch):
    def use(operator):
        monkeypatch.setattr(registry, "operator", lambda code: operator)
        ORDERED.clear()

    return use


@pytest.fixture
def ordered(operator, browser, due):
    def order():
        page = browser.get(f"/platnosci/potwierdzenie/?naleznosc={due.public_id}&metoda=154")
        names = ("naleznosc", "grupa", "metoda", "total_gr", "start_key", "texts_key")
        answer = browser.post("/platnosci/potwierdzenie/", {name: hidden(page, name) for name in names})
        return answer, Payment.objects.get()

    return order


def test_the_browser_brings_the_order_by_a_form_that_works_without_javascript(
    operator, browser, way, ordered
):
    way(ByForm())
    answer, payment = ordered()
    assert answer["Location"].endswith(f"/platnosci/{payment.public_id}/operator/")
    assert payment.state == "started"

    page = browser.get(f"/platnosci/{payment.public_id}/operator/")

    assert f'action="{operator.url}/start"' in main(page)
    assert hidden(page, "ref") == [payment.reference]
    assert "Przejdź do zapłaty" in words(page)
    assert "<script" not in main(page)


def test_only_the_operator_may_get_that_form(operator, browser, way, ordered):
    way(ByForm())
    _, payment = ordered()

    policy = browser.get(f"/platnosci/{payment.public_id}/operator/")["Content-Security-Policy"]

    assert re.search(r"form-action ([^;]+)", policy)[1].split() == ["'self'", operator.url, "https:"]


def test_a_form_that_is_opened_again_lives_no_longer_than_the_lock(operator, browser, way, ordered):
    way(ByForm())
    _, payment = ordered()
    Payment.objects.update(expires_at=timezone.now() + timedelta(minutes=16))

    browser.get(f"/platnosci/{payment.public_id}/operator/")

    first, again = ORDERED
    assert (first.ref, first.amount_gr) == (again.ref, again.amount_gr)
    assert first.ttl_minutes == 30
    assert again.ttl_minutes == 10


@pytest.mark.parametrize(
    "changes", [{"state": "paid"}, {"expires_at": timezone.now()}, {"redirect_url": "https://x/"}]
)
def test_there_is_no_form_for_a_payment_that_is_over_or_goes_another_way(
    operator, browser, way, ordered, changes
):
    way(ByForm())
    _, payment = ordered()
    row = Payment.objects.get()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()

    answer = browser.get(f"/platnosci/{payment.public_id}/operator/")

    assert (answer.status_code, answer["Location"]) == (302, f"/platnosci/{payment.public_id}/")
    assert len(ORDERED) == 1


def test_nobody_else_gets_the_form(operator, browser, way, ordered, client_for, scope):
    way(ByForm())
    _, payment = ordered()

    assert client_for("celina", scope).get(f"/platnosci/{payment.public_id}/operator/").status_code == 404
    assert len(ORDERED) == 1


def test_the_page_of_the_payment_leads_back_to_the_form(operator, browser, way, ordered):
    way(ByForm())
    answer, payment = ordered()

    assert f'href="{answer["Location"]}"' in main(browser.get(f"/platnosci/{payment.public_id}/"))


def test_a_payment_that_is_confirmed_in_the_app_waits_on_its_own_page(operator, browser, way, ordered):
    way(InTheApp())
    answer, payment = ordered()
    assert answer["Location"] == f"/platnosci/{payment.public_id}/"
    assert (payment.state, payment.operator_id, payment.redirect_url) == ("started", "9000000001", "")

    page = browser.get(answer["Location"])

    assert heading(page) == "Czekamy na potwierdzenie płatności"
    assert "Potwierdź płatność w aplikacji swojego banku." in words(page)
    assert page["Refresh"].startswith("5;")


def test_what_the_payer_ticked_goes_with_the_form_too(operator, browser, way, due):
    way(ByForm())
    page = browser.get(f"/platnosci/potwierdzenie/?naleznosc={due.public_id}&metoda=154")
    names = ("naleznosc", "grupa", "metoda", "total_gr", "start_key", "texts_key")
    sent = {name: hidden(page, name) for name in names} | {"zgoda-przelewy24-regulations": "on"}
    browser.post("/platnosci/potwierdzenie/", sent)

    browser.get(f"/platnosci/{Payment.objects.get().public_id}/operator/")

    assert [order.consents for order in ORDERED] == [("przelewy24-regulations",)] * 2
