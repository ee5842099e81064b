"""A bank statement of the demo: some transfers that the portal recognises, some that a clerk has to clarify."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from kernel.actors import Actor
from portal.demo.accounts import staff_actor
from services.banking import actions
from services.banking.models import BankAccount, StatementFile
from services.liabilities.models import Liability
from services.liabilities.queries import dues_of
from services.liabilities.statements import Due
from tenants.configuration.models import LiabilityType

OPENING_GR = 1_250_000_00
_STRANGER = "27114020040000300201355387"
"""An account whose check digits are right and which is nobody's here."""


class _Line(NamedTuple):
    amount_gr: int
    name: str
    title: str


def read_statement(*, on: date, actor: Actor) -> int:
    """Set up the account of the property tax, and let Daria read its statement of the day before `on`, once. How many lines
    the statement has."""
    if StatementFile.objects.exists():
        return 0
    kind = LiabilityType.objects.get(code="property_tax")
    settings = actions.AccountSettings(
        label="Podatki i opłaty lokalne", account_nrb=kind.account_nrb, profile_code="swift_mt940"
    )
    account = BankAccount.objects.filter(account_nrb=kind.account_nrb).first()
    account = account or actions.save_account(settings, actor=actor)
    lines = _lines(kind, on)
    clerk = staff_actor("daria")
    file = actions.check_statements(
        _mt940(account.account_nrb, lines, on - timedelta(days=1)),
        account_id=account.public_id,
        file_name="wyciag-pokazowy.sta",
        actor=clerk,
    )
    actions.confirm_file(file_id=file.public_id, actor=clerk)
    actions.carry_on(file.public_id)
    return len(lines)


def _lines(kind: LiabilityType, on: date) -> list[_Line]:
    """Three dues of people without a login: the last ones, so that the people of the demo keep theirs."""
    rows = Liability.objects.filter(liability_type=kind, is_enforced=False)
    owed = [due for due in dues_of(rows, on - timedelta(days=1)) if due.co_owners == 1]
    found = [
        _Line(_total(due) + more_gr, _payer(due), title.format(number=due.external_id))
        for due, more_gr, title in zip(
            reversed(owed),
            (0, 0, 1_000),
            ("PODATEK OD NIERUCHOMOSCI {number}", "ZA DOM, {number}", "{number} I COS JESZCZE"),
            strict=False,
        )
    ]
    return [*found, _Line(5_730, "Wpłacający Nieznany", "SKLADKA, DZIEKUJE"), _Line(-350, "Bank", "PROWIZJA")]


def _total(due: Due) -> int:
    return due.principal_gr + due.interest_gr


def _payer(due: Due) -> str:
    payer = Liability.objects.get(pk=due.id).debtors.first()
    assert payer is not None
    return str(payer.name)


def _mt940(account_nrb: str, lines: Iterable[_Line], day: date) -> bytes:
    told = [":20:POKAZ", f":25:/PL{account_nrb}", ":28C:1", f":60F:{_balance(OPENING_GR, day)}"]
    closing_gr = OPENING_GR
    for number, line in enumerate(lines, start=1):
        closing_gr += line.amount_gr
        mark = "C" if line.amount_gr >= 0 else "D"
        told.append(f":61:{day:%y%m%d}{day:%m%d}{mark}{_amount(line.amount_gr)}NTRFNONREF//POKAZ{number:04d}")
        told += [
            f":86:020?00PRZELEW?20{line.title[:27]}?21{line.title[27:54]}",
            f"?31{_STRANGER}?32{line.name[:27]}",
        ]
    told += [f":62F:{_balance(closing_gr, day)}", "-"]
    return ("\r\n".join(told) + "\r\n").encode()


def _balance(amount_gr: int, day: date) -> str:
    return f"C{day:%y%m%d}PLN{_amount(amount_gr)}"


def _amount(amount_gr: int) -> str:
    return f"{abs(amount_gr) // 100},{abs(amount_gr) % 100:02d}"
