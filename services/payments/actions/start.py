"""Starting a payment: lock and freeze in one transaction, ask the operator outside any, keep the answer in another."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import OperatorError, StartOutcomeUnknown
from integrations.payments.values import FormPost, Pending, Redirect, Start
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound, Unavailable
from services.accounts.access import require
from services.accounts.domain.representation import Level
from services.accounts.models import Payer
from services.accounts.queries import payer_for, resident_of
from services.accounts.queries_representation import require_level
from services.accounts.queries_rights import refuse_restricted_actor
from services.liabilities.models import Liability, ReminderCost
from services.notices.actions import portal_address
from services.payments.actions.transitions import advance, schedule_check
from services.payments.addresses import notify_address
from services.payments.domain.states import RELEASED, UNPAID, Event, State
from services.payments.legal import SHOWN, LegalTexts, consents_of, legal_texts
from services.payments.methods import MethodChoice, method_choice
from services.payments.models import Payment, PaymentItem
from services.payments.queries import BasketGroup, basket
from services.users.domain import Verb
from tenants.configuration.queries import office, operator_account, operator_account_for, operator_config
from tenants.directory.trial import check, queue_up, trial_limits

GRACE_MINUTES = 5
"""Added to the life of the operator's link before we call it expired."""


@dataclass(frozen=True)
class Order:
    """What the payer has confirmed: dues, method, and the exact total that was shown (grosze).

    `amounts` are for the dues of which only a part is paid, in grosze by their public ids. `consents` are the ids of the
    operator's boxes that the payer ticked, `texts_key` is the `LegalTexts.key` of the texts that the payer saw; None takes
    those of this moment as shown.
    """

    payer_id: UUID
    due_ids: tuple[UUID, ...]
    group_key: str
    method_id: str
    expected_total_gr: int
    start_key: UUID
    amounts: Mapping[UUID, int] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
    texts_key: str | None = None


@dataclass(frozen=True)
class Started:
    """A payment under way; `redirect_url` is empty when the operator's answer was lost, and when the payer has nothing to
    do in the browser (a payment confirmed in the bank's app)."""

    payment_id: UUID
    redirect_url: str


def start_payment(order: Order, *, user_agent: str = "", actor: Actor) -> Started:
    """Begin a payment (eKasa § 10). The same `start_key` again gives the same payment, so a double click pays once.

    Raises NotFound for dues that are not the payer's, Refused("data.restricted") for a person whose data must rest,
    Conflict("payment.email_too_long") for an address that the operator does not take, Conflict("payment.locked") when a
    payment of one of them is under way, Conflict("payment.amount_changed") when the total is no longer the one shown,
    InvalidInput("payment.part_too_large") or ("payment.part_too_small") for a part that cannot be paid,
    NotFound("method.unavailable"), InvalidInput("payment.consent_missing") without a tick that the operator requires,
    Conflict("payment.texts_changed") when its texts are no longer those on the page, Conflict("trial.payments") or
    ("trial.sum") when a gmina in its trial has as many as it may or as much money, Unavailable("operator.unavailable")
    when the operator did not take the order (the lock is free again).
    """
    require(actor, Verb.OWN_DUES)
    payer = payer_for(actor, order.payer_id)
    if payer is None:
        raise NotFound("payer.foreign")
    require_level(actor, payer, Level.PAY)
    known = _started_before(order, actor)
    if known:
        return known
    refuse_restricted_actor(actor)
    today = timezone.localdate()
    try:
        chosen = _group(payer, order, today, actor)
        # Both ask the operator: outside any transaction.
        method = method_choice(chosen, order.method_id, today)
        texts = _agreed_texts(chosen, order)
        payment = _create(payer, order, method, texts, today, actor)
    except Conflict:
        known = _started_before(order, actor)  # the same button, pressed twice at one moment
        if known is None:
            raise
        return known
    return _send(payment, user_agent=user_agent, actor=actor)


def _started_before(order: Order, actor: Actor) -> Started | None:
    row = Payment.objects.filter(start_key=order.start_key, resident=resident_of(actor)).first()
    return Started(row.public_id, row.redirect_url) if row else None


def _group(payer: Payer, order: Order, on: date, actor: Actor) -> BasketGroup:
    whole = basket(payer, order.due_ids, on, resident_of(actor), order.amounts)
    if any(reason == "locked" for _, reason in whole.refused):
        raise Conflict("payment.locked")
    for group in whole.groups:
        if group.key == order.group_key:
            return group
    raise Conflict("payment.not_payable")


def _agreed_texts(group: BasketGroup, order: Order) -> LegalTexts:
    texts = legal_texts(group, order.method_id)
    if order.texts_key not in (None, texts.key):
        raise Conflict("payment.texts_changed")
    texts.consents(order.consents)
    return texts


@transaction.atomic(durable=True)
def _create(
    payer: Payer, order: Order, method: MethodChoice, texts: LegalTexts, on: date, actor: Actor
) -> Payment:
    """Commit attempt, amounts and lock before the operator hears of it."""
    _lock_rows(payer, order.due_ids)
    group = _group(payer, order, on, actor)
    account = operator_account_for(group.account_nrb)
    # With another account in its place the fee and the bank on the page would be those of somebody else.
    is_same = account.pk == method.account_id
    if not is_same or group.amount_gr + method.fee_gr != order.expected_total_gr:
        raise Conflict("payment.amount_changed", total_gr=group.amount_gr + method.fee_gr)
    _keep_trial(group.amount_gr)
    now = timezone.now()
    payment = Payment(
        reference=secrets.token_hex(12),
        state=State.CREATED,
        resident=resident_of(actor),
        payer=payer,
        operator_account=account,
        allocation_regime=group.regime,
        account_nrb=group.account_nrb,
        title=group.title,
        amount_gr=group.amount_gr,
        fee_gr=0 if method.is_fee_added else method.fee_gr,
        added_fee_gr=method.fee_gr if method.is_fee_added else 0,
        tariff_id=method.tariff_id,
        method_id=method.id,
        method_name=method.name,
        method_group=method.group,
        quoted_on=on,
        start_key=order.start_key,
        # Until the operator's answer is kept: whoever is killed before that leaves a link that dies some day, too.
        expires_at=_end_of_link(now),
        next_check_at=now + timedelta(minutes=2),
    )
    try:
        with transaction.atomic():
            payment.save()
            PaymentItem.objects.bulk_create(_items(payment, group))
    except IntegrityError as error:
        raise Conflict("payment.locked") from error
    record(
        "payment.created",
        payment,
        actor=actor,
        amount_gr=payment.amount_gr,
        fee_gr=payment.payer_fee_gr,
        payer=str(payer.public_id),
    )
    if texts.texts:
        record(SHOWN, payment, actor=actor, texts=texts.as_shown(texts.consents(order.consents)))
    return payment


def _keep_trial(amount_gr: int) -> None:
    """What was given up leaves its place in the trial to others. Raises Conflict("trial.payments"), ("trial.sum")."""
    limits = trial_limits()
    if limits:
        queue_up()
        held = Payment.objects.exclude(state__in=RELEASED).aggregate(count=Count("pk"), sum=Sum("amount_gr"))
        check(held["count"], 1, limits.payments, "trial.payments")
        check(held["sum"] or 0, amount_gr, limits.sum_gr, "trial.sum")


def _end_of_link(started_at: datetime) -> datetime:
    return started_at + timedelta(minutes=settings.PAYMENT_MINUTES + GRACE_MINUTES)


def _lock_rows(payer: Payer, due_ids: Collection[UUID]) -> None:
    """Hundreds of simultaneous starts queue here in one order, so that none of them fails on a deadlock."""
    list(
        Liability.objects.select_for_update(of=("self",))
        .filter(public_id__in=due_ids, debtors=payer)
        .order_by("id")
        .values_list("id", flat=True)
    )
    list(
        ReminderCost.objects.select_for_update()
        .filter(payer=payer)
        .order_by("id")
        .values_list("id", flat=True)
    )


def _items(payment: Payment, group: BasketGroup) -> list[PaymentItem]:
    return [
        PaymentItem(
            payment=payment,
            liability_id=one.due.id,
            principal_gr=one.principal_gr,
            interest_gr=one.interest_gr,
        )
        for one in group.chosen
    ] + [
        PaymentItem(payment=payment, reminder_cost_id=cost.id, cost_gr=cost.amount_gr) for cost in group.costs
    ]


def _send(payment: Payment, *, user_agent: str, actor: Actor) -> Started:
    """Ask the operator, then keep what it said."""
    try:
        answer = _ask(payment, settings.PAYMENT_MINUTES, user_agent=user_agent, actor=actor)
    except StartOutcomeUnknown:
        _keep(payment, Event.START_TIMED_OUT)
        return Started(payment.public_id, "")
    except OperatorError as error:
        _keep(payment, Event.START_REFUSED, failure_code=error.code)
        if error.code == "start.email":
            raise Conflict("payment.email_too_long") from error
        raise Unavailable("operator.unavailable", operator_code=error.code) from error
    match answer:
        case Redirect(url=url):
            address = url
        case FormPost():
            address = f"{_page_of(payment)}operator/"
        case Pending():
            address = ""
    _keep(payment, Event.START_ACCEPTED, redirect_url=address, operator_id=answer.operator_tx_id)
    return Started(payment.public_id, address)


def _page_of(payment: Payment) -> str:
    return f"{portal_address()}/platnosci/{payment.public_id}/"


def _ask(payment: Payment, minutes: int, *, user_agent: str, actor: Actor) -> Redirect | FormPost | Pending:
    account = operator_account(payment.operator_account.public_id)
    order = Start(
        ref=payment.reference,
        amount_gr=payment.total_gr,
        title=payment.title,
        email=resident_of(actor).user.email,
        return_url=_page_of(payment),
        notify_url=notify_address(account.public_id),
        method_id=payment.method_id,
        account_nrb=payment.account_nrb,
        receiver_name=office().office_name,
        ttl_minutes=minutes,
        payer_ip=actor.address,
        user_agent=user_agent,
        consents=consents_of(payment),
    )
    return registry.operator(account.operator).start(operator_config(account), order)


def operator_form(payment: Payment, *, user_agent: str = "", actor: Actor) -> FormPost | None:
    """The form by which the browser of the payer brings a started payment to the operator, for what is left of its time.

    It is made anew each time instead of being kept: such an operator hears of the payment only from the form, so asking its
    adapter again registers nothing. None for a payment that goes another way or is over. Raises
    Unavailable("operator.unavailable").
    """
    now = timezone.now()
    is_ours = payment.redirect_url == f"{_page_of(payment)}operator/"
    if not is_ours or payment.expires_at is None or payment.expires_at <= now or payment.state not in UNPAID:
        return None
    left = int((payment.expires_at - now).total_seconds() // 60) - GRACE_MINUTES
    try:
        answer = _ask(payment, max(left, 1), user_agent=user_agent, actor=actor)
    except OperatorError as error:
        raise Unavailable("operator.unavailable", operator_code=error.code) from error
    return answer if isinstance(answer, FormPost) else None


@transaction.atomic(durable=True)
def _keep(
    payment: Payment, event: Event, *, redirect_url: str = "", operator_id: str = "", failure_code: str = ""
) -> None:
    row = Payment.objects.select_for_update().get(pk=payment.pk)
    now = timezone.now()
    row.redirect_url = redirect_url
    row.operator_id = row.operator_id or operator_id
    row.failure_code = failure_code
    if (
        event != Event.START_REFUSED
    ):  # else the payer never left us: no letter, and nothing to ask about later
        row.started_at = row.started_at or now
    row.expires_at = _end_of_link(now)
    advance(row, event)
    schedule_check(row, now)
    row.save()
