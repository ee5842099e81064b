"""The account's own history in words for its holder: what happened to it, and whether it was the office or oneself."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kernel.audit.recording import history

SHOWN = 20
"""Acts on the page; older ones are in the office's log and in the export of own data."""

ACTS: Mapping[str, str | Promise] = {
    "registration.submitted": _("Wysłano formularz rejestracji"),
    "registration.address_confirmed": _("Potwierdzono adres e-mail"),
    "registration.proven": _("Potwierdzono tożsamość"),
    "registration.verified": _("Sprawdzono dane"),
    "registration.authorised": _("Dopuszczono konto"),
    "resident.data_changed": _("Zmieniono dane"),
    "resident.email_change_asked": _("Poproszono o zmianę adresu e-mail"),
    "resident.email_change_dropped": _("Wycofano zmianę adresu e-mail"),
    "resident.email_changed": _("Zmieniono adres e-mail"),
    "resident.linked": _("Powiązano konto z kartoteką należności"),
    "resident.matched": _("Powiązano konto z kartoteką należności"),
    "resident.unlinked": _("Odłączono kartotekę należności"),
    "representation.granted": _("Przyznano prawo do działania w czyimś imieniu"),
    "representation.revoked": _("Cofnięto prawo do działania w czyimś imieniu"),
    "representation.given_up": _("Zrezygnowano z działania w czyimś imieniu"),
    "regulation.accepted": _("Zaakceptowano regulamin"),
    "account.blocked": _("Zablokowano konto"),
    "account.unblocked": _("Odblokowano konto"),
    "password.set": _("Ustawiono hasło"),
}
"""Acts that a resident may want to know of; the office's inner steps are not among them."""


def own_history(resident: Any) -> list[dict[str, Any]]:
    """The latest acts on the account, newest first, for `{% history %}`. Names of clerks are not told."""
    rows = history(resident, resident.user).filter(action__in=ACTS)[:SHOWN]
    return [
        {
            "title": ACTS[row.action],
            "at": row.at,
            "actor": _now("Ty") if row.actor_kind in ("resident", "anonymous") else _now("urząd"),
            "kind": "neutral",
        }
        for row in rows
    ]
