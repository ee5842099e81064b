"""Switches and limits of all gminas as this process knows them: no query for a check, one small question a second.

The whole of it is small (only what differs from the defaults), so it is loaded whole. A process asks for the number of the
version at most once a second and loads again when it has grown: a change is seen in every process within a second, and at
once in the process that made it. The directory of gminas listens instead (tenants.directory.remembered), because a portal
that was closed must be closed at once; a switch may wait a second, and needs no proof that a message would have come.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from kernel import tenancy
from tenants.metering.models import FlagOverride, QuotaOverride, SettingsVersion

FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Settings:
    """What differs from the defaults, by (TERYT, name)."""

    version: int
    flags: Mapping[tuple[str, str], bool]
    quotas: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class _Held:
    settings: Settings
    asked_at: float


_held: list[_Held] = []


def settings() -> Settings:
    """What is in force, at most a second old."""
    now = time.monotonic()
    held = _held[0] if _held else None
    if held and now - held.asked_at < FRESH_SECONDS:
        return held.settings
    with tenancy.public():
        # The number first: what changes while the rest is read is loaded again a second later.
        version = SettingsVersion.objects.values_list("number", flat=True).get()
        fresh = held.settings if held and held.settings.version == version else _load(version)
    _held[:] = [_Held(fresh, now)]
    return fresh


def forget() -> None:
    """Ask again at the next check: the process that has just changed something sees it at once."""
    _held.clear()


def _load(version: int) -> Settings:
    flags = FlagOverride.objects.values_list("tenant__teryt", "name", "is_on")
    quotas = QuotaOverride.objects.values_list("tenant__teryt", "name", "most")
    return Settings(
        version,
        {(teryt, name): is_on for teryt, name, is_on in flags},
        {(teryt, name): most for teryt, name, most in quotas},
    )
