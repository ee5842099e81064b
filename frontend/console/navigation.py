"""The console's part of the layout's variables."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

OF_A_GMINA = (
    "tenant",
    "setup_progress",
    "remove_tenant",
    "suspend",
    "resume",
    "events",
    "readiness",
    "go_live",
    "trial_limits",
    "domains",
    "leaving",
    "quotas",
    "change_flag",
    "change_quota",
    "usage",
    "statement",
    "support",
)
LINKS = (
    ("building", "start", OF_A_GMINA),
    ("home", "overview", ()),
    ("plus", "new_tenant", ()),
    ("check", "parity", ()),
    ("settings", "fleet_jobs", ("fleet_job", "new_fleet_job")),
    ("list", "clusters", ("change_cluster",)),
    ("bell", "announcements", ("new_announcement",)),
    ("coins", "rates", ("new_rate", "correct_rate", "confirm_rates", "import_rates", "apply_rates")),
    ("shield", "trust_lists", ()),
    ("document", "statements", ()),
    ("card", "prices", ("new_prices",)),
    ("users", "operators", ("reset_operator",)),
    ("history", "audit", ()),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Navigation and who is signed in; nearly nothing before signing in."""
    home = {"home_url": reverse("console:start")}
    user = request.user
    if not user.is_authenticated:
        return home
    here = request.resolver_match.url_name if request.resolver_match else None
    labels = {
        "start": _("Gminy"),
        "overview": _("Przegląd"),
        "new_tenant": _("Nowa gmina"),
        "parity": _("Zgodność"),
        "fleet_jobs": _("Prace"),
        "clusters": _("Klastry"),
        "announcements": _("Ogłoszenia"),
        "rates": _("Stopy odsetek"),
        "trust_lists": _("Zaufana lista"),
        "statements": _("Zestawienia"),
        "prices": _("Cennik"),
        "operators": _("Operatorzy"),
        "audit": _("Dziennik"),
    }
    nav = [
        {
            "label": labels[name],
            "href": reverse(f"console:{name}"),
            "icon": icon,
            "current": here == name or here in below,
        }
        for icon, name, below in LINKS
    ]
    return {
        **home,
        "nav": nav,
        "signed_in_as": user.full_name,
        "sign_out_url": reverse("console:sign_out"),
        "account_url": reverse("console:safety"),
    }
