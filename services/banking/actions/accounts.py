"""Settings of the office's bank accounts: how their statements are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.identifiers import is_valid_nrb, normalise_nrb
from services.accounts.access import require
from services.banking.layouts import layout_from
from services.banking.models import BankAccount
from services.users.domain import Verb


@dataclass(frozen=True)
class AccountSettings:
    """How statements of an account are read; the fields mean what they mean in `BankAccount`."""

    label: str
    account_nrb: str
    profile_code: str = ""
    encoding: str = ""
    sign: str = ""
    layout: Mapping[str, Any] | None = None
    is_active: bool = True


@transaction.atomic(durable=True)
def save_account(
    settings: AccountSettings, *, account_id: UUID | None = None, version: int = 0, actor: Actor
) -> BankAccount:
    """Add an account, or change one that stands at `version`. The number of an account that has statements stays.

    Raises NotFound("bank_account.unknown"), Conflict("setting.stale"), ("bank_account.exists") and ("bank_account.in_use"),
    InvalidInput("nrb.invalid") and the errors of `layout_from`.
    """
    actor = require(actor, Verb.CONFIGURE)
    nrb = normalise_nrb(settings.account_nrb)
    if not is_valid_nrb(nrb):
        raise InvalidInput("nrb.invalid", field="account_nrb")
    layout_from(settings.profile_code, settings.encoding, settings.sign, settings.layout)
    row = _row(account_id, version)
    if row.pk and row.account_nrb != nrb and row.files.exists():
        raise Conflict("bank_account.in_use", field="account_nrb")
    row.label, row.account_nrb, row.is_active = settings.label.strip(), nrb, settings.is_active
    row.profile_code, row.encoding, row.sign = settings.profile_code, settings.encoding, settings.sign
    row.layout = dict(settings.layout) if settings.layout is not None else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("bank_account.exists", field="account_nrb") from error
    record("bank_account.saved", row, actor=actor, version=row.version)
    return row


def _row(account_id: UUID | None, version: int) -> BankAccount:
    if account_id is None:
        return BankAccount(version=1)
    row = BankAccount.objects.select_for_update().filter(public_id=account_id).first()
    if row is None:
        raise NotFound("bank_account.unknown")
    if row.version != version:
        raise Conflict("setting.stale")
    row.version += 1
    return row
