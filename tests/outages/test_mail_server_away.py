"""Without a mail server people's acts succeed, and their letters go out once when it is back."""

import pytest
from django.utils import timezone

from kernel.actors import ANONYMOUS
from portal.embedded.postgres import free_port
from portal.jobs import run_now
from services.accounts.actions import Application, register
from services.accounts.models import Payer, Resident
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from services.users.models import User
from tenants.configuration.queries import current_regulation
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import started
from tests.fixtures.committed import Gmina
from tests.fixtures.mail import caught, order_outage, use_mail_server


@pytest.fixture
def acted(gmina: Gmina, settings) -> Gmina:
    """While no mail server answered, somebody registered and Anna's payment was found paid."""
    use_mail_server(settings, free_port())
    register(
        Application(
            first_name="Zdzisława",
            last_name="Źrebięcka",
            pesel="75870300048",
            email="zdzislawa@poczta.example",
            address="ul. Próbna 4, 21-345 Borki",
            password="cztery zwykle slowa razem",
            regulation_id=current_regulation(timezone.localdate()).public_id,
        ),
        actor=ANONYMOUS,
    )
    anna = gmina.person("anna")
    payment = started(anna, LiabilityFactory(payer=Payer.objects.get(public_id=anna.payer_id)))
    gmina.emulator.control.pay(payment.reference)
    Payment.objects.update(next_check_at=timezone.now())
    run_now("sweep", [gmina.scope.tenant_id])
    return gmina


def sweep(gmina: Gmina) -> None:
    Message.objects.update(next_attempt_at=timezone.now())
    run_now("sweep", [gmina.scope.tenant_id])


def test_the_acts_have_succeeded_and_their_letters_wait(acted):
    user = User.objects.find("zdzislawa@poczta.example", "resident")
    assert Resident.objects.get(user=user).state == "submitted"
    assert Payment.objects.get().state == "paid"
    assert set(Message.objects.values_list("kind", "state")) == {
        ("registered", "waiting"),
        ("payment_paid", "waiting"),
    }


def test_when_the_server_is_back_each_letter_arrives_once(acted, mailbox):
    for _ in range(3):
        sweep(acted)
    assert sorted(mail["To"] for mail in caught(mailbox)) == [
        "anna@mieszkaniec.example",
        "zdzislawa@poczta.example",
    ]
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}


@pytest.mark.parametrize("mode", ["tempfail", "refuse", "drop"])
def test_a_server_that_comes_back_half_ill_loses_and_doubles_nothing(acted, mailbox, mode):
    order_outage(mailbox, mode, 3)
    for _ in range(6):
        sweep(acted)
    assert sorted(mail["To"] for mail in caught(mailbox)) == [
        "anna@mieszkaniec.example",
        "zdzislawa@poczta.example",
    ]
