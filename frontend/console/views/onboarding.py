"""A new gmina: one form, then a page that follows the work until the portal is open."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.forms.fleet_jobs import RemovalForm
from frontend.console.forms.onboarding import NewTenantForm
from frontend.console.showing import Shown, setup_steps
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from kernel.errors import Conflict, SkarbnikError
from kernel.tasks import enqueue
from services.users.domain import Verb
from tenants.archive.removal import remove_unfinished
from tenants.directory.actions import register_tenant
from tenants.directory.addresses import claim_domain

SECONDS = 3


@guarded(Verb.OPERATE_PLATFORM)
def new_tenant(request: Request) -> HttpResponse:
    """Register a gmina and ask for its setting up; the sweep asks again if the broker is away."""
    form = NewTenantForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            row = register_tenant(**form.registration(), setup=form.setup(), actor=request.actor)
        except SkarbnikError as error:
            show_on(form, error)
        else:
            _claim(request, row.teryt, form.cleaned_data["own_domain"])
            enqueue("users.onboard_gmina", row.teryt)
            return redirect("console:setup_progress", row.teryt)
    return render(request, "console/new_tenant.html", {"form": form}, status=422 if form.errors else 200)


def _claim(request: Request, teryt: str, domain: str) -> None:
    """The gmina is registered whatever becomes of its own domain: that can be mended on the page of its addresses."""
    if domain:
        try:
            claim_domain(teryt, domain, actor=request.actor)
        except Conflict as error:
            messages.warning(request, sentence(error))


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def progress(request: Request, teryt: str) -> HttpResponse:
    """How far the setting up has got. The page loads itself anew until the portal is open, unless told to stand still."""
    row = tenant_row(teryt)
    is_open = row.state != "provisioning"
    refreshes = not is_open and "bez-odswiezania" not in request.GET
    context = {"gmina": Shown(row), "steps": setup_steps(row), "is_open": is_open, "refreshes": refreshes}
    response = render(request, "console/setup_progress.html", context)
    if refreshes:
        response["Refresh"] = str(SECONDS)
    return response


@guarded(Verb.OPERATE_PLATFORM)
def remove(request: Request, teryt: str) -> HttpResponse:
    """Take back a gmina that never came into being, once its name was typed again."""
    row = tenant_row(teryt)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_unfinished(teryt, name=form.cleaned_data["name"], actor=request.actor)
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(request, _("Gmina jest usunięta. Można ją założyć od nowa."))
            return redirect("console:start")
    context = {"form": form, "gmina": Shown(row), "row": row}
    return render(request, "console/removal.html", context, status=422 if form.errors else 200)
