"""Bars over every page of a gmina: a trial, only for reading, support is looking, the platform announces something."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.support import support_sentence
from kernel import tenancy
from tenants.directory.announcements import shown_in
from tenants.directory.domain_states import READ_ONLY, State


def bars(request: HttpRequest, *, staff: bool) -> list[str]:
    """Sentences for the top of the page, the most important first."""
    served = getattr(request, "served", None)
    state = served.state if served is not None else ""
    told = []
    if state in READ_ONLY:
        closed = _("Portal jest nieczynny dla mieszkańców. W panelu można teraz tylko czytać.")
        told.append(f"{closed} {served.suspended_reason}".strip())  # type: ignore[union-attr]
    if state == State.TRIAL:
        told.append(
            _("Wersja próbna: portal działa z limitami, dopóki nie zostanie uruchomiony dla wszystkich.")
            if staff
            else _("Wersja próbna portalu. Zanim zapłacisz, zapytaj urząd, czy możesz z niej korzystać.")
        )
    if staff and (watched := support_sentence(request)):
        told.append(watched)
    return [*told, *shown_in(tenancy.current_tenant_id(), staff=staff, now=timezone.now())]
