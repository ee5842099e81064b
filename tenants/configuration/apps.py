"""What a gmina has configured: office, regulation, liability types, rules, operator, tariff."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """What a gmina has configured: office, regulation, liability types, rules, operator, tariff."""

    name = "tenants.configuration"
    label = "configuration"
    verbose_name = "Ustawienia gminy"
    default_auto_field = "django.db.models.BigAutoField"
