"""The view: the groups of a gmina as JSON, by one statement or by five."""

from django.contrib.auth.models import Group
from django.http import HttpRequest, JsonResponse
from django.urls import path


def groups(request: HttpRequest, statements: int) -> JsonResponse:
    """Twenty rows, so often."""
    rows = [list(Group.objects.order_by("id").values("id", "name")) for _ in range(statements)]
    return JsonResponse({"rows": rows[-1]})


urlpatterns = [path("<int:statements>/", groups)]
