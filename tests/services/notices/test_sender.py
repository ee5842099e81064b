"""P2: a gmina's letters come from its own address, or from the platform's, and are answered at the office (S12)."""

import pytest

from kernel import tenancy
from portal.readiness import _sender
from services.notices.delivery import deliver
from services.notices.domain import Delivery
from services.notices.models import Message
from services.notices.sender import Sender, sender
from tenants.configuration.models import Office
from tenants.directory.domain_readiness import Verdict
from tests.fixtures.mail import caught

pytestmark = pytest.mark.django_db


def test_without_an_own_address_the_platforms_one_sends_and_the_office_is_answered(
    message, mailbox, settings
):
    assert deliver(message.public_id) == Delivery.SENT
    (mail,) = caught(mailbox)
    assert settings.DEFAULT_FROM_EMAIL in str(mail)
    assert sender() == Sender(settings.DEFAULT_FROM_EMAIL, Office.objects.get().email)


def test_a_gminas_own_address_sends_under_the_portals_name(message, mailbox):
    Office.objects.update(sender_email="portal@borki.example", portal_name="Portal\nnależności")
    assert deliver(message.public_id) == Delivery.SENT
    (mail,) = caught(mailbox)
    assert "portal@borki.example" in str(mail)
    assert sender().address.endswith("<portal@borki.example>")
    assert "\n" not in sender().address


def test_the_address_of_one_gmina_is_not_that_of_another(borki, dabrowa):
    with tenancy.enter(borki):
        Office.objects.update(sender_email="portal@borki.example")
        assert "borki" in sender().address
    with tenancy.enter(dabrowa):
        assert "borki" not in sender().address


def test_the_go_live_list_misses_a_sender_that_the_mail_server_refuses(message):
    assert _sender().verdict == Verdict.MET
    Message.objects.filter(pk=message.pk).update(attempts=1, last_error="SMTPSenderRefused 550")
    assert _sender().verdict == Verdict.MISSING
    Message.objects.filter(pk=message.pk).update(attempts=2, last_error="")
    assert _sender().verdict == Verdict.MET
