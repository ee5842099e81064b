"""Wielkość tekstu: for who reads small letters badly, on a phone above all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.guards import Request, public
from frontend.pages.appearance import SIZES, chosen, keep
from frontend.pages.forms import AppearanceForm


@public
def appearance(request: Request) -> HttpResponse:
    """Choose the size; it holds in this browser, signed in or not."""
    form = AppearanceForm(
        request.POST if request.method == "POST" else None, initial={"size": chosen(request)}
    )
    if request.method == "POST" and form.is_valid():
        size = form.cleaned_data["size"]
        response = redirect("appearance")
        keep(response, size)
        messages.success(request, _("Tekst jest teraz: %(size)s.") % {"size": str(SIZES[size][0]).lower()})
        return response
    return render(request, "pages/appearance.html", {"form": form}, status=422 if form.errors else 200)
