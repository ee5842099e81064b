"""Audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only record of who did what, in the public schema and in every gmina."""

    name = "kernel.audit"
    label = "audit"
    verbose_name = "Dziennik zdarzeń"

    def ready(self) -> None:
        """Let every task be watched."""
        from kernel import tasks
        from kernel.audit import attempts

        tasks.watch_with(attempts.background)
