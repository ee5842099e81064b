"""Changing a gmina's configuration. Each change is one transaction that also leaves a Revision and an audit entry.

The surfaces ask `services.accounts.access.require` first and pass the actor in the role that it returned.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from integrations.payments import registry
from integrations.payments.fields import WrongSetting
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.identifiers import is_valid_nrb
from tenants.configuration.domain import AllocationRule
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
    Revision,
)
from tenants.configuration.protection import require_second_person
from tenants.configuration.queries import operator_account, operator_config
from tenants.configuration.rotation import note_rotation

Values = Mapping[str, Any]
Row = TypeVar("Row", Office, LiabilityType, OperatorAccount)
Dated = TypeVar("Dated", AllocationRuleVersion, PaymentTermsVersion, FeeTariff)


@transaction.atomic(durable=True)
def save_office(values: Values, *, version: int, actor: Actor) -> Office:
    """Change office and portal data; `version` 0 makes the row of a new gmina.

    Raises Conflict("setting.stale") when somebody changed it after `version` was shown, InvalidInput("setting.invalid") and
    InvalidInput("ways_in.none") when no resident could sign in any more.
    """
    row = Office.objects.select_for_update().first() or Office(version=0)
    ways = ("takes_login_gov", "takes_local_accounts")
    if not any(values.get(name, getattr(row, name)) for name in ways):
        raise InvalidInput("ways_in.none")
    return _save(row, values, version, "office", actor)


@transaction.atomic(durable=True)
def save_department(values: Values, *, actor: Actor) -> Department:
    """Add a department. Raises InvalidInput("setting.invalid") when the code is taken."""
    row = Department(**values)
    _check(row)
    row.save()
    record("configuration.department_added", row, actor=actor, code=row.code)
    return row


@transaction.atomic
def save_liability_type(
    values: Values, *, public_id: UUID | None, version: int, actor: Actor, agreed_with: str = ""
) -> LiabilityType:
    """Add (`public_id` None) or change a liability type. A new kind of due needs no code (D49).

    `agreed_with` is the public id of the other person, where two must agree (`protection`). Raises NotFound,
    Conflict("setting.stale"), InvalidInput("setting.invalid") or ("nrb.invalid"), Refused("change.needs_second_person").
    """
    row = _liability_type(values, public_id)
    require_second_person(row, values, actor=actor, agreed_with=agreed_with)
    return _save(row, values, version, "liability_type", actor)


def check_liability_type(values: Values, *, public_id: UUID | None, version: int) -> LiabilityType:
    """Raise what saving would raise, and change nothing; the row as it stands now."""
    row = _liability_type(values, public_id)
    _check_as(row, values, version)
    return _liability_type(values, public_id)


def _liability_type(values: Values, public_id: UUID | None) -> LiabilityType:
    if values.get("account_nrb") and not is_valid_nrb(values["account_nrb"]):
        raise InvalidInput("nrb.invalid", field="account_nrb")
    if public_id is None:
        return LiabilityType(version=0)
    row = LiabilityType.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("liability_type.unknown")
    return row


@transaction.atomic(durable=True)
def set_allocation_rule(
    rule: AllocationRule, *, effective_on: date, note: str, actor: Actor
) -> AllocationRuleVersion:
    """Add a version of the allocation rule from a day on; past versions stay. Raises Conflict("setting.same_day")."""
    row = AllocationRuleVersion(
        effective_on=effective_on,
        ratio_base=rule.ratio_base,
        threshold=rule.threshold,
        civil_interest_first=rule.civil_interest_first,
        threshold_scope=rule.threshold_scope,
        note=note,
    )
    return _add_dated(row, "allocation_rule", actor)


@transaction.atomic(durable=True)
def set_payment_terms(
    terms: PaymentTerms, *, effective_on: date, note: str, actor: Actor
) -> PaymentTermsVersion:
    """Add a version of the terms of paying from a day on; past versions stay. Raises Conflict("setting.same_day")."""
    row = PaymentTermsVersion(effective_on=effective_on, note=note, **asdict(terms))
    return _add_dated(row, "payment_terms", actor)


@transaction.atomic(durable=True)
def set_fee_tariff(
    *,
    bearer: str,
    lines: list[dict[str, Any]],
    effective_on: date,
    source_note: str,
    actor: Actor,
    account_id: UUID | None = None,
    is_invoiced: bool = False,
) -> FeeTariff:
    """Add a version of an operator account's tariff from a day on, without `account_id` of the common one.

    `lines` are tariff lines (amounts in grosze, percent in basis points); `is_invoiced` when the operator sends the office
    an invoice for the fee.

    Raises NotFound("operator_account.unknown"), Conflict("setting.same_day"), InvalidInput("fee_tariff.invoiced") when an
    invoiced fee is not the office's.
    """
    if is_invoiced and bearer != FeeBearer.OFFICE:
        raise InvalidInput("fee_tariff.invoiced", field="is_invoiced")
    row = FeeTariff(
        operator_account=operator_account(account_id) if account_id else None,
        bearer=bearer,
        lines=lines,
        is_invoiced=is_invoiced,
        effective_on=effective_on,
        source_note=source_note,
    )
    return _add_dated(row, "fee_tariff", actor)


@transaction.atomic
def save_operator_account(
    values: Values,
    *,
    secrets: Mapping[str, str],
    public_id: UUID | None,
    version: int,
    actor: Actor,
    is_taking_over: bool = False,
    agreed_with: str = "",
) -> OperatorAccount:
    """Add or change an account at an operator. A secret left out keeps its value; a new one keeps the old one as the
    previous generation for some days (`rotation`), so that messages signed before still verify. Secrets are in no revision
    and no log.

    `is_taking_over` switches off the account that serves the same bank account until now, in the same transaction. What was
    ordered through it goes on: messages and questions about a payment go by the account with which it was started.
    `agreed_with` is the public id of the other person, where two must agree (`protection`).

    Raises NotFound, Conflict("setting.stale"), Conflict("operator_account.taken") when another active account settles on the
    same bank account, ("operator_account.same_service") when the operator's messages could not be told from those for
    another one, InvalidInput("operator_account.incomplete") when the operator needs more,
    Refused("change.needs_second_person").
    """
    row = _operator_account(values, public_id)
    require_second_person(
        row, values, secrets=secrets, is_taking_over=is_taking_over, actor=actor, agreed_with=agreed_with
    )
    rotated = [name for name, secret in secrets.items() if secret and row.pk and row.secrets.get(name)]
    before = _prepare_operator_account(row, values, secrets, is_taking_over)
    if before is not None:
        _save(before, {"is_active": False}, before.version, "operator_account", actor, without=("secrets",))
    saved = _save(row, values, version, "operator_account", actor, without=("secrets",))
    note_rotation(saved, rotated, actor)
    return saved


def check_operator_account(
    values: Values,
    *,
    secrets: Mapping[str, str],
    public_id: UUID | None,
    version: int,
    is_taking_over: bool = False,
) -> OperatorAccount:
    """Raise what saving would raise, and change nothing; the row as it stands now."""
    row = _operator_account(values, public_id)
    before = _prepare_operator_account(row, values, secrets, is_taking_over)
    if before is None:
        _check_as(row, values, version, without=("secrets",))
    elif row.version != version:
        raise Conflict("setting.stale", version=row.version)
    return _operator_account(values, public_id)


def _operator_account(values: Values, public_id: UUID | None) -> OperatorAccount:
    if not is_valid_nrb(values.get("account_nrb", "")):
        raise InvalidInput("nrb.invalid", field="account_nrb")
    if values["operator"] not in {entry.code for entry in registry.operators()}:
        raise InvalidInput("operator_account.operator", field="operator")
    if public_id is None:
        return OperatorAccount(version=0)
    row = OperatorAccount.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("operator_account.unknown")
    return row


def _prepare_operator_account(
    row: OperatorAccount, values: Values, secrets: Mapping[str, str], is_taking_over: bool
) -> OperatorAccount | None:
    """Put the values into the row, saved or not; the account that has to be switched off for it, or None."""
    kept = dict(row.secrets) if row.pk else {}
    for name, secret in secrets.items():
        if secret:
            kept[name] = [secret, *kept.get(name, [])[:1]]
    row.secrets = kept
    taken = OperatorAccount.objects.filter(account_nrb=values["account_nrb"], is_active=True).exclude(
        pk=row.pk
    )
    before = taken.select_for_update().first() if values.get("is_active", True) else None
    if before is not None and not is_taking_over:
        raise Conflict("operator_account.taken")
    for name, value in values.items():
        setattr(row, name, value)
    _refuse_same_service(row, before)
    try:
        operator_config(row)
    except WrongSetting as error:
        raise InvalidInput("operator_account.incomplete", setting=error.name, reason=error.reason) from error
    except (ValueError, KeyError) as error:
        raise InvalidInput("operator_account.incomplete") from error
    return before


def _refuse_same_service(row: OperatorAccount, before: OperatorAccount | None) -> None:
    """Two active accounts of one service at an operator could not be told apart by its messages."""
    name = registry.entry(row.operator).told_apart_by
    if not name or not row.is_active:
        return
    others = OperatorAccount.objects.filter(operator=row.operator, is_active=True)
    others = others.exclude(pk__in=[one.pk for one in (row, before) if one is not None and one.pk])
    if any(other.merchant_ids.get(name) == row.merchant_ids.get(name) for other in others):
        raise Conflict("operator_account.same_service", setting=name)


@transaction.atomic(durable=True)
def drop_previous_secret(*, public_id: UUID, name: str, actor: Actor) -> OperatorAccount:
    """End the rotation of one secret: what is signed by its previous generation is refused from now on. The same call again
    changes nothing. Raises NotFound("operator_account.unknown") and ("operator_account.secret")."""
    row = OperatorAccount.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound("operator_account.unknown")
    generations = row.secrets.get(name)
    if generations is None:
        raise NotFound("operator_account.secret")
    if len(generations) > 1:
        row.secrets = {**row.secrets, name: generations[:1]}
        row.save(update_fields=["secrets"])
        record("configuration.operator_secret_dropped", row, actor=actor, name=name)
    return row


def _save(
    row: Row, values: Values, version: int, kind: str, actor: Actor, *, without: tuple[str, ...] = ()
) -> Row:
    if row.version != version:
        raise Conflict("setting.stale", version=row.version)
    for name, value in values.items():
        setattr(row, name, value)
    row.version = version + 1
    _check(row, without)
    row.save()
    _keep_revision(row, kind, row.version, actor, without)
    record(f"configuration.{kind}", row, actor=actor, version=row.version)
    return row


def _check_as(row: Row, values: Values, version: int, without: tuple[str, ...] = ()) -> None:
    if row.version != version:
        raise Conflict("setting.stale", version=row.version)
    for name, value in values.items():
        setattr(row, name, value)
    _check(row, without)


def _add_dated(row: Dated, kind: str, actor: Actor) -> Dated:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("setting.same_day", field="effective_on") from error
    _keep_revision(row, kind, 1, actor)
    record(f"configuration.{kind}", row, actor=actor, effective_on=row.effective_on)
    return row


def _check(row: models.Model, without: tuple[str, ...] = ()) -> None:
    try:
        row.full_clean(exclude=without)
    except ValidationError as error:
        raise InvalidInput("setting.invalid", fields=error.message_dict) from error


def _keep_revision(row: Any, kind: str, version: int, actor: Actor, without: tuple[str, ...] = ()) -> None:
    hidden = {"id", "version", "public_id", *without}
    values = {
        field.name: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.name not in hidden
    }
    Revision.objects.create(
        kind=kind, subject_ref=str(row.public_id), version=version, values=values, changed_by=actor.ref
    )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)
