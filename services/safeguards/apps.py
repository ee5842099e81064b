"""Safeguards of the office: changes by two persons, personal data shown for a reason, support access by consent."""

from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    """Safeguards of the office: changes by two persons, personal data shown for a reason, support access by consent."""

    name = "services.safeguards"
    label = "safeguards"
    verbose_name = "Zabezpieczenia pracy urzędu"
    default_auto_field = "django.db.models.BigAutoField"
