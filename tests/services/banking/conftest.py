"""An account of the office whose statements are read, and ways to send one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zlib import crc32

import pytest

from kernel.actors import Actor
from services.accounts.models import Payer
from services.banking import actions
from services.banking.models import BankAccount, StatementFile, StatementLine
from tenants.configuration.models import LiabilityType
from tests.integrations.finance.making import ANNA, Made, MadeStatement, mt940


@pytest.fixture
def daria(in_borki, person) -> Actor:
    return person("daria").actor


@pytest.fixture
def anna(in_borki) -> Payer:
    return Payer.objects.get(external_id="K-anna")


@pytest.fixture
def account(in_borki) -> BankAccount:
    nrb = LiabilityType.objects.get(code="property_tax").account_nrb
    return BankAccount.objects.create(label="Podatki", account_nrb=nrb, profile_code="pko_mt940")


def transfer(*title: str, gr: int = 30_000, name: str = "Ktoś Obcy", **changes: object) -> Made:
    """An incoming transfer of 300,00 zł, credited on 21 September 2026 with the value of the 20th."""
    number = f"20260921{crc32(repr((title, gr, name)).encode()) % 10**8:08d}"
    return replace(ANNA, **{"amount_gr": gr, "name": name, "title": title, "reference": number, **changes})


@dataclass(frozen=True)
class Bank:
    """Writes statements of the account and lets the office read them."""

    account: BankAccount
    clerk: Actor

    def file(self, *entries: Made, number: str = "183", opening_gr: int = 1_000_000) -> bytes:
        return mt940(MadeStatement(self.account.account_nrb, number, opening_gr, entries))

    def check(self, content: bytes) -> StatementFile:
        return actions.check_statements(
            content, account_id=self.account.public_id, file_name="wyciag.sta", actor=self.clerk
        )

    def read(self, content: bytes) -> StatementFile:
        """Check, confirm, and what the worker does."""
        file = actions.confirm_file(file_id=self.check(content).public_id, actor=self.clerk)
        actions.carry_on(file.public_id)
        file.refresh_from_db()
        return file

    def line(self, *entries: Made, **changes: object) -> StatementLine:
        """Read a statement with these entries; the line of the first."""
        file = self.read(self.file(*entries, **changes))
        return StatementLine.objects.filter(statement__file=file).order_by("id")[0]


@pytest.fixture
def bank(account: BankAccount, daria: Actor) -> Bank:
    return Bank(account, daria)


@pytest.fixture
def owed() -> Callable[..., int]:
    from services.ledger.models import AccountKind
    from services.ledger.queries import balances

    def sum_of(*dues: object) -> int:
        found = balances([due.public_id for due in dues], AccountKind.RECEIVABLE_PRINCIPAL)
        return sum(found.values())

    return sum_of
