"""Instalments of one decision under one heading; paying the whole closes the rest, paying one lowers the whole."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from frontend.components.formats import money_text
from services.accounts.models import Payer
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.instalments import decisions_of
from services.liabilities.models import Debtor, Liability
from services.liabilities.queries import statement
from tests.factories.liabilities import ACTOR, LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import GLUE, main, plain, words

pytestmark = pytest.mark.django_db

LEGEND = "Podatek od nieruchomości 2026, dokument FN.3120.1.2026"


def money(grosze: int) -> str:
    return money_text(grosze).translate(GLUE)


@pytest.fixture
def tax(payer) -> list[Liability]:
    """Four instalments of 100, 110, 120 and 130 zł; none is overdue for long enough to bear interest."""
    today = timezone.localdate()
    return [
        LiabilityFactory(
            payer=payer,
            instalment=number,
            principal_gr=9_000 + 1_000 * number,
            due_on=today + timedelta(days=10 * number),
        )
        for number in (1, 2, 3, 4)
    ]


def settle(due) -> None:
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, due.principal_gr),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -due.principal_gr, due.public_id),
        ],
        effective_on=timezone.localdate(),
        actor=ACTOR,
    )


def legends(page) -> list[str]:
    return [plain(legend) for legend in re.findall(r"<legend[^>]*>(.*?)</legend>", main(page), re.S)]


def pay_all(page) -> list[tuple[str, str]]:
    """(address, words) of the buttons that pay several instalments."""
    found = re.findall(r'<a[^>]*href="(/platnosci/nowa/[^"]+)"[^>]*>(.*?)</a>', main(page), re.S)
    return [(address.replace("&amp;", "&"), plain(text)) for address, text in found]


def test_instalments_stand_under_their_decision_with_what_is_left_of_the_whole(browser, tax):
    page = browser.get("/naleznosci/")
    assert legends(page) == [LEGEND]
    shown = words(page)
    assert f"Do zapłaty zostało: 4 z 4 rat, razem {money(46_000)}." in shown
    assert [f"Rata {number} z 4." in shown for number in (1, 2, 3, 4)] == [True] * 4


def test_all_instalments_go_into_the_basket_with_their_sum(operator, browser, tax):
    ((address, text),) = pay_all(browser.get("/naleznosci/"))
    assert text == f"Zapłać wszystkie raty: {money(46_000)}"
    basket = words(browser.get(address))
    assert all(due.title in basket for due in tax)
    assert f"Razem dla urzędu {money(46_000)}" in basket


def test_paying_one_lowers_the_whole(browser, tax):
    settle(tax[0])
    page = browser.get("/naleznosci/")
    assert f"Do zapłaty zostało: 3 z 4 rat, razem {money(36_000)}." in words(page)
    assert "Rata 2 z 4." in words(page)
    ((_, text),) = pay_all(page)
    assert text == f"Zapłać wszystkie raty: {money(36_000)}"


def test_an_instalment_under_payment_is_left_out_and_this_is_said(browser, payer, resident, tax):
    PaymentFactory(payer=payer, resident=resident, dues=[tax[1]])
    page = browser.get("/naleznosci/")
    ((address, text),) = pay_all(page)
    assert text == f"Zapłać pozostałe raty: {money(35_000)}"
    assert str(tax[1].public_id) not in address
    assert f"Bez tych rat: {tax[1].title} (płatność w toku)." in words(page)
    assert f"4 z 4 rat, razem {money(46_000)}." in words(page)


def test_the_last_instalment_needs_no_button_of_its_own(browser, tax):
    for due in tax[:3]:
        settle(due)
    page = browser.get("/naleznosci/")
    assert f"Do zapłaty zostało: 1 z 4 rat, razem {money(13_000)}." in words(page)
    assert pay_all(page) == []


def test_a_due_without_number_or_document_stands_under_its_type(browser, payer, tax):
    LiabilityFactory(
        payer=payer, instalment=None, document_number="FN.3120.9.2026", title="Podatek jednorazowy"
    )
    LiabilityFactory(payer=payer, instalment=5, document_number="", title="Rata bez decyzji")
    assert legends(browser.get("/naleznosci/")) == ["Podatek od nieruchomości", LEGEND]


@pytest.mark.parametrize("change", [{"year": 2025}, {"document_number": "FN.3120.2.2026"}])
def test_another_year_or_document_is_another_decision(browser, payer, tax, change):
    for number in (1, 2):
        LiabilityFactory(payer=payer, instalment=number, **change)
    found = decisions_of(payer, statement(payer, timezone.localdate()).dues)
    assert sorted(len(decision.dues) for decision in found) == [2, 4]
    assert len(legends(browser.get("/naleznosci/"))) == 2


def test_what_others_owe_under_the_same_number_is_no_instalment_of_mine(payer, tax, person):
    stranger = Payer.objects.get(public_id=person("celina").payer_id)
    LiabilityFactory(payer=stranger, instalment=5)
    (decision,) = decisions_of(payer, statement(payer, timezone.localdate()).dues)
    assert decision.count == 4
    shared = LiabilityFactory(payer=payer, instalment=5)
    Debtor.objects.create(liability=shared, payer=stranger)
    (decision,) = decisions_of(payer, statement(payer, timezone.localdate()).dues)
    assert shared.pk not in {due.id for due in decision.dues}


def test_numbers_with_a_gap_do_not_say_how_many_there_are(browser, payer):
    for number in (2, 4):
        LiabilityFactory(payer=payer, instalment=number, due_on=date(2027, 5, 15))
    shown = words(browser.get("/naleznosci/"))
    assert "Rata 2 z" not in shown
    assert "2 z 2 rat" in shown


def test_an_instalment_written_down_to_nothing_is_none(payer, tax):
    Liability.objects.filter(pk=tax[3].pk).update(principal_gr=0)
    (decision,) = decisions_of(payer, statement(payer, timezone.localdate()).dues)
    assert decision.count == 3
