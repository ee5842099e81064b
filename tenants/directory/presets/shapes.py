"""What a preset says about a gmina, as plain values. Field names are those of the configuration's columns.

Amounts are grosze, rates and percentages are basis points (1 bp = 0.01 %), accounts are NRB of 26 digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tenants.configuration.domain_terms import PaymentTerms


@dataclass(frozen=True, slots=True)
class OfficePreset:
    """Urząd i jego portal: names, addresses, controller of personal data, colour, who verifies."""

    portal_name: str
    gmina_name: str
    office_name: str
    address: str
    postal_address: str
    email: str
    phone: str
    portal_url: str
    controller_name: str
    controller_address: str
    dpo_email: str
    discrepancy_email: str
    legal_basis: str
    brand_colour: str
    registration_policy: str
    takes_login_gov: bool
    takes_local_accounts: bool
    takes_signed_registrations: bool


@dataclass(frozen=True, slots=True)
class RegulationAct:
    """Akt, którym wprowadzono regulamin (S1, D1, D100); `bip_url` is "" where it is not known."""

    act_annex: str
    act_kind: str
    act_number: str
    act_issuer: str
    act_on: date
    effective_on: date
    bip_url: str


@dataclass(frozen=True, slots=True)
class DepartmentPreset:
    """Wydział albo referat."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountPreset:
    """Rachunek bankowy urzędu; several kinds of dues may share it."""

    code: str
    name: str
    nrb: str


@dataclass(frozen=True, slots=True)
class LiabilityTypePreset:
    """Rodzaj należności; `account_nrb` is "" in the preset of a kind of gmina."""

    code: str
    name: str
    department: str
    interest_regime: str
    contract_rate_bp: int | None
    allocation_regime: str
    payment_day_rule: str
    principal_rounding: str
    account_nrb: str
    is_payable_online: bool
    reminder_costs_apply: bool
    position: int
    regulation_reference: str


@dataclass(frozen=True, slots=True)
class AllocationRulePreset:
    """Reguła zaliczania wpłat; `effective_on` None means from the day on which the gmina is set up."""

    effective_on: date | None
    ratio_base: str
    threshold: str
    civil_interest_first: bool
    threshold_scope: str
    note: str


@dataclass(frozen=True, slots=True)
class PaymentTermsPreset:
    """Zasady płacenia w portalu."""

    effective_on: date
    terms: PaymentTerms
    note: str


@dataclass(frozen=True, slots=True)
class FeeLinePreset:
    """Koszt obsługi płatności dla grupy metod: fixed amount plus percentage, within the limits if given."""

    method_group: str
    fixed_gr: int
    percent_bp: int
    min_gr: int | None
    max_gr: int | None


@dataclass(frozen=True, slots=True)
class FeeTariffPreset:
    """Taryfa operatora płatności od dnia (eKasa § 10 ust. 3)."""

    effective_on: date
    bearer: str
    source_note: str
    lines: tuple[FeeLinePreset, ...]


@dataclass(frozen=True, slots=True)
class OperatorAccountPreset:
    """Konto u operatora płatności dla jednego rachunku, without secrets."""

    operator: str
    label: str
    profile: str
    account_nrb: str
    merchant_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Preset:
    """Everything that makes one particular gmina; `label` is its sub-domain."""

    slug: str
    name: str
    teryt: str
    kind: str
    label: str
    office: OfficePreset
    regulation_text: str
    regulation_act: RegulationAct
    crest_svg: str
    departments: tuple[DepartmentPreset, ...]
    accounts: tuple[AccountPreset, ...]
    liability_types: tuple[LiabilityTypePreset, ...]
    allocation_rule: AllocationRulePreset
    payment_terms: PaymentTermsPreset
    fee_tariff: FeeTariffPreset
    operator_accounts: tuple[OperatorAccountPreset, ...]


@dataclass(frozen=True, slots=True)
class KindPreset:
    """What a new gmina of a kind starts with: no bank accounts, no fee tariff, no operator."""

    kind: str
    portal_name: str
    brand_colour: str
    registration_policy: str
    legal_basis: str
    crest_svg: str
    departments: tuple[DepartmentPreset, ...]
    liability_types: tuple[LiabilityTypePreset, ...]
    allocation_rule: AllocationRulePreset
