"""How an account's bank writes its files: a layout that comes with the portal, changed where the account differs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from integrations.finance.eplatnosci.profile import SettlementProfile, settlement_profile_of
from integrations.finance.lines import Encoding
from integrations.finance.statements import banks
from integrations.finance.statements.profiles import (
    CamtProfile,
    ElixirProfile,
    Mt940Profile,
    Profile,
    TableProfile,
    profile_of,
)
from kernel.errors import InvalidInput
from services.banking.models import BankAccount

SIGNS = ("~", "<", "?", "^")


def layout_of(account: BankAccount) -> Profile:
    """The layout by which files of the account are read. Raises InvalidInput as `layout_from` does."""
    return layout_from(account.profile_code, account.encoding, account.sign, account.layout)


def layout_from(code: str, encoding: str, sign: str, own: Mapping[str, Any] | None) -> Profile:
    """The layout that settings describe.

    Raises InvalidInput("bank_account.layout_unknown") and ("bank_account.not_for_layout") for an encoding of camt.053, which
    says itself how it is encoded, or a sign for anything but MT940; and `profile_of`'s errors for a layout of its own.
    """
    if own is not None:
        return profile_of(own)
    profile = banks.profiles().get(code)
    if profile is None:
        raise InvalidInput("bank_account.layout_unknown", field="profile_code")
    if encoding:
        if isinstance(profile, CamtProfile):
            raise InvalidInput("bank_account.not_for_layout", field="encoding")
        profile = replace(profile, encoding=Encoding(encoding))
    if sign:
        if not isinstance(profile, Mt940Profile):
            raise InvalidInput("bank_account.not_for_layout", field="sign")
        profile = replace(profile, sign=sign)
    return profile


def has_balances(profile: Profile) -> bool:
    """Whether a file of this layout proves by itself that nothing of it is missing; else control sums should be given."""
    match profile:
        case Mt940Profile() | CamtProfile():
            return True
        case TableProfile():
            return bool(profile.trailer_places)
        case ElixirProfile():
            return False


def virtual_prefixes(profile: Profile) -> tuple[str, ...]:
    """Digits after the check digits of the account's virtual accounts, as far as its layout tells them."""
    return () if isinstance(profile, Mt940Profile) else profile.virtual_prefixes


def service_layout() -> SettlementProfile:
    """The layout of the settlement file of ePłatności."""
    return settlement_profile_of()
