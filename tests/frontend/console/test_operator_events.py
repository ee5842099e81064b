"""The console shows what became of operators' messages and asks a gmina to carry one out again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from portal.jobs import replay, run_now
from services.accounts.models import Payer
from services.payments.actions import compare_account
from services.payments.models import OperatorEvent, Payment
from tenants.configuration.models import OperatorAccount
from tenants.directory.models import TenantFigures, TenantOperatorEvent
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import main, words

pytestmark = pytest.mark.django_db
TERYT = "0615022"
PAGE = f"/gminy/{TERYT}/komunikaty/"
SECRET = "Anna Podatna 44051401359"


@pytest.fixture
def orphan(in_borki) -> OperatorEvent:
    """A genuine message of a refund, whose payment the portal did not know."""
    account = OperatorAccount.objects.order_by("pk").first()
    return OperatorEvent.objects.create(
        operator_account=account,
        dedupe_key="x",
        verdict="orphan",
        kind="info",
        raw=SECRET,
        parsed={
            "kind": "info", "ref": "later", "operator_tx_id": "1", "status": "unknown", "amount_gr": 1,
            "requested_gr": 1, "currency": "PLN", "dedupe_key": "x", "method_id": "", "payer_debited_at": None,
            "refund_key": "", "statement": SECRET,
        },
    )  # fmt: skip


def measured() -> None:
    with tenancy.public():
        run_now("measure", [TERYT])


def told(event: OperatorEvent) -> TenantOperatorEvent:
    with tenancy.public():
        return TenantOperatorEvent.objects.get(event_id=event.public_id)


def test_the_platform_sees_the_message_and_nothing_of_what_it_says(operator, orphan):
    measured()
    page = words(operator.get(PAGE))
    assert "bez płatności w portalu" in page
    assert "Przetwórz ponownie" in page
    assert "Podatna" not in page
    with tenancy.public():
        assert SECRET not in str(list(TenantOperatorEvent.objects.values()))


def test_a_message_whose_payment_exists_now_is_carried_out_once_and_audited_on_both_sides(operator, orphan):
    payment = PaymentFactory(
        payer=Payer.objects.get(external_id="K-anna"), operator_account=orphan.operator_account
    )
    Payment.objects.filter(pk=payment.pk).update(reference="later", state="failed", next_check_at=None)
    measured()

    for _ in range(2):
        assert operator.post(PAGE, {"event": str(orphan.public_id)})["Location"] == PAGE
    assert told(orphan).asked_at is not None
    assert "czeka na gminę" in words(operator.get(PAGE))
    with tenancy.public():
        replay(TERYT)
        replay(TERYT)

    orphan.refresh_from_db()
    assert (orphan.verdict, orphan.payment) == ("accepted", payment)
    assert orphan.processed_at is not None
    entry = AuditEntry.objects.get(action="notification.replayed")
    assert entry.actor_kind == "platform"
    with tenancy.public():
        assert AuditEntry.objects.filter(action="tenant.replay_asked").count() == 1
    assert told(orphan).asked_at is None
    assert "przetworzony" in words(operator.get(PAGE))


def test_a_message_that_cannot_be_carried_out_says_why(operator, orphan):
    measured()
    operator.post(PAGE, {"event": str(orphan.public_id)})
    measured()  # the measuring does what a lost message asked for
    assert "Portal nadal nie ma płatności o tym numerze" in words(operator.get(PAGE))
    orphan.refresh_from_db()
    assert (orphan.verdict, orphan.processed_at) == ("orphan", None)


def test_a_forged_message_cannot_be_asked_for(operator, orphan):
    OperatorEvent.objects.update(verdict="forged")
    measured()
    assert "Przetwórz ponownie" not in words(operator.get(PAGE))
    operator.post(PAGE, {"event": str(orphan.public_id)})
    assert told(orphan).asked_at is None


@pytest.mark.parametrize("event", ["", "nic", "6644c22d-731f-444d-a213-1a7a409d80fc"])
def test_an_unknown_message_is_not_found(operator, orphan, event):
    measured()
    assert operator.post(PAGE, {"event": event}).status_code == 404
    assert told(orphan).asked_at is None


@pytest.mark.parametrize("name", [None, "daria", "anna"])
def test_nobody_of_a_gmina_sees_or_asks(name, client_for, orphan, borki):
    measured()
    client = client_for(name, borki) if name else client_for(None)
    client.defaults.update(HTTP_HOST="console.localhost", SERVER_NAME="console.localhost")
    answers = [
        client.get(PAGE, headers={"host": "console.localhost"}),
        client.post(PAGE, {"event": str(orphan.public_id)}, headers={"host": "console.localhost"}),
    ]
    assert {answer.status_code for answer in answers} <= {302, 404}
    assert told(orphan).asked_at is None


def test_the_fleet_shows_discrepancies_and_who_is_behind(operator, orphan):
    compare_account(orphan.operator_account.public_id, timezone.now())
    measured()
    with tenancy.public():
        figures = TenantFigures.objects.get(tenant__teryt=TERYT)
        assert (figures.discrepancies, figures.reconciled_at) == (1, None)
        TenantFigures.objects.update(reconciled_at=timezone.now() - timedelta(days=3))
    assert "zaległe" in words(operator.get("/"))
    page = main(operator.get(f"/gminy/{TERYT}/"))
    assert "Niezgodności do wyjaśnienia" in page
    assert PAGE in page
