"""Signing in with an e-mail address and a password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from services.users.models import User


class EmailBackend(ModelBackend):
    """Finds the account by kind and e-mail address; an unknown address costs as much time as a wrong password."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, email: str = "", password: str = "", kind: str = "", **kwargs: Any
    ) -> User | None:
        """The account whose password this is, or None. Inactive accounts never sign in."""
        user = User.objects.find(email, kind)
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
