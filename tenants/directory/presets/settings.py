"""The tables of a preset as checked values: departments, kinds of dues, rules, tariff, operator accounts."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from integrations.payments.methods import MethodGroup
from integrations.payments.registry import operators
from kernel.identifiers import is_valid_nrb
from tenants.configuration.domain import RatioBase, ThresholdReading, ThresholdScope
from tenants.configuration.domain_terms import (
    LONGEST_SETTLEMENT,
    CivilInterestTo,
    EnforcedReading,
    InstrumentReading,
    PaymentTerms,
)
from tenants.directory.presets.reading import PresetError, Table
from tenants.directory.presets.shapes import (
    AccountPreset,
    AllocationRulePreset,
    DepartmentPreset,
    FeeLinePreset,
    FeeTariffPreset,
    LiabilityTypePreset,
    OperatorAccountPreset,
    PaymentTermsPreset,
)

INTEREST_REGIMES: Final = frozenset(
    {"tax", "civil", "commercial", "commercial_healthcare", "contract", "none"}
)
ALLOCATION_REGIMES: Final = frozenset({"tax", "civil"})
PAYMENT_DAY_RULES: Final = frozenset({"debit", "credit", "contract"})
PRINCIPAL_ROUNDINGS: Final = frozenset({"zloty", "grosz"})
REGISTRATION_POLICIES: Final = frozenset({"automatic", "clerk", "clerk_then_admin"})
FEE_BEARERS: Final = frozenset({"payer", "office", "none"})
OPERATOR_PROFILES: Final = frozenset({"emulator", "sandbox", "production"})

_CODE: Final = r"[A-Za-z][A-Za-z0-9_]{0,29}"
_NAME: Final = r"\S.{0,118}\S"


def read_departments(tables: Iterable[Table]) -> tuple[DepartmentPreset, ...]:
    """Departments with unique codes."""
    departments = []
    for table in tables:
        departments.append(DepartmentPreset(table.text("code", _CODE), table.text("name", _NAME)))
        _refuse_repeated(table, "code", [one.code for one in departments])
        table.done()
    return tuple(departments)


def read_accounts(tables: Iterable[Table]) -> tuple[AccountPreset, ...]:
    """Bank accounts with unique codes and numbers whose check digits are right."""
    accounts = []
    for table in tables:
        account = AccountPreset(table.text("code", _CODE), table.text("name", _NAME), table.text("nrb"))
        if not is_valid_nrb(account.nrb):
            raise table.fault("nrb", f"{account.nrb!r} is no valid account number (26 digits, check digits)")
        accounts.append(account)
        _refuse_repeated(table, "code", [one.code for one in accounts])
        _refuse_repeated(table, "nrb", [one.nrb for one in accounts])
        table.done()
    return tuple(accounts)


def read_liability_types(
    tables: Iterable[Table],
    departments: Collection[DepartmentPreset],
    accounts: Collection[AccountPreset] | None,
) -> tuple[LiabilityTypePreset, ...]:
    """Kinds of dues. `accounts` None: a preset of a kind of gmina, where the key "account" is unknown."""
    types: list[LiabilityTypePreset] = []
    for table in tables:
        types.append(_read_liability_type(table, departments, accounts))
        _refuse_repeated(table, "code", [one.code for one in types])
        _refuse_mixed_account(table, types)
        table.done()
    return tuple(types)


def _read_liability_type(
    table: Table, departments: Collection[DepartmentPreset], accounts: Collection[AccountPreset] | None
) -> LiabilityTypePreset:
    regime = table.one_of("interest_regime", INTEREST_REGIMES)
    rate_bp = table.optional_number("contract_rate_bp")
    if (regime == "contract") is not (rate_bp is not None):
        raise table.fault("contract_rate_bp", "is given for the interest regime contract and for no other")
    return LiabilityTypePreset(
        code=table.text("code", _CODE),
        name=table.text("name", _NAME),
        department=table.one_of("department", {one.code for one in departments}),
        interest_regime=regime,
        contract_rate_bp=rate_bp,
        allocation_regime=table.one_of("allocation_regime", ALLOCATION_REGIMES),
        payment_day_rule=table.one_of("payment_day_rule", PAYMENT_DAY_RULES),
        principal_rounding=table.one_of("principal_rounding", PRINCIPAL_ROUNDINGS),
        account_nrb="" if accounts is None else _account_nrb(table, accounts),
        is_payable_online=table.flag("is_payable_online"),
        reminder_costs_apply=table.flag("reminder_costs_apply"),
        position=table.number("position"),
        regulation_reference=table.text("regulation_reference", r".{1,60}", blank=True),
    )


def _account_nrb(table: Table, accounts: Collection[AccountPreset]) -> str:
    numbers = {one.code: one.nrb for one in accounts}
    return numbers[table.one_of("account", numbers)]


def _refuse_mixed_account(table: Table, types: list[LiabilityTypePreset]) -> None:
    """A payment order is credited by one regime only, and an account is one payment order (law.md 3.7)."""
    last = types[-1]
    for one in types[:-1]:
        shared = last.account_nrb and one.account_nrb == last.account_nrb
        if shared and one.allocation_regime != last.allocation_regime:
            raise table.fault("account", f"is shared with {one.code!r}, which is allocated by other rules")


def read_allocation_rule(table: Table, *, dated: bool) -> AllocationRulePreset:
    """The rule by which payments are credited; `dated`: it says from which day."""
    rule = AllocationRulePreset(
        effective_on=table.day("effective_on") if dated else None,
        ratio_base=table.one_of("ratio_base", {base.value for base in RatioBase}),
        threshold=table.one_of("threshold", {reading.value for reading in ThresholdReading}),
        civil_interest_first=table.flag("civil_interest_first"),
        threshold_scope=table.one_of("threshold_scope", {scope.value for scope in ThresholdScope}),
        note=table.text("note", r".{1,200}", blank=True),
    )
    table.done()
    return rule


def read_payment_terms(table: Table) -> PaymentTermsPreset:
    """The terms of paying from a day on; the day of the council's resolution stands beside its number."""
    number = table.text("resolution_number", r".{1,60}", blank=True)
    values: dict[str, Any] = {
        "resolution_number": number,
        "resolution_on": table.day("resolution_on") if number else None,
        "pay_by_link": table.one_of("pay_by_link", _words(InstrumentReading)),
        "blik": table.one_of("blik", _words(InstrumentReading)),
        "enforced": table.one_of("enforced", _words(EnforcedReading)),
        "civil_interest_to": table.one_of("civil_interest_to", _words(CivilInterestTo)),
        "settlement_days": table.number("settlement_days"),
    }
    if values["settlement_days"] > LONGEST_SETTLEMENT:
        raise table.fault("settlement_days", f"is over {LONGEST_SETTLEMENT}")
    preset = PaymentTermsPreset(
        effective_on=table.day("effective_on"),
        terms=PaymentTerms.of(values),
        note=table.text("note", r".{1,200}", blank=True),
    )
    table.done()
    return preset


def _words(kind: type[StrEnum]) -> set[str]:
    return {word.value for word in kind}


def read_fee_tariff(table: Table) -> FeeTariffPreset:
    """The operator's tariff; it has a line for "other", so that no method is without a fee."""
    lines: list[FeeLinePreset] = []
    for row in table.tables("lines"):
        lines.append(_read_fee_line(row))
        _refuse_repeated(row, "method_group", [line.method_group for line in lines])
        row.done()
    if MethodGroup.OTHER not in {line.method_group for line in lines}:
        raise table.fault("lines", f"none is for the method group {MethodGroup.OTHER.value!r}")
    tariff = FeeTariffPreset(
        effective_on=table.day("effective_on"),
        bearer=table.one_of("bearer", FEE_BEARERS),
        source_note=table.text("source_note", r".{1,200}"),
        lines=tuple(lines),
    )
    table.done()
    return tariff


def _read_fee_line(row: Table) -> FeeLinePreset:
    line = FeeLinePreset(
        method_group=row.one_of("method_group", {group.value for group in MethodGroup}),
        fixed_gr=row.number("fixed_gr"),
        percent_bp=row.number("percent_bp"),
        min_gr=row.optional_number("min_gr"),
        max_gr=row.optional_number("max_gr"),
    )
    if line.max_gr is not None and line.max_gr < max(line.fixed_gr, line.min_gr or 0):
        raise row.fault("max_gr", "is below the fixed or the smallest fee")
    if line.percent_bp > 1_000:
        raise row.fault("percent_bp", "is over 10 %: basis points are hundredths of a per cent")
    return line


def read_operator_accounts(
    tables: Iterable[Table], accounts: Collection[AccountPreset]
) -> tuple[OperatorAccountPreset, ...]:
    """Accounts at payment operators: one for a bank account, with the ids that this operator asks for."""
    found: list[OperatorAccountPreset] = []
    known = {entry.code: entry for entry in operators()}
    for table in tables:
        operator = table.one_of("operator", known)
        ids = _merchant_ids(table, {field.name: field.pattern for field in known[operator].merchant_fields})
        account = OperatorAccountPreset(
            operator=operator,
            label=table.text("label", r"\S.{0,78}\S"),
            profile=table.one_of("profile", OPERATOR_PROFILES),
            account_nrb=_account_nrb(table, accounts),
            merchant_ids=ids,
        )
        found.append(account)
        _refuse_repeated(table, "account", [one.account_nrb for one in found])
        _refuse_repeated(table, "merchant_ids", [f"{one.operator} {dict(one.merchant_ids)}" for one in found])
        table.done()
    return tuple(found)


def _merchant_ids(table: Table, patterns: Mapping[str, str]) -> Mapping[str, str]:
    ids = Table(table.strings("merchant_ids"), f"{table.path}: merchant_ids")
    values = {name: ids.text(name, pattern) for name, pattern in patterns.items()}
    ids.done()
    return MappingProxyType(values)


def require_payable(
    types: Iterable[LiabilityTypePreset], found: Collection[OperatorAccountPreset], path: str
) -> None:
    """What is payable online needs an operator account that settles on its bank account."""
    settled = {account.account_nrb for account in found}
    for one in types:
        if one.is_payable_online and one.account_nrb not in settled:
            raise PresetError(
                f"{path}: {one.code} is payable online, but no operator account settles on its account"
            )


def _refuse_repeated(table: Table, key: str, values: list[str]) -> None:
    if values[-1] in values[:-1]:
        raise table.fault(key, f"{values[-1]!r} stands twice")
