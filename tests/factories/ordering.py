"""Orders as a resident confirms them on the page, and payments started through the real action."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.utils import timezone

from services.accounts.models import Payer, Resident
from services.liabilities.models import Liability
from services.payments.actions import Order, start_payment
from services.payments.methods import method_choices
from services.payments.models import Payment
from services.payments.queries import basket
from tests.fixtures.cast import Person


def order_of(
    who: Person,
    dues: Sequence[Liability],
    *,
    start_key: UUID | None = None,
    amounts: Mapping[UUID, int] | None = None,
) -> Order:
    """What `who` confirms for these dues, or for `amounts` of them, today: the operator's first method, and its total."""
    today = timezone.localdate()
    payer = Payer.objects.get(public_id=who.payer_id)
    resident = Resident.objects.get(user_id=who.user_id)
    group = basket(payer, [due.public_id for due in dues], today, resident, amounts or {}).groups[0]
    choice = next(choice for choice in method_choices(group, today) if choice.is_available)
    return Order(
        payer_id=payer.public_id,
        due_ids=tuple(due.public_id for due in dues),
        group_key=group.key,
        method_id=choice.id,
        expected_total_gr=choice.total_gr,
        start_key=start_key or uuid4(),
        amounts=amounts or {},
    )


def started(who: Person, *dues: Liability) -> Payment:
    """A payment that the operator has accepted."""
    begun = start_payment(order_of(who, dues), actor=who.actor)
    return Payment.objects.get(public_id=begun.payment_id)
