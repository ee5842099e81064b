"""Notifications of payment operators. No session, no CSRF token, no sign-in: the signature decides."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from integrations.payments.errors import OperatorUnavailable
from integrations.payments.values import RawRequest
from kernel.errors import NotFound
from services.payments.actions import take_notification

app_name = "webhooks"

MAX_BODY = 64 * 1024


@csrf_exempt
def notify(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Take one notification and give the exact answer that the operator wants."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return HttpResponse(status=413)
    raw = RawRequest(
        method="POST",
        path=request.path,
        headers=dict(request.headers),
        body=request.body,
        client_ip=request.META.get("REMOTE_ADDR", ""),
    )
    try:
        reply = take_notification(account_id, raw)
    except NotFound:
        return HttpResponse(status=404)
    except (
        OperatorUnavailable
    ):  # what proves the signature could not be had: nothing is kept, the operator sends it again
        return HttpResponse(status=503)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)


urlpatterns = [
    path("platnosci/<uuid:account_id>/", notify, name="payment_notification"),
    # An address typed without its last slash in the operator's panel: a redirect would lose the message.
    path("platnosci/<uuid:account_id>", notify, name="payment_notification_without_slash"),
]
