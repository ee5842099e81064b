"""Regulations: texts with nothing to find fault with, and what nobody could do to a published version."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from tenants.configuration.models import RegulationVersion
from tenants.directory import presets

NAMES = {
    "portal_name": "eKasa", "office_name": "Urząd Gminy Borki", "office_address": "ul. Próbna 1, 21-345 Borki",
    "contact_email": "urzad@borki.example", "portal_url": "https://borki.example/", "gmina_name": "Gmina Borki",
    "discrepancy_email": "podatki@borki.example", "controller_name": "Wójt Gminy Borki",
    "controller_address": "ul. Próbna 1, 21-345 Borki", "dpo_email": "iod@borki.example",
}  # fmt: skip


def complete_text() -> str:
    """The template that a gmina begins from: the review finds nothing in it."""
    return presets.template_regulation(NAMES)


def act(**changes: Any) -> dict[str, Any]:
    """Data of an act that comes into force in two weeks."""
    today = timezone.localdate()
    return {
        "act_kind": "zarządzenie", "act_number": "99", "act_issuer": "Wójt Gminy Borki", "act_on": today,
        "effective_on": today + timedelta(days=14), "bip_url": "https://bip.borki.example/99", **changes,
    }  # fmt: skip


def change_published(**values: Any) -> None:
    """Change published versions as only the owner of the database could: with the promise switched off."""
    table = RegulationVersion._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER promises")
        RegulationVersion.objects.update(**values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER promises")
