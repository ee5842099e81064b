"""Okienko: a clerk acts for somebody who stands at the counter, and everything done there is written down (C4)."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Okienko: a clerk acts for somebody who stands at the counter, and everything done there is written down (C4)."""

    name = "services.counter"
    label = "counter"
    verbose_name = "Okienko"
    default_auto_field = "django.db.models.BigAutoField"
