"""What the gmina has configured, as of a day where that matters."""

import json
from dataclasses import fields
from datetime import date
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from integrations.payments import registry
from integrations.payments.base import EnvironmentProfile, OperatorConfig
from kernel import tenancy
from kernel.errors import NotFound
from tenants.configuration.domain import AllocationRule, WayIn
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_review import findings
from tenants.configuration.domain_regulation_rules import Finding
from tenants.configuration.domain_terms import PaymentTerms
from tenants.configuration.models import (
    AllocationRuleVersion,
    Department,
    FeeBearer,
    FeeTariff,
    LiabilityType,
    Office,
    OperatorAccount,
    PaymentTermsVersion,
    RegulationState,
    RegulationVersion,
    Revision,
)
from tenants.directory.remembered import MEMORY

SHOWN_OF_AN_ACT = (
    "title",
    "act_annex",
    "act_kind",
    "act_number",
    "act_issuer",
    "act_on",
    "effective_on",
    "bip_url",
)
LOCAL_PROFILE = "local"
"""Environment of an operator account that talks to a server on this machine: never allowed in production."""


def office() -> Office:
    """The gmina's office and portal. Raises NotFound("office.missing") before the gmina is set up."""
    row = Office.objects.first()
    if row is None:
        raise NotFound("office.missing")
    return row


def ways_in() -> frozenset[WayIn]:
    """What residents may come in by. Raises NotFound("office.missing")."""
    row = office()
    chosen = {
        WayIn.LOGIN_GOV: row.takes_login_gov,
        WayIn.LOCAL_ACCOUNT: row.takes_local_accounts,
        WayIn.SIGNED_REGISTRATION: row.takes_signed_registrations,
    }
    return frozenset(way for way, is_chosen in chosen.items() if is_chosen)


def departments() -> QuerySet[Department]:
    """Departments of the office by name."""
    return Department.objects.all()


def liability_types(*, active_only: bool = False) -> QuerySet[LiabilityType]:
    """Liability types in the order that the office has given them."""
    rows = LiabilityType.objects.select_related("department")
    return rows.filter(is_active=True) if active_only else rows


def liability_type(public_id: UUID) -> LiabilityType:
    """One liability type. Raises NotFound("liability_type.unknown")."""
    row = LiabilityType.objects.select_related("department").filter(public_id=public_id).first()
    if row is None:
        raise NotFound("liability_type.unknown")
    return row


def current_regulation(on: date) -> RegulationVersion:
    """The published version in force on the day (D100). Raises NotFound("regulation.none")."""
    row = (
        RegulationVersion.objects.filter(state=RegulationState.PUBLISHED, effective_on__lte=on)
        .order_by("-effective_on", "-number")
        .first()
    )
    if row is None:
        raise NotFound("regulation.none")
    return row


def coming_regulation(on: date) -> RegulationVersion | None:
    """The published version that comes into force next after the day, or None."""
    rows = RegulationVersion.objects.filter(state=RegulationState.PUBLISHED, effective_on__gt=on)
    return rows.order_by("effective_on", "-number").first()


def regulation_to_accept(public_id: UUID, on: date) -> RegulationVersion | None:
    """The version of this id if it is the one in force or the next one; None for any other, also a draft."""
    row = RegulationVersion.objects.filter(public_id=public_id, state=RegulationState.PUBLISHED).first()
    if row is None:
        return None
    return row if row in (current_regulation(on), coming_regulation(on)) else None


def regulation_versions(*, published_only: bool = True) -> QuerySet[RegulationVersion]:
    """Versions of the regulation, newest first."""
    rows = RegulationVersion.objects.all()
    return rows.filter(state=RegulationState.PUBLISHED) if published_only else rows


def regulation_version(number: int, *, published_only: bool = True) -> RegulationVersion:
    """One version by its number. Raises NotFound("regulation.unknown")."""
    row = regulation_versions(published_only=published_only).filter(number=number).first()
    if row is None:
        raise NotFound("regulation.unknown", number=number)
    return row


def regulation_digest(row: RegulationVersion) -> str:
    """What a person sees of a version as one word: it changes with any letter of the text or of the data of its act."""
    shown = [str(getattr(row, name)) for name in SHOWN_OF_AN_ACT]
    return sha256(json.dumps([row.content, shown], sort_keys=True).encode()).hexdigest()


def regulation_findings(row: RegulationVersion) -> tuple[Finding, ...]:
    """What the review of the regulation has to say about a version; the office's names fill the suggested sentences."""
    return findings(Regulation.from_json(row.content), _names())


def _names() -> dict[str, str]:
    try:
        row = office()
    except NotFound:
        return {}
    shown = {
        name: str(getattr(row, name)) for name in ("portal_name", "office_name", "portal_url", "dpo_email")
    }
    shown |= {name: getattr(row, name) for name in ("controller_name", "controller_address")}
    shown |= {"office_address": f"{row.address}, {row.postal_address}", "contact_email": row.email}
    return {name: value for name, value in shown.items() if value}


def allocation_rule(on: date) -> AllocationRule:
    """The allocation rule in force on the day; the law's defaults where the gmina has set none."""
    row = AllocationRuleVersion.objects.filter(effective_on__lte=on).order_by("-effective_on").first()
    return rule_of(row) if row else AllocationRule()


def rule_of(version: AllocationRuleVersion) -> AllocationRule:
    """The rule that a version holds."""
    return AllocationRule.of(**{field.name: getattr(version, field.name) for field in fields(AllocationRule)})


def allocation_rules() -> QuerySet[AllocationRuleVersion]:
    """All versions of the allocation rule, newest first."""
    return AllocationRuleVersion.objects.all()


def payment_terms(on: date) -> PaymentTerms:
    """The terms of paying in force on the day; the defaults where the gmina has set none."""
    row = PaymentTermsVersion.objects.filter(effective_on__lte=on).order_by("-effective_on").first()
    return terms_of(row) if row else PaymentTerms()


def terms_of(version: PaymentTermsVersion) -> PaymentTerms:
    """The terms that a version holds."""
    return PaymentTerms.of({field.name: getattr(version, field.name) for field in fields(PaymentTerms)})


def payment_terms_versions() -> QuerySet[PaymentTermsVersion]:
    """All versions of the terms of paying, newest first."""
    return PaymentTermsVersion.objects.all()


def fee_tariff(on: date, account: OperatorAccount | None = None) -> FeeTariff | None:
    """The tariff in force on the day for an operator account: its own, else the common one; without an account the common
    one. None when payments cost the payer nothing."""
    in_force = FeeTariff.objects.filter(effective_on__lte=on).order_by("-effective_on")
    own = in_force.filter(operator_account=account).first() if account else None
    return own or in_force.filter(operator_account=None).first()


def fee_tariffs(account: OperatorAccount | None = None) -> QuerySet[FeeTariff]:
    """All versions of the account's own tariff, without an account of the common one, newest first."""
    return FeeTariff.objects.filter(operator_account=account)


def fee_bearer(on: date) -> FeeBearer:
    """Who bears the fee of paying in this gmina on the day: the payer as soon as one of the active accounts charges it."""
    accounts = list(OperatorAccount.objects.filter(is_active=True))
    tariffs = [fee_tariff(on, account) for account in accounts] or [fee_tariff(on)]
    bearers = {tariff.bearer for tariff in tariffs if tariff}
    return next((one for one in (FeeBearer.PAYER, FeeBearer.OFFICE) if one in bearers), FeeBearer.NONE)


def operator_accounts() -> QuerySet[OperatorAccount]:
    """Operator accounts, active ones first."""
    return OperatorAccount.objects.order_by("-is_active", "label")


def operator_account(public_id: UUID) -> OperatorAccount:
    """One operator account, active or not. Raises NotFound("operator_account.unknown")."""
    row = OperatorAccount.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("operator_account.unknown")
    return row


def remembered_operator_account(public_id: UUID) -> OperatorAccount:
    """The same for an operator's message, which must be answered fast: asked once until an account of any gmina changes.

    Only to read from: it is the same object for all. Raises NotFound("operator_account.unknown").
    """
    scope = tenancy.current()
    if scope.shard != tenancy.MAIN_SHARD:  # changes in another cluster are not heard
        return operator_account(public_id)
    row = MEMORY.get(
        ("operator account", scope.tenant_id, public_id),
        lambda: OperatorAccount.objects.filter(public_id=public_id).first(),
    )
    if row is None:
        raise NotFound("operator_account.unknown")
    return row


def operator_account_for(account_nrb: str) -> OperatorAccount:
    """The active operator account that settles on this bank account.

    An operator that takes the account with each payment serves every bank account of the office by one account, so that one
    also serves those without an account of their own; with two such nobody could tell which, and it serves none of them.
    Raises NotFound("operator_account.none"): such a due cannot be paid online, only by an ordinary transfer.
    """
    active = OperatorAccount.objects.filter(is_active=True)
    row = active.filter(account_nrb=account_nrb).first()
    if row is not None:
        return row
    flexible = [entry.code for entry in registry.operators() if entry.operator.caps.per_payment_account]
    serving_all = list(active.filter(operator__in=flexible)[:2])
    if len(serving_all) != 1:
        raise NotFound("operator_account.none")
    return serving_all[0]


def operator_config(account: OperatorAccount) -> OperatorConfig:
    """What the operator's adapter needs: environment, merchant ids and opened secrets. Raises ValueError when they are
    incomplete or name an address that this deployment does not allow."""
    entry = registry.entry(account.operator)
    if account.profile == LOCAL_PROFILE:
        profile = EnvironmentProfile(
            name=LOCAL_PROFILE,
            api_url=account.api_url,
            redirect_hosts=(urlsplit(account.api_url).netloc,),
            allow_loopback=settings.PAYMENTS_ALLOW_LOOPBACK,
        )
    else:
        profile = entry.profiles[account.profile]
    return entry.configure(
        profile,
        merchant_ids=account.merchant_ids,
        secrets={name: tuple(values) for name, values in account.secrets.items()},
        account_nrb=account.account_nrb,
    )


def revisions(kind: str, subject_ref: str) -> QuerySet[Revision]:
    """History of one setting, newest first."""
    return Revision.objects.filter(kind=kind, subject_ref=subject_ref)
