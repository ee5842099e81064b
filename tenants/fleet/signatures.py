"""The migrations of the code, and what a schema lacks of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from tenants.fleet.reading import Key


def signature_of(keys: Iterable[Key]) -> str:
    """What the database computes of these migrations."""
    names = sorted(f"{app}.{name}" for app, name in keys)
    return hashlib.md5(",".join(names).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Code:
    """The migrations of the code that runs."""

    migrations: dict[Key, Migration]

    @cached_property
    def signature(self) -> str:
        """Signature of a schema that has recorded exactly the code's migrations."""
        return signature_of(self.migrations)

    def pending(self, applied: frozenset[Key]) -> frozenset[Key]:
        """What a schema with these records lacks; what a recorded squash replaces is not lacking."""
        replaced = {
            key for squash in applied & self.migrations.keys() for key in self.migrations[squash].replaces
        }
        return frozenset(self.migrations.keys() - applied - replaced)


def load_code() -> Code:
    """Read the migrations of all applications from their files; no database is asked."""
    return Code(dict(MigrationLoader(None).disk_migrations))
