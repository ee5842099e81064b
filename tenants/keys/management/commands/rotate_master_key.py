"""`skarbnik rotate_master_key`: wrap the keysets of all gminas by the new MASTER_KEY. See docs/privacy.md for the order."""

from typing import Any

import tink
from django.core.management.base import BaseCommand, CommandError

from kernel.actors import system
from tenants.keys.master import platform_keys, rewrap_all

ACTOR = system("command rotate_master_key")


class Command(BaseCommand):
    """MASTER_KEY is the new key, MASTER_KEY_PREVIOUS the old one, in this process and in all others."""

    help = "Wrap every gmina's keys by the new master key, and print PLATFORM_KEYS wrapped by it. Safe to repeat."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Wrap anew. Raises CommandError when keysets open with neither key: then nothing may be thrown away."""
        changed = lost = total = 0
        for one in rewrap_all(actor=ACTOR):
            total, changed, lost = total + 1, changed + one.is_changed, lost + one.is_lost
            if one.is_lost:
                self.stderr.write(
                    f"{one.teryt}: its keys open neither with MASTER_KEY nor with MASTER_KEY_PREVIOUS"
                )
        self.stdout.write(f"{changed} of {total} gminas wrapped anew, {total - changed - lost} were already")
        try:
            self.stdout.write(f"PLATFORM_KEYS={platform_keys()}")
        except tink.TinkError as error:
            raise CommandError(
                "PLATFORM_KEYS open neither with MASTER_KEY nor with MASTER_KEY_PREVIOUS"
            ) from error
        if lost:
            raise CommandError(f"{lost} gminas have keys that do not open: keep the old master key")
