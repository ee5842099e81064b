"""Addresses of a gmina: the platform's sub-domain and its own domains, which must be shown to be its own first."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.console.forms.domains import ClaimForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.console.wording import CERTIFICATE_PROBLEMS, DOMAIN_PROBLEMS
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from kernel.errors import Conflict, SkarbnikError
from services.users.domain import Verb
from tenants.directory import addresses


@guarded(Verb.OPERATE_PLATFORM)
def domains(request: Request, teryt: str) -> HttpResponse:
    """The addresses, and the acts on them: claim, verify, make primary, remove."""
    row = tenant_row(teryt)
    act = request.POST.get("zrob", "") if request.method == "POST" else ""
    form = ClaimForm(request.POST if act == "zglos" else None)
    if act == "zglos":
        if form.is_valid() and _claimed(request, teryt, form):
            messages.success(request, _("Domena jest zgłoszona. Teraz gmina pokazuje, że należy do niej."))
            return redirect("console:domains", teryt)
    elif act:
        _act(request, teryt, act)
        return redirect("console:domains", teryt)
    context = {
        "gmina": Shown(row),
        "row": row,
        "form": form,
        "addresses": [_address(domain) for domain in row.domains.order_by("-is_primary", "domain")],
        "claims": [_claim(claim) for claim in row.domain_claims.filter(verified_at=None)],
        "target": row.domains.filter(domain__endswith=f".{settings.SKARBNIK_DOMAIN}").first(),
        "file_path": addresses.FILE_PATH,
    }
    return render(request, "console/domains.html", context, status=422 if form.errors else 200)


def _claimed(request: Request, teryt: str, form: ClaimForm) -> bool:
    try:
        addresses.claim_domain(teryt, form.cleaned_data["domain"], actor=request.actor)
    except SkarbnikError as error:
        show_on(form, error)
        return False
    return True


def _act(request: Request, teryt: str, act: str) -> None:
    domain = request.POST.get("domena", "")
    try:
        if act == "sprawdz":
            claim = addresses.verify_claim(UUID(request.POST.get("zgloszenie", "")), actor=request.actor)
            if claim.verified_at:
                messages.success(request, _("Domena jest potwierdzona i portal już pod nią odpowiada."))
            else:
                messages.warning(request, str(DOMAIN_PROBLEMS[claim.problem]))
        elif act == "glowny":
            addresses.make_primary(teryt, domain, actor=request.actor)
            messages.success(request, _("Od teraz listy i odnośniki podają ten adres."))
        elif act == "usun":
            addresses.remove_domain(teryt, domain, actor=request.actor)
            messages.success(request, _("Adres jest usunięty."))
    except ValueError as error:
        raise Http404 from error
    except Conflict as error:
        messages.error(request, sentence(error))


def _address(domain: Any) -> dict[str, Any]:
    certificate = getattr(domain, "certificate", None)
    return {
        "domain": domain.domain,
        "is_primary": domain.is_primary,
        "is_own": not domain.domain.endswith(f".{settings.SKARBNIK_DOMAIN}"),
        "certificate": certificate,
        "problem": CERTIFICATE_PROBLEMS.get(certificate.problem, "") if certificate else "",
    }


def _claim(claim: Any) -> dict[str, Any]:
    return {
        "row": claim,
        "record": f"{addresses.RECORD_LABEL}.{claim.domain}",
        "value": f"{addresses.RECORD_PREFIX}{claim.token}",
        "problem": DOMAIN_PROBLEMS.get(claim.problem, ""),
    }
