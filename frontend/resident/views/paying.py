"""From chosen dues to the operator: basket, method, exact amounts, start (eKasa § 10)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.components.formats import money_text, nrb_text
from frontend.guards import Request, guarded
from frontend.messages import sentence
from frontend.resident.acting import acting_for
from frontend.resident.forecast import warning_of
from frontend.resident.forms import ConsentForm, MethodForm, OrderForm
from frontend.resident.notices import basket_notices
from frontend.resident.part_forms import PartForm
from frontend.resident.rows import basket_lines
from frontend.resident.selection import Selection
from frontend.resident.wording import METHOD_NOTES, NOT_PAYABLE
from kernel.errors import Conflict, InvalidInput, NotFound, SkarbnikError, Unavailable
from services.payments import actions
from services.payments.credit_day import credit_day
from services.payments.legal import LegalTexts, legal_texts
from services.payments.methods import MethodChoice, method_choice, method_choices
from services.payments.queries import Basket, BasketGroup, payment_for
from services.payments.queries import basket as basket_of
from services.users.domain import Verb
from tenants.configuration.queries import office, operator_account_for, operator_config
from tenants.metering import flags

PART_ERRORS = {
    "money.unreadable",
    "payment.part_too_large",
    "payment.part_too_small",
    "payment.part_switched_off",
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(?=/)")
REST_KEY = "dues_left"
"""Session key: {start key: dues chosen together with those paid now, but going to another account of the office}."""


@guarded(Verb.OWN_DUES)
def basket(request: Request) -> HttpResponse:
    """The chosen dues by account of the office, and for one of them the operator's list of banks (D58-D60)."""
    selection = Selection.of(request.GET)
    try:
        whole = _basket(request, selection.with_parts_of(()))
    except InvalidInput as error:
        messages.error(request, sentence(error))
        return redirect("dues")
    group = _group(whole, selection.group)
    context: dict[str, Any] = {
        "basket": whole,
        "selection": selection,
        "refused": _refused(whole),
        "row": office(),
    }
    if group is None:
        parts = [
            (part, basket_lines(part), _whole_group(selection, part).address("basket"))
            for part in whole.groups
        ]
        credit = credit_day([due for part in whole.groups for due in part.dues], timezone.localdate())
        return render(request, "resident/basket.html", {**context, "parts": parts, "credit": credit})
    selection = selection.with_parts_of(due.public_id for due in group.dues).with_group(group.key)
    form = PartForm(group.dues, selection)
    if form.is_valid():
        group = _group(_basket(request, selection), group.key) or group
    context |= {
        "part_form": form,
        "takes_parts": flags.PART_PAYMENTS.is_on(),
        **_part_choices(group, selection),
    }
    context |= _methods(request, group, selection)
    page = render(request, "resident/methods.html", context)
    page.image_origins = _origins_of_logos(context.get("options", ()))  # type: ignore[attr-defined]
    return page


def _whole_group(selection: Selection, group: BasketGroup) -> Selection:
    """The group to pay now with all its dues whole: parts are typed on its own page."""
    return selection.with_parts_of(()).with_group(group.key)


def _part_choices(group: BasketGroup, selection: Selection) -> dict[str, Any]:
    """What the form of parts carries along, and the way back to the whole."""
    whole = _whole_group(selection, group)
    return {"part_fields": whole.fields(), "whole_url": whole.address("basket")}


def _basket(request: Request, selection: Selection) -> Basket:
    acting = acting_for(request)
    if acting.payer is None:
        raise NotFound("liability.unknown")
    today = timezone.localdate()
    return basket_of(acting.payer, selection.due_ids, today, acting.resident, selection.amounts)


def _group(whole: Basket, key: str) -> BasketGroup | None:
    """The group to pay now: the named one, or the only one."""
    if not key and len(whole.groups) == 1:
        return whole.groups[0]
    return next((group for group in whole.groups if group.key == key), None)


def _refused(whole: Basket) -> list[tuple[str, str]]:
    return [(due.title, str(NOT_PAYABLE[reason])) for due, reason in whole.refused]


def _methods(request: Request, group: BasketGroup, selection: Selection) -> dict[str, Any]:
    """Methods with their fees; when there are none, how to pay by an ordinary transfer."""
    context: dict[str, Any] = {
        "group": group,
        "lines": basket_lines(group),
        "fields": selection.with_group(group.key).fields(),
        "nrb_shown": nrb_text(group.account_nrb),
        **basket_notices(acting_for(request), group, timezone.localdate()),
        "warning": warning_of(acting_for(request), group, selection, timezone.localdate()),
    }
    try:
        choices = method_choices(group, timezone.localdate())
    except (NotFound, Unavailable) as error:
        return {**context, "form": None, "by_hand": error.code}
    sent = request.GET if "metoda" in request.GET else None
    form = MethodForm(choices, sent)
    return {**context, "form": form, "options": [_option(choice) for choice in choices]}


def _option(choice: MethodChoice) -> dict[str, Any]:
    fee = _("opłata %(fee)s, razem %(total)s") if choice.fee_gr else _("bez opłaty, razem %(total)s")
    amounts = {"fee": money_text(choice.fee_gr), "total": money_text(choice.total_gr)}
    return {
        "value": choice.id,
        "label": choice.name,
        "logo_url": choice.icon_url if _origin_of_logo(choice.icon_url) else None,
        "hint": fee % amounts if choice.is_available else "",
        "disabled": not choice.is_available,
        "note": str(METHOD_NOTES[choice.reason]) if choice.reason else "",
    }


def _origins_of_logos(options: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """From where the page may load the pictures of the banks; no other page may."""
    return tuple(sorted({_origin_of_logo(one["logo_url"]) for one in options if one["logo_url"]}))


def _origin_of_logo(url: str | None) -> str:
    """The origin for the page's policy, "" for an address that could say something else in it."""
    found = _ORIGIN.match(url or "")
    return found[0] if found else ""


@guarded(Verb.OWN_DUES)
def checkout(request: Request) -> HttpResponse:
    """The exact amounts before paying; the button orders the payment and leads to the operator."""
    selection = Selection.of(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return _order(request, selection)
    return _checkout(request, selection)


def _checkout(request: Request, selection: Selection, start_key: UUID | None = None) -> HttpResponse:
    """The page; with the key of an order that lacks a required consent once more, with the reason beside its box."""
    try:
        group = _group(_basket(request, selection), selection.group)
        if group is None:
            return redirect(selection.address("basket"))
        method = method_choice(group, selection.method, timezone.localdate())
        legal = legal_texts(group, method.id)
    except (InvalidInput, NotFound, Unavailable) as error:
        return _back(request, selection, error)
    context = {
        "group": group,
        "lines": basket_lines(group),
        "method": method,
        **basket_notices(acting_for(request), group, timezone.localdate()),
        "warning": warning_of(acting_for(request), group, selection, timezone.localdate()),
        "methods_url": selection.with_group(group.key).address("basket"),
        "fields": selection.with_group(group.key, method.id).fields(),
        "start_key": start_key or uuid4(),
        "consents": ConsentForm(legal, request.POST if start_key else None),
        "row": office(),
    }
    profile = operator_config(operator_account_for(group.account_nrb)).profile
    scheme = urlsplit(profile.payer_url).scheme
    origins = [f"{scheme}://{host}" for host in profile.redirect_hosts]
    status = 422 if start_key else 200
    return _leading_to(origins, render(request, "resident/checkout.html", context, status=status))


def _back(request: Request, selection: Selection, error: SkarbnikError) -> HttpResponse:
    """Where a refusal leads: changed amounts to a second look, a method that cannot be used and a part that cannot be paid
    to the page with the reason beside the field, anything else to the dues. A foreign due is a 404.
    """
    if error.code == "liability.unknown":
        raise error
    if error.code == "method.unavailable":
        more = {} if selection.method else {"metoda": ""}
        return redirect(selection.address("basket", **more))
    if error.code in PART_ERRORS:
        return redirect(replace(selection, method="").address("basket"))
    messages.error(request, sentence(error))
    if error.code in ("payment.amount_changed", "payment.texts_changed"):
        return redirect(selection.address("checkout"))
    if error.code in ("operator.unavailable", "operator_account.none"):
        return redirect(replace(selection, method="").address("basket"))
    return redirect("dues")


def _leading_to(origins: Iterable[str], response: HttpResponse) -> HttpResponse:
    """Let the page's form lead to the operator, which at once passes the payer on to the bank that was chosen. Browsers hold
    form-action against that whole chain, and no list of all banks' addresses exists, so https is let through here."""
    response.form_action_origins = (*origins, "https:")  # type: ignore[attr-defined]
    return response


def _order(request: Request, selection: Selection) -> HttpResponse:
    form, acting = OrderForm(request.POST), acting_for(request)
    if not form.is_valid() or acting.payer is None:
        return redirect(selection.address("checkout"))
    agent = request.headers.get("User-Agent", "")[:200]
    try:
        consents = ConsentForm(_legal(request, selection), request.POST)
        if not consents.is_valid():
            return _checkout(request, selection, form.cleaned_data["start_key"])
        order = actions.Order(
            payer_id=acting.payer.public_id,
            due_ids=selection.due_ids,
            group_key=selection.group,
            method_id=selection.method,
            expected_total_gr=form.cleaned_data["total_gr"],
            start_key=form.cleaned_data["start_key"],
            amounts=selection.amounts,
            consents=consents.ticked,
            texts_key=form.cleaned_data["texts_key"],
        )
        _remember_rest(request, selection, str(order.start_key))
        started = actions.start_payment(order, user_agent=agent, actor=request.actor)
    except (Conflict, InvalidInput, NotFound, Unavailable) as error:
        return _back(request, selection, error)
    if not started.redirect_url:
        return redirect("payment", started.payment_id)
    return redirect(started.redirect_url)


def _legal(request: Request, selection: Selection) -> LegalTexts:
    """The operator's texts for what is ordered; none when there is nothing to order, which the action then says."""
    group = _group(_basket(request, selection), selection.group)
    return legal_texts(group, selection.method) if group else LegalTexts()


@guarded(Verb.OWN_DUES)
def operator(request: Request, payment_id: UUID) -> HttpResponse:
    """The form that brings the payer to an operator who takes the order from the browser: it is sent by itself, and without
    JavaScript by its button."""
    row = payment_for(request.actor, payment_id)
    agent = request.headers.get("User-Agent", "")[:200]
    try:
        form = actions.operator_form(row, user_agent=agent, actor=request.actor)
    except Unavailable as error:
        messages.error(request, sentence(error))
        return redirect("payment", payment_id)
    if form is None:
        return redirect("payment", payment_id)
    target = urlsplit(form.url)
    page = render(request, "resident/operator.html", {"form": form, "payment": row})
    return _leading_to([f"{target.scheme}://{target.netloc}"], page)


def _remember_rest(request: Request, selection: Selection, start_key: str) -> None:
    """Keep the dues of the other groups, so that the page after paying can offer them."""
    if start_key in request.session.get(REST_KEY, {}):
        return
    others = [group for group in _basket(request, selection).groups if group.key != selection.group]
    request.session[REST_KEY] = {start_key: [str(due.public_id) for group in others for due in group.dues]}
