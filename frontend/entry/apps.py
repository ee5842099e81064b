"""Signing in on all surfaces."""

from django.apps import AppConfig


class EntryConfig(AppConfig):
    """Only templates and views: the accounts are in `services.users`."""

    name = "frontend.entry"
    label = "entry"
    verbose_name = "Logowanie"
