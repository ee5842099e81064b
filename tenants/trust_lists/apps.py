"""Copies of the trusted list by which signatures of residents are verified, shared by all gminas."""

from django.apps import AppConfig


class TrustListsConfig(AppConfig):
    """Copies of the trusted list by which signatures of residents are verified, shared by all gminas."""

    name = "tenants.trust_lists"
    label = "trust_lists"
    verbose_name = "Zaufane listy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `check` know our rules."""
        from tenants.trust_lists import checks  # noqa: F401
