"""A deployment with nothing to do, found out without the applications: their models take longer to load than all else.

Two halves make it certain. What this code wants of every schema was found by a whole run of the very same files, and is kept
under their digest (`CodeSignature`). What the schemas have is read from themselves, in every cluster, now. Where either half
is not there, or anything is out of the ordinary, this module answers nothing and the whole run looks.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings

from kernel import tenancy
from tenants.directory.domain_states import READ_ONLY, State
from tenants.fleet.reading import read_signatures
from tenants.fleet.report import Report
from tenants.fleet.sessions import Session, open_session

PACKAGES = ("kernel", "tenants")
"""Beside the applications: fields, and how schemas are recorded."""
SETTINGS = ("INSTALLED_APPS", "TENANT_APPS", "AUTH_USER_MODEL", "MIGRATION_MODULES")

TAKE = f'SET LOCAL ROLE "{tenancy.PUBLIC_ROLE}"; SET LOCAL search_path = "{tenancy.PUBLIC_SCHEMA}"'.encode()
KNOWN = """
    SELECT signature, recordings, EXISTS (SELECT FROM rates_ratesconfirmation)
      FROM fleet_codesignature WHERE digest = %s
"""
GMINAS = "SELECT schema_name, shard, state FROM directory_tenant WHERE state <> %s"
RECORDED = "SELECT key FROM schema_recording WHERE key = ANY(%s)"

Row = tuple[Any, ...]


@cache
def digest_of_code() -> str:
    """SHA-256 over all that decides which migrations there are and what they make: the process keeps what it found first."""
    return fresh_digest()


def fresh_digest() -> str:
    """The same, read anew; "" where an application does not lie in a folder."""
    digest = hashlib.sha256(django.get_version().encode())
    for name in SETTINGS:
        digest.update(f"\0{name} {getattr(settings, name, None)!r}".encode())
    elsewhere = [module for module in settings.MIGRATION_MODULES.values() if module]
    for package in sorted({*PACKAGES, *settings.INSTALLED_APPS, *elsewhere}):
        folder = _folder(package)
        if folder is None:
            return ""
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"\0{package} {file.relative_to(folder)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _folder(package: str) -> Path | None:
    """Where a package lies; only the outermost is asked of Python, because it would import those around an inner one."""
    root, *inner = package.split(".")
    spec = find_spec(root)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place).joinpath(*inner)
        if folder.is_dir():
            return folder
    return None


def nothing_to_do() -> Report | None:
    """The report of a run that would change nothing, or None where only a whole run can tell."""
    digest = digest_of_code()
    try:
        return _look(digest) if digest else None
    except (psycopg.Error, OSError):
        return None


def _look(digest: str) -> Report | None:
    report = Report()
    with open_session() as main:
        known = _ask(main, KNOWN, [digest])
        if not known or not known[0][2]:
            return None
        signature, recordings, _ = known[0]
        gminas = _ask(main, GMINAS, [State.CLOSED])
        for shard in (tenancy.MAIN_SHARD, *settings.DATABASE_CLUSTERS):
            own = [schema for schema, place, _ in gminas if place == shard]
            if not _is_current(main, shard, own, signature, recordings):
                return None
            report.total += len(own)
    if report.total != len(gminas) or any(state == State.PROVISIONING for _, _, state in gminas):
        return None
    report.current = report.total
    report.suspended = sum(state in READ_ONLY for _, _, state in gminas)
    return report


def _is_current(
    main: Session, shard: str, schemas: list[str], signature: str, recordings: Mapping[str, str]
) -> bool:
    """Whether every schema of a cluster has exactly the code's migrations, and new ones can be made of a recording."""
    places = [(schema, schema) for schema in schemas]
    if shard == tenancy.MAIN_SHARD:
        places.append((tenancy.PUBLIC_SCHEMA, tenancy.PUBLIC_ROLE))
    with open_session(shard) as session:
        key = recordings.get(str(session.info.server_version // 10_000))
        found = read_signatures(session, places)
    is_equal = len(found) == len(places) and set(found.values()) <= {signature}
    return is_equal and key is not None and bool(_ask(main, RECORDED, [[key]]))


def _ask(session: Session, query: str, values: list[Any]) -> list[Row]:
    """Rows of the platform's own tables."""
    with session.transaction(force_rollback=True):
        session.execute(TAKE)
        return session.execute(query.encode(), values).fetchall()
