"""The platform's price lists: all of them, and adding the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.forms.usage import PricesForm
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.errors import SkarbnikError
from services.users.domain import Verb
from tenants.metering import actions, queries
from tenants.metering.document import WORDS, percent
from tenants.metering.domain import Charge


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def prices(request: Request) -> HttpResponse:
    """All price lists, newest first; none of them can be changed."""
    lists = [
        {
            "row": one,
            "vat": "" if one.vat_bp is None else percent(one.vat_bp),
            "items": [{"row": item, "words": WORDS[Charge(item.charge)]} for item in one.items.all()],
        }
        for one in queries.price_lists()
    ]
    return render(request, "console/prices.html", {"lists": lists})


@guarded(Verb.OPERATE_PLATFORM)
def new_prices(request: Request) -> HttpResponse:
    """Add the price list that follows."""
    form = PricesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        messages.success(request, _("Cennik jest dodany."))
        return redirect("console:prices")
    return render(request, "console/prices_form.html", {"form": form}, status=422 if form.errors else 200)


def _added(request: Request, form: PricesForm) -> bool:
    try:
        actions.add_price_list(
            valid_from=form.cleaned_data["valid_from"],
            vat_bp=form.cleaned_data["vat"],
            prices=form.prices(),
            today=timezone.localdate(),
            actor=request.actor,
        )
    except SkarbnikError as error:
        show_on(form, error)
        return False
    return True
