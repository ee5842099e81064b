"""Which operators there are, and what each needs to be configured: settings forms are generated from here.

A further operator needs one folder, one entry below and its vectors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from integrations.payments.autopay import settings as autopay_settings
from integrations.payments.autopay.operator import Autopay
from integrations.payments.base import EnvironmentProfile, Operator, OperatorConfig
from integrations.payments.fields import SettingField, WrongSetting
from integrations.payments.imoje import settings as imoje_settings
from integrations.payments.imoje.operator import Imoje
from integrations.payments.payu import settings as payu_settings
from integrations.payments.payu.operator import PayU
from integrations.payments.przelewy24 import settings as przelewy24_settings
from integrations.payments.przelewy24.operator import Przelewy24
from integrations.payments.tpay import settings as tpay_settings
from integrations.payments.tpay.operator import Tpay
from integrations.texts import gettext_noop as _

_WRONG = _("Tej wartości brakuje albo jest błędna. Skopiuj ją jeszcze raz z panelu operatora.")


@dataclass(frozen=True)
class OperatorEntry:
    """One operator: its code, its name for people, the fields of its settings form and its environments."""

    code: str
    name: str
    operator: Operator
    merchant_fields: tuple[SettingField, ...]
    secret_fields: tuple[SettingField, ...]
    profiles: Mapping[str, EnvironmentProfile]
    check: Callable[[OperatorConfig], None] | None = None
    """What no pattern of a single field can say: raises WrongSetting when the fields do not go together."""
    adds_fee: Callable[[OperatorConfig], bool] = lambda config: False
    """Whether the operator itself adds the payer's fee to the amount of our order, which then must not hold it."""
    told_apart_by: str = ""
    """The merchant id by which a message names its service, where the address of notifications is no part of an order but of
    the operator's own settings: services of one merchant may share it, so a message for one may come at that of another."""

    def configure(
        self,
        profile: EnvironmentProfile,
        *,
        merchant_ids: Mapping[str, str],
        secrets: Mapping[str, tuple[str, ...]],
        account_nrb: str = "",
    ) -> OperatorConfig:
        """A complete configuration; WrongSetting names the first field that is missing, wrong or against another one, and
        ValueError an environment that this deployment does not allow."""
        for wanted in self.merchant_fields:
            if not re.fullmatch(wanted.pattern, merchant_ids.get(wanted.name, "")):
                raise WrongSetting(
                    wanted.name, _WRONG, f"{self.code}: merchant id {wanted.name!r} is missing or wrong"
                )
        for wanted in self.secret_fields:
            for secret in secrets.get(wanted.name, ("",)):
                if not re.fullmatch(wanted.pattern, secret):
                    raise WrongSetting(
                        wanted.name, _WRONG, f"{self.code}: secret {wanted.name!r} is missing or wrong"
                    )
        config = OperatorConfig(
            operator=self.code,
            profile=profile,
            merchant_ids=merchant_ids,
            secrets=secrets,
            account_nrb=account_nrb,
        )
        if self.check is not None:
            self.check(config)
        return config


class _Settings(Protocol):
    """What the module `settings` of every adapter has."""

    @property
    def MERCHANT_FIELDS(self) -> tuple[SettingField, ...]: ...  # noqa: N802
    @property
    def SECRET_FIELDS(self) -> tuple[SettingField, ...]: ...  # noqa: N802
    @property
    def PROFILES(self) -> Mapping[str, EnvironmentProfile]: ...  # noqa: N802


def _entry(name: str, operator: Operator, settings: _Settings) -> OperatorEntry:
    return OperatorEntry(
        code=operator.code,
        name=name,
        operator=operator,
        merchant_fields=settings.MERCHANT_FIELDS,
        secret_fields=settings.SECRET_FIELDS,
        profiles=settings.PROFILES,
    )


_ENTRIES = (
    _entry("Przelewy24", Przelewy24(), przelewy24_settings),
    replace(
        _entry("Autopay", Autopay(), autopay_settings),
        check=autopay_settings.check,
        adds_fee=autopay_settings.payer_bears_the_fee,
        told_apart_by="service_id",
    ),
    _entry("PayU", PayU(), payu_settings),
    _entry("Tpay", Tpay(), tpay_settings),
    _entry("imoje", Imoje(), imoje_settings),
)


def operators() -> tuple[OperatorEntry, ...]:
    """All operators that a gmina can choose from, in the order to show them."""
    return _ENTRIES


def entry(code: str) -> OperatorEntry:
    """The entry of one operator; KeyError when there is none of that code."""
    return {known.code: known for known in _ENTRIES}[code]


def operator(code: str) -> Operator:
    """The adapter of one operator; KeyError when there is none of that code."""
    return entry(code).operator
