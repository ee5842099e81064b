"""Wpłaty do wyjaśnienia: lines of bank statements, matching one, taking a match back, setting a line aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, attempt, carried_out, draw
from frontend.desk.bank_lines import line_kind, place_of
from frontend.desk.forms.statements import (
    LeaveLineForm,
    LineForm,
    MatchDuesForm,
    MatchOneForm,
    UndoMatchForm,
)
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.bank_lines import BANK_LINES
from frontend.desk.trail import trail
from frontend.desk.views.payments import explained
from frontend.desk.wording import word
from frontend.desk.wording_statements import TARGETS, WHAT_TO_DO, WHY
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import SkarbnikError
from services.accounts.access import can
from services.banking import actions, queries
from services.banking.actions import Choice
from services.banking.domain.kinds import CONTRADICTS, Target
from services.banking.suggesting import preview, suggested_dues, suggestions
from services.payments.crediting import fingerprint
from services.payments.queries import payments_seen
from services.users.domain import Verb
from services.users.queries import names_of


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def bank_lines(request: Request) -> HttpResponse:
    """The queue of what is to be clarified, or with filters any lines."""
    context = {
        "has_files": queries.files_seen(request.actor).exists(),
        "crumbs": trail(_("Wpłaty do wyjaśnienia")),
    }
    return list_page(request, BANK_LINES, "desk/bank_lines.html", context)


@guarded(Verb.BOOK_PAYMENT)
def bank_line(request: Request, line_id: UUID) -> HttpResponse:
    """One line: what the bank says, what it was or could be matched with, and its history. A search is sent by POST, since
    it may name a person."""
    return _page(request, queries.line_for(request.actor, line_id))


@guarded(Verb.BOOK_PAYMENT)
def match_bank_line(request: Request, line_id: UUID) -> HttpResponse:
    """Match a line with dues: first show where the money would go, then book."""
    line = queries.line_for(request.actor, line_id)
    if request.method != "POST":
        return redirect("desk:bank_line", line_id)
    form = MatchDuesForm(request.POST)
    if not form.is_valid():
        return _page(request, line, dues=form)
    due_ids = form.cleaned_data["due"]
    if "confirmed" not in request.POST:
        split = attempt(form, lambda: preview(line, due_ids, request.actor))
        return _confirm(request, line, form, split) if split else _page(request, line, dues=form)
    values = form.cleaned_data
    choice = Choice(Target.DUES, due_ids, may_overpay=values["may_overpay"], shown=values["split"])
    if _matched(request, line_id, form, choice):
        return redirect("desk:bank_line", line_id)
    return _page(request, queries.line_for(request.actor, line_id), dues=form)


@guarded(Verb.BOOK_PAYMENT)
def settle_bank_line(request: Request, line_id: UUID) -> HttpResponse:
    """Match a line with one payment, payout or bulk transfer of ePłatności."""
    queries.line_for(request.actor, line_id)
    form = MatchOneForm(request.POST)
    if request.method == "POST" and form.is_valid():
        choice = Choice(Target(form.cleaned_data["target"]), [form.cleaned_data["choice"]])
        version = form.cleaned_data["version"]
        act_and_tell(
            request,
            lambda: actions.match_line(line_id=line_id, choice=choice, version=version, actor=request.actor),
            _("Wpłata jest dopasowana."),
        )
    return redirect("desk:bank_line", line_id)


def _matched(request: Request, line_id: UUID, form: MatchDuesForm, choice: Choice) -> bool:
    version = form.cleaned_data["version"]
    done = carried_out(
        form,
        lambda: actions.match_line(line_id=line_id, choice=choice, version=version, actor=request.actor),
    )
    if done:
        messages.success(request, _("Wpłata jest zaksięgowana na wybrane należności."))
    return done


@guarded(Verb.CORRECT_LEDGER)
def undo_bank_match(request: Request, line_id: UUID) -> HttpResponse:
    """Take a match back with a reason."""
    line = queries.line_for(request.actor, line_id)
    if request.method != "POST":
        return redirect("desk:bank_line", line_id)
    form = UndoMatchForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.undo_match(
            line_id=line_id,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            actor=request.actor,
        ),
    ):
        messages.success(
            request, _("Dopasowanie jest cofnięte, a wpłata czeka na wyjaśnienie. Historia zostaje.")
        )
        return redirect("desk:bank_line", line_id)
    return _page(request, line, undo=form)


@guarded(Verb.BOOK_PAYMENT)
def leave_bank_line(request: Request, line_id: UUID) -> HttpResponse:
    """Set a line aside: its money is for none of the portal's dues."""
    line = queries.line_for(request.actor, line_id)
    if request.method != "POST":
        return redirect("desk:bank_line", line_id)
    form = LeaveLineForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.leave_line(
            line_id=line_id,
            note=form.cleaned_data["note"],
            version=form.cleaned_data["version"],
            actor=request.actor,
        ),
    ):
        messages.success(request, _("Wpłata jest odłożona jako należąca do innych spraw urzędu."))
        return redirect("desk:bank_lines")
    return _page(request, line, leave=form)


@guarded(Verb.BOOK_PAYMENT)
def reopen_bank_line(request: Request, line_id: UUID) -> HttpResponse:
    """Put a line that was set aside back into the queue."""
    queries.line_for(request.actor, line_id)
    form = LineForm(request.POST)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        act_and_tell(
            request,
            lambda: actions.reopen_line(line_id=line_id, version=version, actor=request.actor),
            _("Wpłata wróciła do wyjaśnienia."),
        )
    return redirect("desk:bank_line", line_id)


def _confirm(request: Request, line: Any, form: MatchDuesForm, split: Any) -> HttpResponse:
    context = {
        "line": line,
        "due_ids": [str(one) for one in form.cleaned_data["due"]],
        "form": form,
        "seen": fingerprint(split),
        "preview": explained(request, split),
        "crumbs": _crumbs(line, _("Dokąd trafią pieniądze")),
    }
    return render(request, "desk/bank_line_confirm.html", context)


def _page(request: Request, line: Any, **bound: Any) -> HttpResponse:
    initial = {"version": line.version}
    forms = {
        "dues": MatchDuesForm(initial=initial),
        "undo": UndoMatchForm(initial=initial),
        "leave": LeaveLineForm(initial=initial),
        "plain": LineForm(initial=initial),
    } | bound
    is_open = line.state == "to_clarify"
    search = request.POST.get("szukaj", "")[:100]
    chosen = {str(value) for value in forms["dues"]["due"].value() or ()}
    rows = suggested_dues(request.actor, line, search) if is_open else []
    refused = [form for form in bound.values() if form.errors]
    context = {
        "line": line,
        **line_kind(line),
        "why": word(WHY, line.why) if line.why else "",
        "to_do": word(WHAT_TO_DO, line.why) if line.why else "",
        "trouble": _trouble(line),
        "is_open": is_open,
        "search": search,
        "due_rows": [{"due": one, "checked": str(one.id) in chosen} for one in rows],
        "suggested": [
            {"one": one, "words": word(TARGETS, one.target)}
            for one in (suggestions(request.actor, line) if is_open else [])
        ],
        "matches": _matches(request, line),
        "can_undo": line.state == "matched" and can(request.actor, Verb.CORRECT_LEDGER),
        "forms": forms,
        "refused": refused[0] if refused else None,
        "history": acts_on(line),
        "crumbs": _crumbs(line, _("Wpłata")),
    }
    return draw(request, "desk/bank_line.html", context, *refused)


def _matches(request: Request, line: Any) -> list[dict[str, Any]]:
    found = list(queries.matches_of(line))
    names = names_of({ref for one in found for ref in (one.made_by, one.undone_by) if ref})
    ids = [one.payment_id for one in found if one.payment_id]
    mine = set(payments_seen(request.actor).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        {
            "match": one,
            "made_by": names.get(one.made_by, _("program")),
            "undone_by": names.get(one.undone_by, ""),
            **place_of(one, one.payment_id in mine),
        }
        for one in found
    ]


def _trouble(line: Any) -> str:
    """Why the booking of a recognised line was refused, or what its file contradicts, in a sentence."""
    if not line.why_code or (line.why != "refused" and line.why_code != CONTRADICTS):
        return ""
    return sentence(SkarbnikError(line.why_code))


def _crumbs(line: Any, label: str) -> list[dict[str, str]]:
    file = line.statement.file
    if line.state == "to_clarify":
        return trail((_("Wpłaty do wyjaśnienia"), "bank_lines"), label)
    name = file.file_name or _("plik")
    return trail((_("Wyciągi bankowe"), "statements"), (name, "statement_file", file.public_id), label)
