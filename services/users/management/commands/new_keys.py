"""`skarbnik new_keys`: the two keys that a new deployment needs. They are printed and stored nowhere."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.crypto import new_master_keyset, new_platform_keys


class Command(BaseCommand):
    """Prints MASTER_KEY and PLATFORM_KEYS as lines of an environment file. Needs no database."""

    help = "Print new MASTER_KEY and PLATFORM_KEYS. Whoever loses the master key loses all personal data."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Make a master keyset and the platform's own keys under it."""
        master = new_master_keyset()
        self.stdout.write(f"MASTER_KEY={master}")
        self.stdout.write(f"PLATFORM_KEYS={new_platform_keys(master)}")
