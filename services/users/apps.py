"""Accounts that can sign in, and the roles of the office's staff."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts that can sign in, and the roles of the office's staff."""

    name = "services.users"
    label = "users"
    verbose_name = "Użytkownicy"
    default_auto_field = "django.db.models.BigAutoField"
