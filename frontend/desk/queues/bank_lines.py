"""Lines of bank statements: those that are to be clarified, or with filters any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import day_text, money_text
from frontend.components.widgets import DayInput
from frontend.desk.bank_lines import stored
from frontend.desk.forms.rules import MoneyField
from frontend.desk.forms.statements import LeavingForm
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import BulkAct, Column, Item, Queue, version_in
from frontend.desk.wording import choices
from frontend.desk.wording_statements import LINE_STATES, WHY
from frontend.guards import Request
from kernel.actors import Actor
from services.banking import actions
from services.banking.queries import accounts_seen, lines_seen
from services.users.domain import Verb


class BankLinesForm(ListForm):
    """What is to be clarified, or lines in another state; of one reason, account, amount, of some days."""

    ALL = "all"

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[
            ("", _("Do wyjaśnienia")),
            *((state, words) for state, (words, _kind) in LINE_STATES.items() if state != "to_clarify"),
            (ALL, _("Wszystkie")),
        ],
    )
    why = forms.ChoiceField(
        label=_("Dlaczego"), required=False, choices=[("", _("Każdy powód")), *choices(WHY)]
    )
    account = forms.ChoiceField(label=_("Rachunek"), required=False)
    amount = MoneyField(label=_("Kwota"), required=False)
    since = forms.DateField(label=_("Od dnia"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Do dnia"), required=False, widget=DayInput)

    def prepare(self) -> None:
        """Accounts whose statements the clerk sees."""
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            ("", _now("Każdy")),
            *((str(row.public_id), row.label) for row in accounts_seen(self.request.actor)),
        ]

    def narrow(self, rows: Any) -> Any:
        """The lines that fit; without a choice those to be clarified."""
        values = self.values
        state = values.get("state") or "to_clarify"
        if state != self.ALL:
            rows = rows.filter(state=state)
        if values.get("why"):
            rows = rows.filter(why=values["why"])
        if values.get("account"):
            rows = rows.filter(statement__file__account__public_id=values["account"])
        if values.get("amount") is not None:
            rows = rows.filter(amount_gr=values["amount"])
        if values.get("since"):
            rows = rows.filter(booked_on__gte=values["since"])
        if values.get("until"):
            rows = rows.filter(booked_on__lte=values["until"])
        return rows


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Lines with what they were matched with."""
    return [{"row": item["line"], **item} for item in stored(rows)]


def account_name(item: Item) -> str:
    """Name of the account, or of the service that told the line."""
    account = item["row"].statement.file.account
    return str(account.label) if account is not None else _now("ePłatności")


def _leave(row_id: UUID, stamp: str, values: Mapping[str, Any], actor: Actor) -> object:
    return actions.leave_line(line_id=row_id, note=values["note"], version=version_in(stamp), actor=actor)


def _label(item: Item) -> str:
    row = item["row"]
    return f"{day_text(row.booked_on)}, {money_text(row.amount_gr)}"


BANK_LINES = Queue(
    code="bank_lines",
    view="bank_lines",
    title=_("Wpłaty do wyjaśnienia"),
    verbs=(Verb.BOOK_PAYMENT,),
    form=BankLinesForm,
    rows=lambda request: lines_seen(request.actor).order_by("booked_on", "id"),
    shown=shown,
    label=_label,
    usual=_("najdawniejsze"),
    columns=(
        Column("day", _("Dzień"), lambda item: item["row"].booked_on, order=("booked_on",)),
        Column("payer", _("Wpłacający"), lambda item: item["row"].payer_name),
        Column("title", _("Tytuł"), lambda item: item["row"].title),
        Column("account", _("Rachunek"), account_name, order=("statement__file__account__label",)),
        Column("state", _("Stan"), lambda item: item["outcome"][0], order=("state", "why")),
        Column("amount", _("Kwota"), lambda item: item["row"].amount_gr, order=("amount_gr",), unit="gr"),
        Column("why", _("Szczegóły"), lambda item: item["outcome"][2], only_in_file=True),
        Column("number", _("Numer operacji"), lambda item: item["row"].reference, only_in_file=True),
        Column("note", _("Wyjaśnienie"), lambda item: item["row"].note, only_in_file=True),
    ),
    acts=(
        BulkAct(
            name="leave",
            label=_("Odłóż zaznaczone"),
            title=_("Odłożyć te wpłaty?"),
            lead=_(
                "Użyj tego, gdy nie są za należności z portalu i mają to samo wyjaśnienie. Nic się nie zaksięguje, a każdą "
                "można przywrócić."
            ),
            done=_("odłożona"),
            verb=Verb.BOOK_PAYMENT,
            carry_out=_leave,
            form=LeavingForm,
            stamp=lambda item: str(item["row"].version),
            fits=lambda item: item["row"].state == "to_clarify",
        ),
    ),
)
