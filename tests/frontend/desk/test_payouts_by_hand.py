"""“Sprawdź ręcznie”: the desk says which accounts tell no payouts, and takes what stands on the bank statement."""

import pytest
from django.utils import timezone

from services.payments.models import Payment, Reconciliation, SettlementBatch
from tenants.configuration.models import OperatorAccount
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
PAYOUTS = "/urzad/wyplaty/"


@pytest.fixture
def other(anna) -> Payment:
    return PaymentFactory(paid=True, payer=anna, dues=[LiabilityFactory(payer=anna)])


def place(payment: Payment) -> str:
    return f"{PAYOUTS}nowa/{payment.operator_account.public_id}/"


def sent(*payments: Payment, **changes):
    return {
        "title": "PAYU 17/2026",
        "amount": f"{sum(payment.amount_gr for payment in payments) // 100},00",
        "kept": "",
        "bank_on": timezone.localdate().isoformat(),
        "payment": [str(payment.public_id) for payment in payments],
        **changes,
    }


@pytest.mark.parametrize(
    ("operator", "says"),
    [
        ("payu", "Ten operator nie podaje wypłat."),
        ("tpay", "Ten operator nie podaje wypłat."),
        ("imoje", "Ten operator nie podaje wypłat."),
        ("autopay", "Ten operator może podawać wypłaty sam"),
        ("przelewy24", "Ten operator może podawać wypłaty sam"),
    ],
)
def test_the_page_says_which_accounts_have_to_be_checked_by_hand(desk, in_borki, operator, says):
    OperatorAccount.objects.update(operator=operator)
    shown = words(desk("daria").get(PAYOUTS))
    assert "Sprawdź ręcznie: portal nie zna wypłat tych kont" in shown
    assert says in shown


def test_an_account_whose_payouts_are_told_needs_nothing_by_hand(desk, in_borki):
    today = timezone.localdate()
    for account in OperatorAccount.objects.all():
        Reconciliation.objects.create(
            operator_account=account, since_on=today, next_run_at=timezone.now(), read_until=today
        )
    assert "Sprawdź ręcznie" not in words(desk("daria").get(PAYOUTS))


def test_a_payout_is_entered_and_its_day_is_proposed(desk, paid, other):
    client = desk("daria")
    page = words(client.get(place(paid)))
    assert paid.reference in page
    assert other.reference in page
    assert paid.payer.name not in page

    answer = client.post(place(paid), sent(paid, other), follow=True)

    assert "Przelew zgadza się z płatnościami." in words(answer)
    assert "wpisana ręcznie" in words(client.get(PAYOUTS))
    assert set(Payment.objects.values_list("credited_on", flat=True)) == {timezone.localdate()}
    assert "Nie ma płatności bez wypłaty" in words(client.get(place(paid)))


def test_another_sum_is_said_and_can_be_corrected(desk, paid, other):
    client = desk("daria")
    answer = client.post(place(paid), sent(paid, other, amount="1,00"), follow=True)
    assert "jej kwota nie jest sumą zaznaczonych płatności" in words(answer)
    batch = SettlementBatch.objects.get()
    correct = f"{place(paid)}{batch.public_id}/"
    assert "Poprawiasz wpisaną wypłatę" in words(client.get(correct))
    assert client.get(correct).content.decode().count(" checked") == 2

    answer = client.post(correct, sent(paid), follow=True)

    assert "Przelew zgadza się z płatnościami." in words(answer)
    assert list(batch.lines.filter(is_listed=True).values_list("payment", flat=True)) == [paid.pk]


def test_the_choice_is_not_lost_when_a_field_is_wrong(desk, paid, other):
    page = desk("daria").post(place(paid), sent(paid, title=""))
    assert page.status_code == 422
    assert error_beside(page, "title")
    assert page.content.decode().count(" checked") == 1
    assert not SettlementBatch.objects.exists()


def test_a_title_that_was_used_is_refused_beside_its_field(desk, paid, other):
    client = desk("daria")
    client.post(place(paid), sent(paid))
    page = client.post(place(paid), sent(other))
    assert "jest już wpisana" in error_beside(page, "title")
    assert SettlementBatch.objects.count() == 1


def test_nothing_marked_is_refused(desk, paid):
    page = desk("daria").post(place(paid), sent(payment=[], amount="1,00"))
    assert page.status_code == 422
    assert "Zaznacz w tabeli płatności, za które jest ten przelew." in words(page)
    assert not SettlementBatch.objects.exists()


def test_a_told_payout_is_not_corrected_by_hand(desk, paid):
    batch = SettlementBatch.objects.create(
        operator_account=paid.operator_account, batch_id="77", first_read_at=timezone.now()
    )
    address = f"{place(paid)}{batch.public_id}/"
    assert desk("daria").post(address, sent(paid)).status_code == 404
    assert not batch.lines.exists()
