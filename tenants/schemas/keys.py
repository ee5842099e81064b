"""By what a recorded schema is known: a hash over everything that decides what the migrations make."""

import hashlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

FORMAT = 2
"""Raise it when recording itself changes, so that older recordings are not used."""


@cache
def migration_key(server_major: int) -> str:
    """Hash of the migrations' names and sources, of the permissions that come after them, and of who replays them.

    The process keeps it: the code of a running process does not change.
    """
    digest = hashlib.sha256()
    for part in _parts(server_major):
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def _parts(server_major: int) -> Iterator[bytes]:
    yield f"{FORMAT} {server_major} {django.get_version()} {settings.AUTH_USER_MODEL}".encode()
    for name in settings.TENANT_APPS:
        yield name.encode()
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        source = inspect.getsourcefile(type(migration))
        yield f"{app}.{name}".encode()
        yield Path(source).read_bytes() if source else b""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        permissions = (*meta.default_permissions, *meta.permissions)
        yield f"{meta.label_lower} {meta.verbose_name_raw} {meta.managed} {permissions}".encode()
