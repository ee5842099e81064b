"""What the tests about overpayments ask of the ledger, and how they ask the actions."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from kernel.fields import new_public_id
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.payments.actions import credit_ex_officio, request_overpayment
from services.payments.crediting import fingerprint, split_ex_officio
from services.payments.models import OverpaymentRequest

AROSE = date(2026, 6, 1)


def held(overpayment) -> int:
    return -balances([overpayment.public_id], AccountKind.OVERPAYMENT)[overpayment.public_id]


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def cost_owed(cost) -> int:
    return balances([cost.public_id], AccountKind.REMINDER_COSTS)[cost.public_id]


def entries(code: EntryCode) -> int:
    return Entry.objects.filter(code=code).count()


def ask(resident, overpayment, target=None) -> OverpaymentRequest:
    return request_overpayment(
        payer_id=resident.payer_id,
        overpayment_id=overpayment.public_id,
        kind="credit" if target else "refund",
        liability_id=target.public_id if target else None,
        actor=resident.actor,
    )


def shown(overpayment) -> str:
    return fingerprint(split_ex_officio(overpayment, timezone.localdate()))


def credit(overpayment, actor, *, number: UUID | None = None, seen: str | None = None) -> OverpaymentRequest:
    return credit_ex_officio(
        decision_id=number or new_public_id(),
        overpayment_id=overpayment.public_id,
        shown=shown(overpayment) if seen is None else seen,
        actor=actor,
    )
