"""Putting a preset into a gmina: office, departments, kinds of dues, regulation, rules and operator accounts.

What a gmina is to be set up with is kept in its row of the directory (`Tenant.setup`, encrypted) until its portal opens:
either {"preset": name, "operator_secrets": …, "operator_api_urls": …}, or {"kind": kind, "office": {…}, "act": {…},
"administrator": {…}} as the console's wizard writes it, days in ISO form.

Each part is looked for first and made only where it is missing, in transactions of its own. A run that was killed is
simply run again: it completes what is missing, doubles nothing and leaves alone what the office has changed since.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from types import MappingProxyType
from typing import Any

import psycopg
from django.conf import settings

from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from tenants.configuration import actions, actions_regulation, queries
from tenants.configuration.domain import AllocationRule
from tenants.configuration.models import RegulationState
from tenants.directory import presets
from tenants.directory.models import Tenant, TenantState
from tenants.directory.presets.shapes import (
    AllocationRulePreset,
    DepartmentPreset,
    FeeTariffPreset,
    KindPreset,
    LiabilityTypePreset,
    OperatorAccountPreset,
    PaymentTermsPreset,
    Preset,
)

Secrets = Mapping[str, Mapping[str, str]]

KEEP_ALIVE = "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
"""PostgreSQL ends the session of a machine that is gone without a word after forty seconds, not after two hours."""

EMULATOR = "emulator"
"""What a preset calls an operator account that talks to a server on this machine."""


@contextmanager
def only_one(work: str, *, wait: bool = False) -> Iterator[bool]:
    """Let one process at a time do `work`: True in the one, False in another that need not `wait`.

    The lock is a session of PostgreSQL of its own in the main cluster, so it ends with the process, however that ends;
    forty seconds later where the whole machine is gone without a word.
    """
    with psycopg.connect(settings.PROVISIONING_DATABASE_URL, autocommit=True, connect_timeout=5) as session:
        session.execute(KEEP_ALIVE)
        take = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
        query = f"SELECT {take}(hashtextextended(%s, 0))"
        taken = session.execute(query, [f"skarbnik {work}"]).fetchone()
        try:
            yield wait or bool(taken and taken[0])
        finally:
            if not session.broken:  # at once: the server may notice the end of a session a moment later
                session.execute("SELECT pg_advisory_unlock_all()")


def kept_setup(teryt: str) -> dict[str, Any] | None:
    """What the gmina is to be set up with, or None when its portal is open already. Raises NotFound("tenant.unknown")."""
    with tenancy.public():
        tenant = Tenant.objects.filter(teryt=teryt).first()
        if tenant is None:
            raise NotFound("tenant.unknown", teryt=teryt)
        return dict(tenant.setup) if tenant.state == TenantState.PROVISIONING else None


def install_kept(scope: tenancy.Scope, kept: Mapping[str, Any], *, actor: Actor) -> None:
    """Install what `kept_setup` returned. Raises InvalidInput("tenant.setup") when it names neither preset nor kind."""
    if "preset" in kept:
        install_preset(
            scope,
            presets.load_preset(kept["preset"]),
            operator_secrets=kept.get("operator_secrets", {}),
            operator_api_urls=kept.get("operator_api_urls", {}),
            actor=actor,
        )
    elif "kind" in kept:
        act = {**kept["act"]}
        for name in ("act_on", "effective_on"):
            act[name] = date.fromisoformat(act[name])
        install_kind(scope, presets.load_kind(kept["kind"]), kept["office"], act, actor=actor)
    else:
        raise InvalidInput("tenant.setup")


def install_preset(
    scope: tenancy.Scope,
    preset: Preset,
    *,
    operator_secrets: Secrets,
    operator_api_urls: Mapping[str, str] = MappingProxyType({}),
    actor: Actor,
) -> tuple[str, ...]:
    """Put everything that `preset` says into the gmina of `scope`; may be repeated.

    `operator_secrets` has, by bank account (NRB) or by posId, the secrets of the operator accounts (for Przelewy24 "crc"
    and "api_key"); an account without secrets is left out, because it could not work. `operator_api_urls` are the
    addresses of the emulators by operator. Returns the labels of the accounts that were left out. Raises InvalidInput
    with the code of the setting that the configuration refused.
    """
    with tenancy.enter(scope):
        _install_office({**asdict(preset.office), "crest_svg": preset.crest_svg}, actor)
        _install_departments(preset.departments, actor)
        _install_liability_types(preset.liability_types, actor)
        _install_regulation(preset.regulation_text, asdict(preset.regulation_act), actor)
        rule = preset.allocation_rule
        _install_allocation_rule(rule, rule.effective_on or preset.regulation_act.effective_on, actor)
        _install_payment_terms(preset.payment_terms, actor)
        _install_fee_tariff(preset.fee_tariff, actor)
        return tuple(
            account.label
            for account in preset.operator_accounts
            if not _install_operator_account(
                account, operator_secrets, operator_api_urls.get(account.operator, ""), actor
            )
        )


def install_kind(
    scope: tenancy.Scope,
    kind: KindPreset,
    office_values: Mapping[str, str],
    act_values: Mapping[str, Any],
    *,
    actor: Actor,
) -> None:
    """Set up a gmina that has no preset of its own, from that of its kind; may be repeated.

    `office_values` hold the office's names, addresses and e-mails; a portal name or colour there goes before the kind's.
    `act_values` hold the data of the act that introduces the regulation (act_kind, act_number, act_issuer, act_on,
    effective_on, optionally act_annex and bip_url). The regulation is the template filled with the office's names, published
    at once. Nothing can be paid online before the office enters a bank account and an operator account.
    """
    office = {
        "portal_name": kind.portal_name,
        "brand_colour": kind.brand_colour,
        "registration_policy": kind.registration_policy,
        "legal_basis": kind.legal_basis,
        "crest_svg": kind.crest_svg,
        **office_values,
    }
    text = presets.template_regulation(
        {
            **office,
            "portal_url": portal_url(scope.host),
            "office_address": f"{office['address']}, {office['postal_address']}",
            "contact_email": office["email"],
        }
    )
    with tenancy.enter(scope):
        _install_office(office, actor)
        _install_departments(kind.departments, actor)
        _install_liability_types(kind.liability_types, actor)
        _install_regulation(text, act_values, actor)
        _install_allocation_rule(kind.allocation_rule, act_values["effective_on"], actor)


def portal_url(host: str) -> str:
    """Address under which the portal of this host name is opened."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{host}{port}/"


def _install_office(values: Mapping[str, Any], actor: Actor) -> None:
    try:
        queries.office()
    except NotFound:
        actions.save_office(values, version=0, actor=actor)


def _install_departments(departments: Iterable[DepartmentPreset], actor: Actor) -> None:
    known = {row.code for row in queries.departments()}
    for department in departments:
        if department.code not in known:
            actions.save_department(asdict(department), actor=actor)


def _install_liability_types(types: Iterable[LiabilityTypePreset], actor: Actor) -> None:
    known = {row.code for row in queries.liability_types()}
    departments = {row.code: row for row in queries.departments()}
    for one in types:
        if one.code not in known:
            values = {**asdict(one), "department": departments[one.department]}
            actions.save_liability_type(values, public_id=None, version=0, actor=actor)


def _install_regulation(text: str, act: Mapping[str, Any], actor: Actor) -> None:
    """One published version. A draft without any published version is what a killed run left: it is written anew."""
    versions = list(queries.regulation_versions(published_only=False))
    if any(version.state == RegulationState.PUBLISHED for version in versions):
        return
    left = versions[-1].number if versions else None
    draft = actions_regulation.draft_regulation(text=text, act=act, number=left, actor=actor)
    actions_regulation.publish_regulation(number=draft.number, actor=actor)


def _install_allocation_rule(preset: AllocationRulePreset, effective_on: date, actor: Actor) -> None:
    if not queries.allocation_rules().exists():
        rule = AllocationRule.of(
            ratio_base=preset.ratio_base,
            threshold=preset.threshold,
            civil_interest_first=preset.civil_interest_first,
            threshold_scope=preset.threshold_scope,
        )
        actions.set_allocation_rule(rule, effective_on=effective_on, note=preset.note, actor=actor)


def _install_payment_terms(preset: PaymentTermsPreset, actor: Actor) -> None:
    if not queries.payment_terms_versions().exists():
        actions.set_payment_terms(
            preset.terms, effective_on=preset.effective_on, note=preset.note, actor=actor
        )


def _install_fee_tariff(preset: FeeTariffPreset, actor: Actor) -> None:
    if not queries.fee_tariffs().exists():
        actions.set_fee_tariff(
            bearer=preset.bearer,
            lines=[_given(asdict(line)) for line in preset.lines],
            effective_on=preset.effective_on,
            source_note=preset.source_note,
            actor=actor,
        )


def _install_operator_account(
    preset: OperatorAccountPreset, known: Secrets, api_url: str, actor: Actor
) -> bool:
    """Whether the account is there now. The emulator's address belongs to this machine, so a new one is taken over."""
    is_local = preset.profile == EMULATOR
    api_url = api_url if is_local else ""
    secrets = known.get(preset.account_nrb) or known.get(preset.merchant_ids.get("pos_id", "")) or {}
    row = queries.operator_accounts().filter(account_nrb=preset.account_nrb).first()
    if row is not None and (row.profile != queries.LOCAL_PROFILE or not api_url or row.api_url == api_url):
        return True
    if row is None and not secrets:
        return False
    if row is not None:  # the same secret again would push the previous generation out
        secrets = {
            name: secret for name, secret in secrets.items() if secret not in row.secrets.get(name, ())
        }
    values = {
        "operator": preset.operator,
        "label": preset.label,
        "profile": queries.LOCAL_PROFILE if is_local else preset.profile,
        "api_url": api_url,
        "merchant_ids": dict(preset.merchant_ids),
        "account_nrb": preset.account_nrb,
        "is_active": row.is_active if row else True,
    }
    public_id, version = (row.public_id, row.version) if row else (None, 0)
    actions.save_operator_account(values, secrets=secrets, public_id=public_id, version=version, actor=actor)
    return True


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Only what a tariff line really says; the rest are the domain's defaults."""
    return {name: value for name, value in values.items() if value is not None}
