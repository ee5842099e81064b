"""Signing in with an e-mail address and a password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from services.users.models import User, UserKind
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import ways_in


class EmailBackend(ModelBackend):
    """Finds the account by kind and e-mail address; an unknown address costs as much time as a wrong password.

    Where a gmina's residents come in by login.gov.pl only, no password of theirs opens anything (D33).
    """

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, email: str = "", password: str = "", kind: str = "", **kwargs: Any
    ) -> User | None:
        """The account whose password this is, or None. Inactive accounts never sign in."""
        user = User.objects.find(email, kind)
        if user is None or (kind == UserKind.RESIDENT and WayIn.LOCAL_ACCOUNT not in ways_in()):
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
