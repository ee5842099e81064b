"""Payments: the journal of all attempts (C7), and those that wait for booking (D61)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from frontend.desk import wording
from frontend.desk.forms.payments import AllPaymentsForm, FilterForm
from frontend.desk.listing.queue import BulkAct, Column, Item, Queue
from frontend.guards import Request
from kernel.actors import Actor
from services.accounts.access import types_handled
from services.payments import actions, queries
from services.payments.queries_refunds import paid_twice_ids
from services.users.domain import Verb


def listed(row: Any) -> dict[str, Any]:
    """A payment with its state in words."""
    return {
        "row": row,
        "state": wording.word(wording.PAYMENT_STATES, row.state),
        "kind": wording.PAYMENT_KINDS[row.state],
        "failure": wording.word(wording.FAILURES, row.failure_code),
    }


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Payments in words."""
    return [listed(row) for row in rows]


def shown_to_book(request: Request, rows: Sequence[Any]) -> list[Item]:
    """The same with what a clerk must know before booking: another department's share, dues paid twice."""
    handled = set(types_handled(request.actor).values_list("pk", flat=True))
    doubled = paid_twice_ids(rows)
    items: list[Item] = []
    for row in rows:
        types = {item.liability.liability_type_id for item in row.items.all() if item.liability is not None}
        items.append(listed(row) | {"is_shared": not types <= handled, "is_double": row.pk in doubled})
    return items


def _ask(row_id: UUID, stamp: str, values: Mapping[str, Any], actor: Actor) -> object:
    actions.ask_soon(queries.desk_payment_for(actor, row_id))
    return True


def _label(item: Item) -> str:
    return f"{item['row'].payer.name}, {item['row'].title}"


_PAYER = Column("payer", _("Płatnik"), lambda item: item["row"].payer.name)
_TITLE = Column("title", _("Za co"), lambda item: item["row"].title)
_REFERENCE = Column("number", _("Numer płatności"), lambda item: item["row"].reference, only_in_file=True)
_OPERATOR_ID = Column(
    "operator_number", _("Numer u operatora"), lambda item: item["row"].operator_id, only_in_file=True
)

PAYMENTS = Queue(
    code="payments",
    view="payments",
    title=_("Płatności"),
    verbs=(Verb.VIEW_PAYMENTS,),
    form=AllPaymentsForm,
    rows=lambda request: queries.payments_seen(request.actor),
    shown=shown,
    label=_label,
    usual=_("ostatnio zlecone"),
    columns=(
        _PAYER,
        _TITLE,
        Column("ordered", _("Zlecona"), lambda item: item["row"].created_at, order=("created_at",)),
        Column("paid", _("Opłacona"), lambda item: item["row"].debited_on, order=("paid_at",)),
        Column("state", _("Stan"), lambda item: item["state"]),
        Column(
            "amount", _("Dla urzędu"), lambda item: item["row"].amount_gr, order=("amount_gr",), unit="gr"
        ),
        Column("fee", _("Koszt operatora"), lambda item: item["row"].fee_gr, unit="gr", only_in_file=True),
        Column("method", _("Sposób"), lambda item: item["row"].method_name, only_in_file=True),
        Column(
            "account",
            _("Konto operatora"),
            lambda item: item["row"].operator_account.label,
            only_in_file=True,
        ),
        Column("credited", _("Uznanie rachunku"), lambda item: item["row"].credited_on, only_in_file=True),
        Column("booked", _("Zaksięgowana"), lambda item: item["row"].booked_at, only_in_file=True),
        _REFERENCE,
        _OPERATOR_ID,
    ),
    acts=(
        BulkAct(
            name="ask",
            label=_("Zapytaj operatora o zaznaczone"),
            title=_("Zapytać operatora o te płatności?"),
            lead=_(
                "Portal zapyta, czy pieniądze przyszły. Zrobi to także po zamknięciu przeglądarki; odpowiedzi zobaczysz "
                "na liście w ciągu kilku minut."
            ),
            done=_("pytanie w kolejce"),
            verb=Verb.BOOK_PAYMENT,
            carry_out=_ask,
            fits=lambda item: queries.is_waiting(item["row"]),
            icon="refresh",
        ),
    ),
)

PAYMENTS_TO_BOOK = Queue(
    code="payments-to-book",
    view="payments_to_book",
    title=_("Do zaksięgowania"),
    verbs=(Verb.BOOK_PAYMENT,),
    form=FilterForm,
    rows=lambda request: queries.payments_to_book(request.actor),
    shown=shown_to_book,
    label=_label,
    usual=_("najdawniej opłacone"),
    per_page=100,
    chooses=True,
    columns=(
        _PAYER,
        _TITLE,
        Column("paid", _("Opłacona"), lambda item: item["row"].debited_on, order=("paid_at",)),
        Column(
            "credited", _("Przelew operatora"), lambda item: item["row"].credited_on, order=("credited_on",)
        ),
        Column("method", _("Sposób"), lambda item: item["row"].method_name, order=("method_name",)),
        Column(
            "account",
            _("Konto operatora"),
            lambda item: item["row"].operator_account.label,
            order=("operator_account__label",),
        ),
        Column(
            "amount", _("Dla urzędu"), lambda item: item["row"].office_gr, order=("amount_gr",), unit="gr"
        ),
        _REFERENCE,
        _OPERATOR_ID,
    ),
)
