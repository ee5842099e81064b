"""What a person has set for her or his eyes, kept in a cookie of this browser: the size of the text (S90).

The cookie is made only for who asks for it, holds one word, and stays for a year (S93): what somebody has asked for may be
kept without consent (art. 399 Prawa komunikacji elektronicznej).
"""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from frontend.entry.surfaces import cookie_name

DAYS: Final = 365
NORMAL: Final = "zwykly"
SIZES: Final[Mapping[str, tuple[object, str]]] = {
    NORMAL: (_("Zwykły"), ""),
    "duzy": (_("Większy"), "text-large"),
    "najwiekszy": (_("Największy"), "text-larger"),
}
"""Word in the cookie -> what it is called, and the class of the page."""


def chosen(request: HttpRequest) -> str:
    """The size that this browser has kept; the usual one for none and for anything else that stands there."""
    value = request.COOKIES.get(_name(), NORMAL)
    return value if value in SIZES else NORMAL


def text_class(request: HttpRequest) -> str:
    """The class for the page's root element."""
    return SIZES[chosen(request)][1]


def keep(response: HttpResponse, size: str) -> None:
    """Keep the choice; for the usual size no cookie is needed, so it goes."""
    name = _name()
    if size == NORMAL:
        response.delete_cookie(name, samesite="Lax")
        # A cookie with the host prefix is only taken back with the attributes that it was set with.
        response.cookies[name]["secure"] = name.startswith("__Host-")
        return
    response.set_cookie(
        name,
        size,
        max_age=DAYS * 24 * 3600,
        secure=name.startswith("__Host-"),
        httponly=True,
        samesite="Lax",
    )


def _name() -> str:
    return cookie_name("ustawienia")
