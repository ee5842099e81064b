"""Without a broker people's acts succeed at once, and the sweep does what the lost messages asked for."""

import re

import httpx
import pytest
from django.utils import timezone

from integrations.payments.values import RawRequest
from portal.jobs import run_now
from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.models import OperatorEvent, Payment
from tenants.configuration.queries import current_regulation
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import started
from tests.fixtures.mail import caught
from tests.outages.processes import eventually, processes

pytestmark = pytest.mark.xdist_group("stack")

NO_FOLDER = (
    '{"data_folder_in": "/proc/none", "data_folder_out": "/proc/none", "control_folder": "/proc/none"}'
)
BROKERS = {
    "unknown host": {"BROKER_URL": "amqp://guest:guest@broker.invalid:5672//", "BROKER_OPTIONS": "{}"},
    "unwritable folder": {"BROKER_URL": "filesystem://", "BROKER_OPTIONS": NO_FOLDER},
}
FORM = {
    "first_name": "Zdzisława",
    "last_name": "Źrebięcka",
    "pesel": "75870300048",
    "address": "ul. Próbna 4, 21-345 Borki",
    "email": "zdzislawa@poczta.example",
    "phone": "",
    "password": "cztery zwykle slowa razem",
    "password_again": "cztery zwykle slowa razem",
    "accepts_regulation": "on",
}


class Browser:
    """A visitor of Borki's portal on the running web server; an answer that does not come in 15 s is a failure."""

    def __init__(self, port: int) -> None:
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": f"borki.localhost:{port}", "Referer": f"http://borki.localhost:{port}/"},
            timeout=15,
            trust_env=False,
        )

    def register(self) -> httpx.Response:
        page = self.http.get("/rejestracja/").text
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|regulation_id)" value="([^"]+)"', page))
        assert hidden["regulation_id"] == str(current_regulation(timezone.localdate()).public_id)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)
        return self.http.post("/rejestracja/", data=FORM | hidden, headers={"Cookie": cookies})

    def notify(self, account_id: object, request: RawRequest) -> httpx.Response:
        return self.http.post(
            f"/webhooks/platnosci/{account_id}/", content=request.body, headers=dict(request.headers)
        )


@pytest.mark.parametrize("broker", BROKERS)
def test_registering_and_a_notification_succeed_without_it_and_the_sweep_does_the_rest(
    own, server, mailbox, tmp_path, broker
):
    own.emulator.control.fault("notify", "never")
    payment = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
    own.emulator.control.pay(payment.reference)
    order_id = own.emulator.control.transaction(payment.reference)["operator_tx_id"]

    with processes(tmp_path / "home", server, own.database, **BROKERS[broker]) as stack:
        stack.start_web(workers=1, threads=2)
        browser = Browser(stack.ports.web)
        assert browser.register().headers["Location"] == "/rejestracja/sprawdz-poczte/"
        reply = browser.notify(payment.operator_account.public_id, notification(payment, order_id))
        assert reply.status_code == 200
        log = stack.home / "log" / "web.log"
        # The notification's job is asked for a moment after the answer (kernel.gathering).
        eventually(lambda: log.read_text().count('"broker.away"') == 2, "both jobs are missed in the log")

    assert [message.state for message in Message.objects.all()] == ["waiting"]
    assert OperatorEvent.objects.get().processed_at is None
    assert Payment.objects.get().state == "started"
    for _ in range(2):  # the first run finds the money, its letter goes out with the next
        run_now("sweep", [own.scope.tenant_id])
    assert Payment.objects.get().state == "paid"
    assert sorted(mail["To"] for mail in caught(mailbox)) == [
        "anna@mieszkaniec.example",
        "zdzislawa@poczta.example",
    ]
