"""Bank statements of the office: reading, matching with dues and payments, and taking a match back."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """Bank statements of the office: reading, matching with dues and payments, and taking a match back."""

    name = "services.banking"
    label = "banking"
    verbose_name = "Wyciągi bankowe"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take files of postings from the exchange folder, where those of dues come too."""
        from services.banking.folder import register

        register()
