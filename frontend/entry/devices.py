"""What a browser calls itself, in words that its owner recognises. Never used to decide anything."""

from django.utils.translation import gettext as _

from services.privacy.domain.visits import OTHER, client_of


def device_name(user_agent: str) -> str:
    """“Firefox, Windows”, from the User-Agent header."""
    found = client_of(user_agent)
    return ", ".join(part for part in (found.browser, found.system) if part != OTHER) or _(
        "Nieznana przeglądarka"
    )
