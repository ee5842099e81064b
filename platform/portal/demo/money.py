"""Dues, receipts, reminders, overpayments and payments of the demo, by the actions that everybody uses."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from integrations.emulators.operators.control_client import Control
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Unavailable
from portal.demo.accounts import resident_actor, staff_actor
from portal.demo.behaviour import Receipt
from portal.demo.dues import PlannedDue
from portal.demo.people import RESIDENTS
from portal.demo.story import Story
from services.accounts.models import Payer
from services.accounts.queries import resident_of
from services.liabilities.actions.imports import import_dues
from services.liabilities.actions.overpayments import record_overpayment
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.domain.interest import accrue
from services.liabilities.domain.regimes import InterestRegime
from services.liabilities.models import ImportSource, Liability
from services.payments.actions import Order, book_payment, refresh_payment, start_payment
from services.payments.methods import method_choices
from services.payments.models import Payment
from services.payments.queries import basket
from tenants.configuration.models import LiabilityType
from tenants.configuration.queries import allocation_rule, liability_types, operator_account_for
from tenants.rates.queries import rate_table

Tell = Callable[[str], object]
STEP = 250
"""Receipts in one transaction, and between two lines of progress."""


def import_all(story: Story, actor: Actor) -> None:
    """All dues and reminders in one import. Raises RuntimeError with the first refused line."""
    rows = [*(due.row() for due in story.dues), *(reminder.row() for reminder in story.reminders)]
    run = import_dues(rows, source=ImportSource.COMMAND, file_name="dane pokazowe", actor=actor)
    if run.rejected:
        raise RuntimeError(f"{run.rejected} lines were refused, first {run.findings['rejected'][0]}")


def post_receipts(receipts: Sequence[Receipt], actor: Actor, tell: Tell) -> None:
    """Book what was paid at the counter or by transfer, with the interest that was owed on that day."""
    ids = [receipt.due.external_id for receipt in receipts]
    rows = {
        row.external_id: row
        for row in Liability.objects.select_related("liability_type").filter(external_id__in=ids)
    }
    for start in range(0, len(receipts), STEP):
        with transaction.atomic():
            for receipt in receipts[start : start + STEP]:
                liability = rows[receipt.due.external_id]
                post_receipt(
                    liability=liability,
                    principal_gr=liability.principal_gr,
                    interest_gr=_interest_gr(liability, receipt.paid_on),
                    paid_on=receipt.paid_on,
                    external_id=receipt.external_id,
                    actor=actor,
                )
        tell(f"receipts: {min(start + STEP, len(receipts))} of {len(receipts)}")


def _interest_gr(liability: Liability, paid_on: date) -> int:
    kind: LiabilityType = liability.liability_type
    return accrue(
        liability.principal_gr,
        liability.due_on,
        paid_on,
        regime=InterestRegime(kind.interest_regime),
        rates=rate_table(),
        contract_rate_bp=kind.contract_rate_bp,
        threshold=allocation_rule(paid_on).threshold,
    ).total_gr


def record_overpayments(story: Story, actor: Actor) -> None:
    """Overpayments that the office holds from before the portal."""
    types = {one.code: one for one in liability_types()}
    payers = {one.external_id: one for one in Payer.objects.all()}
    for one in story.overpayments:
        record_overpayment(
            external_id=one.external_id,
            payer=payers[one.payer.external_id],
            liability_type=types[one.type_code],
            amount_gr=one.amount_gr,
            arose_on=one.arose_on,
            actor=actor,
        )


def pay_online(story: Story, *, on: date, tell: Tell) -> None:
    """Two payments through the operator: Anna's waits to be booked, Bartek's is booked."""
    try:
        for due in story.to_pay_online:
            email = next(p.email for p in story.residents if p.full_name == due.payer.name)
            payment_id = _pay(due, email, on)
            if email == RESIDENTS[1].email:
                book_payment(payment_id=payment_id, credited_on=on, actor=staff_actor("daria"))
    except Unavailable:
        tell("the payment operator does not answer: no payment through the portal was made")


def _pay(due: PlannedDue, email: str, on: date) -> UUID:
    """Pay one due as its payer would; the same payment when it is called again."""
    actor = resident_actor(email)
    start_key = uuid5(NAMESPACE_URL, f"skarbnik:demo:{tenancy.current_tenant_id()}:{due.external_id}")
    known = Payment.objects.filter(start_key=start_key).first()
    payment_id = (
        known.public_id if known else start_payment(_order(due, actor, start_key, on), actor=actor).payment_id
    )
    payment = Payment.objects.get(public_id=payment_id)
    if payment.state == "started":
        Control(operator_account_for(payment.account_nrb).api_url).pay(payment.reference)
        refresh_payment(payment_id)
    return payment_id


def _order(due: PlannedDue, actor: Actor, start_key: UUID, on: date) -> Order:
    liability = Liability.objects.get(external_id=due.external_id)
    payer = Payer.objects.get(external_id=due.payer.external_id)
    group = basket(payer, [liability.public_id], on, resident_of(actor)).groups[0]
    method = next(choice for choice in method_choices(group, on) if choice.is_available)
    return Order(
        payer_id=payer.public_id,
        due_ids=(liability.public_id,),
        group_key=group.key,
        method_id=method.id,
        expected_total_gr=method.total_gr,
        start_key=start_key,
    )
