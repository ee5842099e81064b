"""Append-only double entry ledger of a gmina."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Append-only double entry ledger of a gmina."""

    name = "services.ledger"
    label = "ledger"
    verbose_name = "Księga"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every restored gmina be asked whether its ledger stands as it was written."""
        from services.ledger.verification import verify
        from tenants.archive import loading

        loading.check_with(lambda: [f"ledger: {finding}" for finding in verify().findings])
