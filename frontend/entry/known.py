"""A browser that has signed in before keeps a mark, so that a stranger's guesses cannot lock its owner out (T-33).

Guesses at an account are counted together for all unknown browsers. One that bears the account's mark has a count of its
own: somebody who uses up the tries of the unknown ones stops the owner nowhere where she has been before. The mark is random
characters and a signature; it opens nothing and says nothing of a person (OWASP: device cookies).
"""

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from frontend.entry.surfaces import cookie_name
from kernel import tenancy

DAYS: Final = 180


def mark(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Leave the mark after a sign-in, the same one for as long as it is good."""
    name = _name(user.kind)
    nonce = _nonce(request.COOKIES.get(name, ""), user) or secrets.token_urlsafe(18)
    response.set_cookie(
        name,
        f"{nonce}.{_signature(nonce, user)}",
        max_age=DAYS * 24 * 3600,
        secure=name.startswith("__Host-"),
        httponly=True,
        samesite="Strict",
    )


def counted_as(request: HttpRequest, kind: str, email: str, user: Any) -> str:
    """Whose tries these are: the marked browser's own, or those of all unknown browsers at this address."""
    nonce = _nonce(request.COOKIES.get(_name(kind), ""), user) if user else ""
    return f"{kind}:browser:{nonce}" if nonce else f"{kind}:{email.strip().casefold()}"


def _name(kind: str) -> str:
    return cookie_name(f"znana-{kind}")


def _nonce(value: str, user: Any) -> str:
    nonce, _, signature = value.partition(".")
    return nonce if nonce and constant_time_compare(signature, _signature(nonce, user)) else ""


def _signature(nonce: str, user: Any) -> str:
    message = f"{tenancy.current().tenant_id}|{user.public_id}|{nonce}"
    return salted_hmac("skarbnik.entry.known", message, algorithm="sha256").hexdigest()
