"""Closing a gmina's portal with a reason, and opening it again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.console.forms.states import SuspensionForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from kernel.errors import Conflict
from services.users.domain import Verb
from tenants.directory import actions


@guarded(Verb.OPERATE_PLATFORM)
def suspend(request: Request, teryt: str) -> HttpResponse:
    """Ask for the reason that residents will read, and for a confirmation; then close the portal."""
    row = tenant_row(teryt)
    form = SuspensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.suspend_tenant(teryt, reason=form.cleaned_data["reason"], actor=request.actor)
        except Conflict as error:
            show_on(form, error)
        else:
            messages.success(request, _("Portal jest zawieszony. Mieszkańcy widzą podany powód."))
            return redirect("console:tenant", teryt)
    context = {"form": form, "gmina": Shown(row), "row": row}
    return render(request, "console/suspend.html", context, status=422 if form.errors else 200)


@guarded(Verb.OPERATE_PLATFORM)
def resume(request: Request, teryt: str) -> HttpResponse:
    """Show the reason of the suspension and, on confirmation, open the portal again."""
    row = tenant_row(teryt)
    if request.method == "POST":
        try:
            actions.resume_tenant(teryt, actor=request.actor)
            messages.success(request, _("Portal działa."))
        except Conflict as error:
            messages.error(request, sentence(error))
        return redirect("console:tenant", teryt)
    return render(request, "console/resume.html", {"gmina": Shown(row), "row": row})
