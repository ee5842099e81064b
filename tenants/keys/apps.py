"""Changing the keys under which gminas' personal data stand: of one gmina, and the master key over all of them."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Changing the keys under which gminas' personal data stand: of one gmina, and the master key over all of them."""

    name = "tenants.keys"
    label = "keys"
    verbose_name = "Klucze gmin"
    default_auto_field = "django.db.models.BigAutoField"
