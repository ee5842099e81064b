"""Audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only record of who did what, in the public schema and in every gmina."""

    name = "kernel.audit"
    label = "audit"
    verbose_name = "Dziennik zdarzeń"
