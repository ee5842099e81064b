"""Giving money back at the desk: one person proposes, another one approves, everybody sees how it stands."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kernel.fields import new_public_id
from services.payments.actions import book_payment
from services.payments.models import Payment, Refund
from services.users.models import User
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.signing import sign_in
from tests.frontend.reading import hidden, plain, words
from tests.services.liabilities.statements import pay_at_the_desk
from tests.services.payments.conftest import Payments
from tests.services.payments.refunding import at_operator, clerk, propose

pytestmark = pytest.mark.django_db
LIST = "/urzad/zwroty/"


@pytest.fixture
def paid_at_operator(operator, person, due) -> Payment:
    return Payments(operator, person("anna")).paid(due)


@pytest.fixture
def second(desk, in_borki, client_for):
    """The browser of another clerk."""
    client, who = desk("daria"), clerk()
    sign_in(client, User.objects.get(pk=who.user_id))
    return client


def form_of(page, **changes: object) -> dict[str, object]:
    names = ("refund_id", "available_gr", "amount_gr")
    shown = {name: hidden(page, name)[0] for name in names if hidden(page, name)}
    return {**shown, "is_sure": "on", **changes}


def proposed(client, payment: Payment, **changes: object):
    address = f"/urzad/platnosci/{payment.public_id}/zwrot/"
    page = client.get(address)
    values = form_of(page, amount="12,00", reason="Zapłacono dwa razy.", **changes)
    return client.post(address, values)


def test_from_proposal_to_the_operator_it_takes_two_people(operator, desk, second, paid_at_operator):
    daria = desk("daria")
    assert "Zaproponuj zwrot" in words(daria.get(f"/urzad/platnosci/{paid_at_operator.public_id}/"))
    answer = proposed(daria, paid_at_operator)
    refund = Refund.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{refund.public_id}/")
    own = words(daria.get(answer["Location"]))
    assert "Czeka na inną osobę" in own
    assert "Zatwierdź zwrot" not in own
    assert at_operator(operator.control, paid_at_operator) == []

    assert "Daria Urzędowa" in words(second.get(LIST))
    page = second.get(answer["Location"])
    for shown in ("12,00 zł", "Zapłacono dwa razy.", "Zatwierdzić ten zwrot?", "Można jeszcze zwrócić"):
        assert shown in words(page)
    second.post(f"{answer['Location']}zatwierdz/", form_of(page))
    assert at_operator(operator.control, paid_at_operator) == [(1_200, "pending")]
    after = words(second.get(answer["Location"]))
    assert "w toku u operatora" in after
    assert "Zapytaj operatora teraz" in after
    operator_page = words(daria.get(f"/urzad/platnosci/{paid_at_operator.public_id}/"))
    assert "w trakcie zwrotu" in operator_page
    assert "Zaproponuj zwrot" not in operator_page


def test_the_proposer_is_refused_even_without_the_page(operator, desk, paid_at_operator):
    daria = desk("daria")
    address = proposed(daria, paid_at_operator)["Location"]
    refund = Refund.objects.get()
    values = {"amount_gr": refund.amount_gr, "available_gr": paid_at_operator.total_gr, "is_sure": "on"}
    page = daria.post(f"{address}zatwierdz/", values)
    assert page.status_code == 422
    assert "inna osoba niż ta, która go zaproponowała" in words(page)
    assert Refund.objects.get().state == "proposed"
    assert at_operator(operator.control, paid_at_operator) == []


def test_a_stale_page_is_refused_and_shows_the_present_amounts(
    operator, desk, second, person, paid_at_operator
):
    refund = propose(paid_at_operator, person("daria"), 1_200)
    page = second.get(f"{LIST}{refund.public_id}/")
    answer = second.post(f"{LIST}{refund.public_id}/zatwierdz/", form_of(page, amount_gr=1_300))
    assert answer.status_code == 422
    assert "Kwoty zmieniły się" in words(answer)
    assert hidden(answer, "amount_gr") == ["1200"]
    assert Refund.objects.get().state == "proposed"
    assert at_operator(operator.control, paid_at_operator) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": ""}, "Podaj kwotę zwrotu"),
        ({"amount": "x"}, "Podaj kwotę"),
        ({"amount": "0,00"}, "Podaj kwotę większą od zera"),
        ({"amount": "999999,00"}, "nie większą niż to, co jeszcze można zwrócić"),
        ({"amount": "300,00"}, "Zostałby tylko koszt operatora"),
        ({"reason": ""}, "Napisz, dlaczego pieniądze mają wrócić."),
        ({"is_sure": ""}, "Potwierdź, że wpłata ma poczekać"),
        ({"available_gr": "1"}, "Kwoty zmieniły się"),
    ],
)
def test_a_wrong_proposal_says_what_to_mend_and_proposes_nothing(changes, said, desk, paid):
    daria = desk("daria")
    address = f"/urzad/platnosci/{paid.public_id}/zwrot/"
    values = form_of(daria.get(address), amount="12,00", reason="Powód.")
    page = daria.post(address, values | changes)
    assert page.status_code == 422
    assert said in words(page)
    assert not Refund.objects.exists()


def test_a_proposal_can_be_withdrawn_by_who_made_it_and_refused_by_another(desk, second, person, paid):
    first = propose(paid, person("daria"), 1_200)
    page = desk("daria").post(f"{LIST}{first.public_id}/wycofaj/", {"reason": "Pomyłka."})
    assert page.status_code == 302
    other = propose(paid, person("daria"), 1_300)
    refused = second.post(f"{LIST}{other.public_id}/odmow/", {"reason": ""})
    assert refused.status_code == 422
    second.post(f"{LIST}{other.public_id}/odmow/", {"reason": "To nie podwójna wpłata."})
    assert [row.state for row in Refund.objects.order_by("pk")] == ["withdrawn", "rejected"]
    shown = words(second.get(f"{LIST}{other.public_id}/"))
    assert "To nie podwójna wpłata." in shown
    assert "Żaden zwrot nie czeka" in words(second.get(LIST))
    assert "wycofany" in words(second.get(f"{LIST}?state=withdrawn"))


def test_what_waits_for_a_person_comes_first_and_what_has_no_end_is_marked(desk, anna, person):
    daria, other = person("daria"), clerk()
    old = timezone.now() - timedelta(days=4)
    for number, state in enumerate(("pending", "proposed")):
        due = LiabilityFactory(payer=anna, instalment=number + 1)
        payment = PaymentFactory(paid=True, payer=anna, dues=[due], title=f"Wpłata {state}")
        approved = {"approved_by_id": other.user_id, "approved_at": old} if state == "pending" else {}
        Refund.objects.create(
            payment=payment, amount_gr=100, paid_gr=payment.paid_gr, refunded_gr=0, idempotency_key=state,
            state=state, proposed_by_id=daria.user_id, **approved,
        )  # fmt: skip
    page = words(desk("daria").get(LIST))
    assert page.index("Wpłata proposed") < page.index("Wpłata pending")
    assert page.count("ponad 3 dni bez wyniku") == 1
    nav = plain(desk("daria").get("/urzad/").content.decode())
    assert "Zwroty 2" in nav


def test_a_booked_payment_offers_the_overpayment_instead(desk, person, due, paid):
    daria = desk("daria")
    pay_at_the_desk(due, 10_000)
    book_payment(payment_id=paid.public_id, credited_on=timezone.localdate(), actor=person("daria").actor)
    page = daria.get(f"/urzad/platnosci/{paid.public_id}/")
    assert "Przejdź do nadpłaty" in words(page)
    assert "Zaproponuj zwrot" not in words(page)
    answer = daria.get(f"/urzad/platnosci/{paid.public_id}/zwrot/")
    assert (answer.status_code, answer["Location"]) == (302, f"/urzad/platnosci/{paid.public_id}/")


def test_a_due_paid_twice_is_marked_everywhere_with_the_two_ways_out(desk, anna, due, paid):
    late = PaymentFactory(paid=True, payer=anna, title="Spóźniona")
    late.items.create(liability=due, principal_gr=due.principal_gr, is_open=False)
    daria = desk("daria")
    assert words(daria.get("/urzad/platnosci/do-zaksiegowania/")).count("zapłacono dwa razy") == 2
    page = words(daria.get(f"/urzad/platnosci/{late.public_id}/"))
    for shown in ("Wygląda na to, że zapłacono dwa razy", paid.reference, "Zaproponuj zwrot", "Zaksięguj"):
        assert shown in page
    listed = words(daria.get(f"{LIST}do-wyjasnienia/"))
    assert "Spóźniona" in listed
    assert paid.title in listed


def test_money_that_went_away_after_booking_is_listed_until_it_is_taken_back(desk, paid):
    Payment.objects.filter(pk=paid.pk).update(state="chargeback", booked_at=timezone.now())
    daria = desk("daria")
    assert "cofnięta przez bank" in words(daria.get(f"{LIST}do-wyjasnienia/"))
    assert "Wycofaj go (storno)" in words(daria.get(f"/urzad/platnosci/{paid.public_id}/"))


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_who_is_no_clerk_sees_none_of_it(name, desk, person, paid):
    refund = propose(paid, person("daria"), 1_200)
    client = desk(name)
    for address in (LIST, f"{LIST}do-wyjasnienia/", f"{LIST}{refund.public_id}/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{LIST}{refund.public_id}/zatwierdz/").status_code == 403
    assert Refund.objects.get().state == "proposed"


def test_a_clerk_of_another_department_finds_no_refund(desk, person, paid, only_real_estate):
    refund = Refund.objects.create(
        payment=paid, amount_gr=100, paid_gr=paid.paid_gr, refunded_gr=0, idempotency_key="x",
        proposed_by_id=person("filip").user_id,
    )  # fmt: skip
    client = desk("daria")
    assert client.get(f"{LIST}{refund.public_id}/").status_code == 404
    assert client.get(f"/urzad/platnosci/{paid.public_id}/zwrot/").status_code == 404
    assert "Żaden zwrot nie czeka" in words(client.get(LIST))


def test_a_number_that_is_no_refund_is_a_404(desk):
    assert desk("daria").get(reverse("desk:refund", args=[new_public_id()])).status_code == 404


def test_the_reason_of_one_gmina_stays_there(desk, dabrowa, client_for, person, paid):
    refund = propose(paid, person("daria"), 1_200)
    assert client_for("daria", dabrowa).get(f"{LIST}{refund.public_id}/").status_code == 404
