"""Overpayments: requests of payers, and money that the office holds without one (Ordynacja podatkowa art. 76)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import money_text
from frontend.desk import wording
from frontend.desk.listing.choices import type_choices
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import MOST_IN_COSTLY_FILE, BulkAct, Column, Item, Queue
from frontend.desk.reasons import remark, share_rows
from frontend.guards import Request
from frontend.messages import sentence
from kernel.actors import Actor
from kernel.errors import SkarbnikError
from kernel.fields import new_public_id
from services.accounts.access import types_handled
from services.liabilities.queries import liabilities_for
from services.payments import actions
from services.payments import queries_overpayments as queries
from services.payments.booking import Split
from services.payments.crediting import fingerprint, split_ex_officio
from services.users.domain import Verb

HINTS = 3


class RequestsForm(ListForm):
    """Requests; those that wait unless another state is chosen."""

    WAITING = "waiting"
    ANY = "any"

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[
            ("", _("czekające")),
            *((code, word) for code, word in wording.OVERPAYMENT_STATES.items() if code != "waiting"),
            (ANY, _("każdy")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("O co prosi"),
        required=False,
        choices=[("", _("Każdy wniosek")), *wording.choices(wording.OVERPAYMENT_KINDS)],
    )
    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)

    def prepare(self) -> None:
        """Types of the clerk."""
        self.fields["type"].choices = type_choices(types_handled(self.request.actor))  # type: ignore[attr-defined]

    @property
    def is_queue(self) -> bool:
        """Whether only requests that wait are shown."""
        return not self.values.get("state")

    def narrow(self, rows: Any) -> Any:
        """The requests that fit; of those that wait the oldest first."""
        values = self.values
        state = values.get("state") or self.WAITING
        if state != self.ANY:
            rows = rows.filter(state=state)
        if values.get("kind"):
            rows = rows.filter(kind=values["kind"])
        if values.get("type"):
            rows = rows.filter(overpayment__liability_type__public_id=values["type"])
        return rows.order_by("created_at", "id") if self.is_queue else rows


class HeldForm(ListForm):
    """Overpayments of one type, or of all that the clerk handles."""

    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)

    def prepare(self) -> None:
        """Types of the clerk."""
        self.fields["type"].choices = type_choices(types_handled(self.request.actor))  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """The overpayments that fit."""
        chosen = self.values.get("type")
        return rows.filter(liability_type__public_id=chosen) if chosen else rows


def preview_of(request: Request, split_up: Callable[[], Split]) -> dict[str, Any]:
    """What crediting would do today, or why it cannot be done."""
    try:
        split = split_up()
    except SkarbnikError as error:
        return {"trouble": sentence(error)}
    ids = [share.id for share in split.shares]
    mine = {str(due.public_id) for due in liabilities_for(request.actor).filter(public_id__in=ids)}
    costs = {share.id for share in split.shares if share.kind.value == "reminder_costs"}
    titles = {key: title for key, title in split.titles.items() if key in mine}
    titles |= {key: _now("Upomnienie %(number)s") % {"number": split.titles[key]} for key in costs}
    return {
        "split": split,
        "shares": share_rows(split, titles),
        "remarks": [remark(reason) for reason in split.reasons],
    }


def listed(row: Any) -> dict[str, Any]:
    """A request in words: what is asked, in which state it is, who asked, how many days it has waited."""
    return {
        "row": row,
        "kind": wording.word(wording.OVERPAYMENT_KINDS, row.kind),
        "state": wording.word(
            wording.EX_OFFICIO_STATES if row.is_ex_officio else wording.OVERPAYMENT_STATES, row.state
        ),
        "state_kind": wording.OVERPAYMENT_STATE_KINDS[row.state],
        "asked_by": row.resident.user.full_name if row.resident else _now("z urzędu"),
        "days": (timezone.localdate() - timezone.localdate(row.created_at)).days,
    }


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Requests in words, with what the office still holds."""
    held = queries.held_of(rows)
    return [listed(row) | {"held_gr": held.get(row.overpayment.public_id, 0)} for row in rows]


def shown_held(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Overpayments with the first few dues that each could pay today, how many more, and what would be left."""
    return [{"row": row, **_hint(request, row)} for row in rows]


def _hint(request: Request, row: Any) -> dict[str, Any]:
    preview = preview_of(request, lambda: split_ex_officio(row, timezone.localdate()))
    if "split" not in preview:
        return {**preview, "seen": ""}
    amounts: dict[str, int] = defaultdict(int)
    for share in preview["shares"]:
        amounts[share.title] += share.amount_gr
    return {
        "pays": list(amounts.items())[:HINTS],
        "more": max(0, len(amounts) - HINTS),
        "left_gr": preview["split"].overpaid_gr,
        "seen": fingerprint(preview["split"]) if amounts else "",
    }


def _pays_text(item: Item) -> str:
    if item.get("trouble"):
        return str(item["trouble"])
    return "; ".join(f"{title}: {money_text(amount_gr)}" for title, amount_gr in item["pays"])


def _held_label(item: Item) -> str:
    row = item["row"]
    return f"{row.payer.name}, {row.liability_type.name}, {money_text(row.held_gr)} → {_pays_text(item)}"


def _credit(row_id: UUID, stamp: str, values: Mapping[str, Any], actor: Actor) -> object:
    return actions.credit_ex_officio(
        overpayment_id=row_id, decision_id=new_public_id(), shown=stamp, actor=actor
    )


OVERPAYMENTS = Queue(
    code="overpayments",
    view="overpayments",
    title=_("Wnioski o nadpłaty"),
    verbs=(Verb.BOOK_PAYMENT,),
    form=RequestsForm,
    rows=lambda request: queries.requests_seen(request.actor),
    shown=shown,
    label=lambda item: f"{item['row'].overpayment.payer.name}, {item['kind']}",
    usual=_("najdawniej złożone"),
    columns=(
        Column("payer", _("Płatnik"), lambda item: item["row"].overpayment.payer.name),
        Column("kind", _("O co prosi"), lambda item: item["kind"], order=("kind", "created_at")),
        Column("asked_by", _("Złożył"), lambda item: item["asked_by"]),
        Column("asked", _("Złożony"), lambda item: item["row"].created_at, order=("created_at",)),
        Column("state", _("Stan"), lambda item: item["state"]),
        Column(
            "type",
            _("Nadpłata"),
            lambda item: item["row"].overpayment.liability_type.name,
            order=("overpayment__liability_type__name",),
        ),
        Column("held", _("Urząd ma"), lambda item: item["held_gr"], unit="gr"),
    ),
)

OVERPAYMENTS_HELD = Queue(
    code="overpayments-held",
    view="overpayments_held",
    title=_("Nadpłaty bez wniosku"),
    verbs=(Verb.BOOK_PAYMENT,),
    form=HeldForm,
    rows=lambda request: queries.overpayments_held(request.actor),
    among=lambda request, row_ids: queries.overpayments_among(request.actor, row_ids),
    shown=shown_held,
    label=_held_label,
    usual=_("najdawniej powstałe"),
    per_page=20,
    most_in_file=MOST_IN_COSTLY_FILE,
    columns=(
        Column("payer", _("Płatnik"), lambda item: item["row"].payer.name),
        Column(
            "type",
            _("Nadpłata"),
            lambda item: item["row"].liability_type.name,
            order=("liability_type__name", "arose_on"),
        ),
        Column("arose", _("Powstała"), lambda item: item["row"].arose_on, order=("arose_on",)),
        Column("held", _("Urząd ma"), lambda item: item["row"].held_gr, order=("held_gr",), unit="gr"),
        Column("pays", _("Co może pokryć dziś"), _pays_text),
    ),
    acts=(
        BulkAct(
            name="credit",
            label=_("Zalicz zaznaczone z urzędu"),
            title=_("Zaliczyć te nadpłaty z urzędu?"),
            lead=_(
                "Każda pójdzie na należności płatnika tak, jak pokazano niżej (art. 76 § 1 Ordynacji podatkowej). "
                "Płatnik dostanie e-mail."
            ),
            done=_("zaliczona"),
            verb=Verb.BOOK_PAYMENT,
            carry_out=_credit,
            stamp=lambda item: str(item["seen"]),
            fits=lambda item: bool(item["seen"]),
        ),
    ),
)
