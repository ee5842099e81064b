"""The database clusters: how many gminas live in each, which of them takes new ones, and gminas on their way."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.forms.clusters import ClusterForm
from frontend.console.wording import MOVES
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.users.domain import Verb
from tenants.directory import placement


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def clusters(request: Request) -> HttpResponse:
    """All clusters of the settings, and the moves that are under way or wait for a decision."""
    moves = [(row, MOVES[row.state]) for row in placement.unfinished_moves()]
    return render(request, "console/clusters.html", {"clusters": placement.clusters(), "moves": moves})


@guarded(Verb.OPERATE_PLATFORM)
def change_cluster(request: Request, name: str) -> HttpResponse:
    """Say whether the cluster takes new gminas. Raises NotFound("cluster.unknown")."""
    cluster = next((one for one in placement.clusters() if one.name == name), None)
    if cluster is None:
        raise NotFound("cluster.unknown")
    known = {"accepts_new": cluster.accepts_new, "note": cluster.note}
    form = ClusterForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        placement.set_cluster(name, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("Zmiana jest zapisana. Działa od razu."))
        return redirect("console:clusters")
    context = {"form": form, "cluster": cluster}
    return render(request, "console/cluster_form.html", context, status=422 if form.errors else 200)
