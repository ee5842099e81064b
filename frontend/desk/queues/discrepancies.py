"""What does not agree between the portal, the operator and the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.desk.discrepancies import KINDS, listed
from frontend.desk.forms.reconciliation import ResolutionForm
from frontend.desk.listing.choices import account_choices
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import BulkAct, Column, Item, Queue
from frontend.guards import Request
from kernel.actors import Actor
from services.payments import actions
from services.payments.queries_reconciliation import discrepancies_seen
from services.users.domain import Verb


class DiscrepanciesForm(ListForm):
    """What is open, or what was resolved; of one kind or of all, of one account or of all."""

    RESOLVED = "resolved"

    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[("", _("Do wyjaśnienia")), (RESOLVED, _("Wyjaśnione"))],
    )
    kind = forms.ChoiceField(
        label=_("Co się nie zgadza"),
        required=False,
        choices=[("", _("Wszystko")), *((kind, words.title) for kind, words in KINDS.items())],
    )
    account = forms.ChoiceField(label=_("Konto operatora"), required=False)

    def prepare(self) -> None:
        """Accounts of the gmina."""
        self.fields["account"].choices = account_choices()  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """The discrepancies that fit: the open ones from the oldest, the resolved ones from the last."""
        values = self.values
        if values.get("kind"):
            rows = rows.filter(kind=values["kind"])
        if values.get("account"):
            rows = rows.filter(operator_account__public_id=values["account"])
        if values.get("state") == self.RESOLVED:
            return rows.filter(state="resolved").order_by("-resolved_at", "-id")
        return rows.filter(state="open")


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """Discrepancies in words."""
    return [listed(row) for row in rows]


def _resolve(row_id: UUID, stamp: str, values: Mapping[str, Any], actor: Actor) -> object:
    return actions.resolve_discrepancy(discrepancy_id=row_id, note=values["note"], actor=actor)


def _label(item: Item) -> str:
    row = item["row"]
    if row.payment is None:
        return f"{item['words'].title} ({row.operator_account.label})"
    return _now("%(title)s, płatność %(number)s") % {
        "title": item["words"].title,
        "number": row.payment.reference,
    }


DISCREPANCIES = Queue(
    code="discrepancies",
    view="discrepancies",
    title=_("Niezgodności"),
    verbs=(Verb.VIEW_PAYMENTS,),
    form=DiscrepanciesForm,
    rows=lambda request: discrepancies_seen(request.actor),
    shown=shown,
    label=_label,
    usual=_("najdawniej zauważone"),
    columns=(
        Column(
            "kind", _("Co się nie zgadza"), lambda item: item["words"].title, order=("kind", "first_seen_at")
        ),
        Column("since", _("Od kiedy"), lambda item: item["row"].first_seen_at, order=("first_seen_at",)),
        Column(
            "account",
            _("Konto operatora"),
            lambda item: item["row"].operator_account.label,
            order=("operator_account__label",),
        ),
        Column("to_do", _("Co zrobić"), lambda item: item["words"].to_do),
        Column(
            "number",
            _("Numer płatności"),
            lambda item: item["row"].payment.reference if item["row"].payment else "",
            only_in_file=True,
        ),
        Column("resolved", _("Wyjaśniona"), lambda item: item["row"].resolved_at, only_in_file=True),
        Column("note", _("Wyjaśnienie"), lambda item: item["row"].note, only_in_file=True),
    ),
    acts=(
        BulkAct(
            name="resolve",
            label=_("Wyjaśnij zaznaczone"),
            title=_("Wyjaśnić te niezgodności?"),
            lead=_(
                "Jedno wyjaśnienie zapisze się przy każdej z nich. Użyj tego, gdy mają tę samą przyczynę."
            ),
            done=_("wyjaśniona"),
            verb=Verb.RESOLVE_MISMATCH,
            carry_out=_resolve,
            form=ResolutionForm,
            fits=lambda item: item["row"].state == "open",
        ),
    ),
)
