"""Ways to pay a basket group: the operator's own list, with the fee of that operator's tariff beside each."""

from dataclasses import dataclass, replace
from datetime import date

import structlog
from django.core.cache import cache
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.methods import Method, MethodGroup, MethodState
from kernel.errors import NotFound, Refused, Unavailable
from services.payments.domain.fees import FeeBearer, Tariff, TariffLine, fee
from services.payments.domain.payment_day import instrument_of, is_transfer_order
from services.payments.queries import TAX, BasketGroup
from tenants.configuration.models import FeeTariff, OperatorAccount
from tenants.configuration.queries import fee_tariff, operator_account_for, operator_config, payment_terms

log = structlog.get_logger(__name__)

FRESH_SECONDS = 60
LAST_GOOD_SECONDS = 24 * 3600


@dataclass(frozen=True)
class MethodChoice:
    """One way to pay, as the payer sees it; amounts in grosze. `is_fee_added`: the operator itself adds the fee to ours.

    The fee is by the tariff `tariff_id` of the operator account `account_id`: the payment is frozen with both.
    """

    id: str
    name: str
    group: str
    icon_url: str | None
    is_available: bool
    reason: str
    fee_gr: int
    total_gr: int
    account_id: int
    tariff_id: int | None
    is_fee_added: bool = False


def method_choices(group: BasketGroup, on: date) -> list[MethodChoice]:
    """Banks and other methods for the group, available ones first (eKasa § 10 ust. 2 and 3).

    Raises NotFound("operator_account.none") when nothing can be paid online to that account or by what it takes, and
    Unavailable("operator.unavailable") when the operator does not answer and no earlier list is kept.
    """
    account = operator_account_for(group.account_nrb)
    rules = FeeRules(account, fee_tariff(on, account), adds_fee(account))
    choices = [
        _choice(method, group.amount_gr, rules)
        for method in operator_methods(account, group.amount_gr)
        if method.state != MethodState.OFF and _is_lawful(group, method.group, on)
    ]
    if not choices:
        raise NotFound("operator_account.none")
    return sorted(choices, key=lambda choice: not choice.is_available)


def takes_other_instruments(group: BasketGroup, on: date) -> bool:
    """Whether cards, wallets and what else is no transfer order may pay the group: public dues only where the council has
    let them in by a resolution (art. 61a § 1 O.p.), civil dues always."""
    return group.regime != TAX or payment_terms(on).has_resolution


def _is_lawful(group: BasketGroup, kind: MethodGroup, on: date) -> bool:
    return takes_other_instruments(group, on) or is_transfer_order(instrument_of(kind), payment_terms(on))


def method_choice(group: BasketGroup, method_id: str, on: date) -> MethodChoice:
    """The chosen method, asked anew. Raises NotFound("method.unavailable") when it is off or does not take the amount."""
    for choice in method_choices(group, on):
        if choice.id == method_id and choice.is_available:
            return choice
    raise NotFound("method.unavailable")


@dataclass(frozen=True)
class FeeRules:
    """What decides the fee at an operator account: its tariff of the day, and whether the operator itself adds the fee."""

    account: OperatorAccount
    tariff: FeeTariff | None
    is_fee_added: bool

    def fee_gr(self, amount_gr: int, method: Method) -> int:
        """The payer's fee in grosze; 0 without a tariff or when the office bears it.

        Raises Refused("fee.unknown") when the tariff names no fee for the method, or when the operator adds one of which the
        gmina's tariff tells the payer nothing: what cannot be shown cannot be charged (eKasa § 10 ust. 3).
        """
        row = self.tariff
        if self.is_fee_added and (row is None or row.bearer != FeeBearer.PAYER):
            raise Refused("fee.unknown", method_id=method.id, amount_gr=amount_gr)
        if row is None:
            return 0
        lines = tuple(TariffLine.of(line) for line in row.lines)
        tariff = Tariff(row.effective_on, FeeBearer(row.bearer), lines)
        return fee(amount_gr, method_id=method.id, method_group=method.group.value, tariff=tariff).payer_gr


def _choice(method: Method, amount_gr: int, rules: FeeRules) -> MethodChoice:
    is_open = method.hours is None or method.hours.open_at(timezone.localtime())
    reason = "" if method.state == MethodState.OK and is_open else "temporarily_off"
    if not method.takes(amount_gr):
        reason = "amount"
    fee_gr = 0
    try:
        fee_gr = rules.fee_gr(amount_gr, method)
    except Refused:
        reason = "fee_unknown"
    return MethodChoice(
        id=method.id,
        name=method.name,
        group=method.group.value,
        icon_url=method.icon_url,
        is_available=not reason,
        reason=reason,
        fee_gr=fee_gr,
        total_gr=amount_gr + fee_gr,
        account_id=rules.account.pk,
        tariff_id=rules.tariff.pk if rules.tariff else None,
        is_fee_added=rules.is_fee_added,
    )


def adds_fee(account: OperatorAccount) -> bool:
    """Whether the operator adds the payer's fee to our order, by the contract of this account."""
    return registry.entry(account.operator).adds_fee(operator_config(account))


def operator_methods(account: OperatorAccount, amount_gr: int) -> list[Method]:
    """The operator's list, at most a minute old; while the operator is away, the last good one with everything marked as
    temporarily off. Never called inside a database transaction.
    """
    key = f"methods:{account.public_id}:{account.version}:{amount_gr}"
    fresh: list[Method] | None = cache.get(key)
    if fresh is not None:
        return fresh
    config = operator_config(account)
    try:
        found = list(registry.operator(account.operator).list_methods(config, amount_gr, "pl"))
    except OperatorError as error:
        log.warning("operator.methods", operator=account.operator, code=error.code)
        last_good: list[Method] | None = cache.get(f"{key}:last")
        if last_good is None:
            raise Unavailable("operator.unavailable") from error
        return [replace(method, state=MethodState.TEMP_OFF) for method in last_good]
    cache.set(key, found, FRESH_SECONDS)
    cache.set(f"{key}:last", found, LAST_GOOD_SECONDS)
    return found
