"""Kalkulator odsetek: public, without a trace of who asked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.guards import Request, public
from frontend.pages.calculator import CalculatorForm, refuse
from frontend.resident.wording import explanations, period_rows
from kernel.errors import InvalidInput
from kernel.money import round_to_grosz
from services.liabilities.calculator import Calculation, calculate_interest


@public
@require_safe
def calculator(request: Request) -> HttpResponse:
    """Interest on any amount; the address holds all that was asked, so that it can be passed on."""
    form = CalculatorForm(timezone.localdate(), request.GET if "kwota" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            found = calculate_interest(**form.question)
        except InvalidInput as error:
            refuse(form, error)
        else:
            context |= _answer(found)
            context["address"] = request.build_absolute_uri(f"{request.path}?{form.address}")
    return render(request, "pages/calculator.html", context, status=422 if form.errors else 200)


def _answer(found: Calculation) -> dict[str, Any]:
    return {
        "found": found,
        "periods": period_rows(found.interest),
        "explanations": explanations(found.interest),
        "exact_gr": round_to_grosz(found.interest.exact),
        "sum_gr": found.interest.principal_gr + found.interest.total_gr,
    }
