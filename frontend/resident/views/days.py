"""What is to be paid on a day to come: the statement with interest to the day that the resident chooses."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.guards import Request, guarded
from frontend.resident.acting import acting_for
from frontend.resident.forms import DayForm
from services.payments.queries import statement
from services.users.domain import Verb
from tenants.configuration.queries import office


@guarded(Verb.OWN_DUES)
@require_safe
def dues_on_day(request: Request) -> HttpResponse:
    """“Ile zapłacę 15 grudnia?”: every due with its interest to that day, to read and to print."""
    acting = acting_for(request)
    if acting.payer is None:
        return redirect("dues")
    form = DayForm(timezone.localdate(), request.GET if "dzien" in request.GET else None)
    context = {"form": form, "row": office(), "payer": acting.payer, "today": timezone.localdate()}
    if form.is_valid():
        context["statement"] = statement(acting.payer, form.cleaned_data["dzien"], acting.resident)
    return render(request, "resident/dues_on_day.html", context, status=422 if form.errors else 200)
