"""The bulk door to the engine: one JSON line in, one JSON line out, without a database.

Auditors and vendors of finance systems check us by it on whole files. The rates are those of the shipped
history. The answer depends on the line alone. Django's translations are not loaded here, so the Polish
sentences stand in `calculate_fields.py` as they are.
"""

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kernel.dates import add_working_days
from kernel.errors import InvalidInput, SkarbnikError
from kernel.identifiers import is_valid_nip, is_valid_nrb, is_valid_pesel, is_valid_regon, transfer_qr
from services.liabilities.domain.due_dates import effective_due_on
from services.liabilities.domain.interest import accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.payments.calculate_fields import MESSAGES, Fields, Id, message
from services.payments.domain.allocation import AllocationRegime, Claim, ReminderCostClaim, allocate
from services.payments.domain.payment_day import Instrument, PaymentDayRule, PaymentDays, payment_day
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading, ThresholdScope
from tenants.rates.domain import load_seed

Answer = dict[str, Any]


def answer(line: str | bytes) -> str:
    """Answer one line; a bad one is answered too, with {"id", "error": {"code", "message"}}, and raises
    nothing.

    Give it the raw bytes of the line where possible: then even a broken encoding is only that line's error.
    """
    line_id: Id | None = None
    try:
        fields = Fields(_read(line))
        line_id = fields.identifier("id")
        operation = _OPERATIONS.get(fields.text("op"))
        if operation is None:
            raise InvalidInput("line.unknown_op")
        result = operation(fields)
        fields.refuse_misspelt()
    except SkarbnikError as error:
        result = {"error": {"code": error.code, "message": message(error)}}
    except Exception as error:  # a defect of ours with one line must not cost the answers to the others
        traceback.print_exc(file=sys.stderr)
        result = {"error": {"code": "line.failed", "message": f"{MESSAGES['line.failed']} ({error!r})"}}
    return _write({"id": line_id, **result})


def _read(line: str | bytes) -> Mapping[str, Any]:
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        values = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidInput("line.not_json") from None
    if not isinstance(values, dict):
        raise InvalidInput("line.not_object")
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name is given twice")
    return values


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _write(values: Answer) -> str:
    text = json.dumps(values, ensure_ascii=False)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character that came as an escape can only go back as one
        return json.dumps(values)
    return text


def _due_date(fields: Fields) -> Answer:
    return {"effective_due_on": effective_due_on(fields.day("due_on")).isoformat()}


def _working_days(fields: Fields) -> Answer:
    return {"deadline_on": add_working_days(fields.day("start_on"), fields.whole("days")).isoformat()}


def _interest(fields: Fields) -> Answer:
    interest = accrue(
        fields.amount("principal_gr"),
        fields.day("due_on"),
        fields.day("as_of"),
        regime=fields.word("regime", InterestRegime),
        rates=load_seed(),
        rate=fields.word("rate", TaxRate, TaxRate.BASE),
        contract_rate_bp=fields.amount("contract_rate_bp") if fields.has("contract_rate_bp") else None,
        pauses=fields.day_pairs("pauses"),
        threshold=fields.word("threshold", ThresholdReading, ThresholdReading.ROUNDED),
    )
    return {
        "effective_due_on": interest.effective_due_on.isoformat(),
        "days": interest.days,
        "total_gr": interest.total_gr,
        "periods": [
            {
                "from_on": period.from_on.isoformat(),
                "to_on": period.to_on.isoformat(),
                "days": period.days,
                "rate_bp": period.rate_bp,
            }
            for period in interest.periods
        ],
    }


def _allocate(fields: Fields) -> Answer:
    regime = fields.word("regime", AllocationRegime)
    claim_fields = fields.objects("claims", required=True)
    cost_fields = fields.objects("reminder_costs")
    claim_ids = _ranked([one.identifier("id") for one in claim_fields])
    cost_ids = _ranked([one.identifier("id") for one in cost_fields])
    result = allocate(
        fields.amount("amount_gr"),
        fields.day("paid_on"),
        [_claim(one, regime, claim_ids) for one in claim_fields],
        regime=regime,
        rule=_rule(fields),
        rates=load_seed(),
        indicated=_indicated(fields, regime, claim_ids),
        reminder_costs=[_cost(one, cost_ids) for one in cost_fields],
    )
    names = {rank: given for given, rank in claim_ids.items()}
    cost_names = {rank: given for given, rank in cost_ids.items()}
    return {
        "shares": [
            [(cost_names if share.kind == "reminder_costs" else names)[share.id], share.kind, share.amount_gr]
            for share in result.shares
        ],
        "overpaid_gr": result.overpaid_gr,
    }


def _claim(fields: Fields, regime: AllocationRegime, ids: Mapping[Id, str]) -> Claim:
    is_public = regime is AllocationRegime.TAX
    claim = Claim(
        id=ids[fields.identifier("id")],
        type=fields.text("type") if is_public or fields.has("type") else "",
        principal_gr=fields.amount("principal_gr"),
        due_on=fields.day("due_on"),
        interest=InterestRegime.TAX if is_public else InterestRegime.CIVIL,
        rate=fields.word("rate", TaxRate, TaxRate.BASE),
        pauses=tuple(fields.day_pairs("pauses")),
        decision=fields.text("decision") if fields.has("decision") else "",
    )
    fields.refuse_misspelt()
    return claim


def _cost(fields: Fields, ids: Mapping[Id, str]) -> ReminderCostClaim:
    cost = ReminderCostClaim(
        id=ids[fields.identifier("id")],
        amount_gr=fields.amount("amount_gr"),
        delivered_on=fields.day("delivered_on") if fields.has("delivered_on") else None,
    )
    fields.refuse_misspelt()
    return cost


def _rule(fields: Fields) -> AllocationRule:
    given = fields.object("rule")
    rule = AllocationRule(
        ratio_base=given.word("ratio_base", RatioBase, RatioBase.ROUNDED),
        threshold=given.word("threshold", ThresholdReading, ThresholdReading.ROUNDED),
        civil_interest_first=given.flag("civil_interest_first", default=True),
        threshold_scope=given.word("threshold_scope", ThresholdScope, ThresholdScope.INSTALMENT),
    )
    given.refuse_misspelt()
    return rule


def _indicated(fields: Fields, regime: AllocationRegime, ids: Mapping[Id, str]) -> str | None:
    if not fields.has("indicated"):
        return None
    if regime is AllocationRegime.TAX:
        return fields.text("indicated")
    given = fields.identifier("indicated")
    if given not in ids:
        raise InvalidInput("allocation.unknown_indication")
    return ids[given]


def _ranked(ids: Sequence[Id]) -> dict[Id, str]:
    """Ids as given -> ids that sort in the same order as text: numbers by value, texts by their characters."""
    if len({type(one) for one in ids}) > 1:
        raise InvalidInput("field.invalid", field="id")
    if len(set(ids)) < len(ids):
        raise InvalidInput("allocation.doubled_id")
    return {given: f"{rank:09d}" for rank, given in enumerate(sorted(ids))}


def _payment_day(fields: Fields) -> Answer:
    rule = _DAY_RULES.get(fields.word("regime", InterestRegime))
    if rule is None:
        raise InvalidInput("field.invalid", field="regime")
    instrument = fields.word("instrument", Instrument)
    names = ("ordered_on", "debited_on", "authorised_on", "credited_on")
    days = PaymentDays(*(fields.day(name) if fields.has(name) else None for name in names))
    return {"paid_on": payment_day(rule, instrument, days).paid_on.isoformat()}


_DAY_RULES = {
    InterestRegime.TAX: PaymentDayRule.DEBIT,
    InterestRegime.CIVIL: PaymentDayRule.CREDIT,
    InterestRegime.COMMERCIAL: PaymentDayRule.CREDIT,
    InterestRegime.COMMERCIAL_HEALTHCARE: PaymentDayRule.CREDIT,
    InterestRegime.CONTRACT: PaymentDayRule.CREDIT,
}
"""Without the contract at hand a civil due is paid on the day of credit (eKasa § 10 ust. 9)."""


def _identifier(fields: Fields) -> Answer:
    judge = _IDENTIFIERS.get(fields.text("kind"))
    if judge is None:
        raise InvalidInput("field.invalid", field="kind")
    return {"valid": judge(fields.text("value"))}


def _transfer_qr(fields: Fields) -> Answer:
    text = transfer_qr(
        nip=fields.text("nip") if fields.has("nip") else "",
        nrb=fields.text("nrb"),
        amount_gr=fields.amount("amount_gr"),
        name=fields.text("name"),
        title=fields.text("title"),
    )
    return {"text": text}


_IDENTIFIERS: Mapping[str, Callable[[str], bool]] = {
    "pesel": is_valid_pesel,
    "nip": is_valid_nip,
    "regon": is_valid_regon,
    "nrb": is_valid_nrb,
}

_OPERATIONS: Mapping[str, Callable[[Fields], Answer]] = {
    "due_date": _due_date,
    "working_days": _working_days,
    "interest": _interest,
    "allocate": _allocate,
    "payment_day": _payment_day,
    "identifier": _identifier,
    "transfer_qr": _transfer_qr,
}
