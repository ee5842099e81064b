"""More than one database cluster behind the one alias `default`.

A gmina's scope names the cluster that holds its schema. `django.db.connections["default"]` is the connection to that
cluster, so that `atomic()`, the ORM, migrations and third-party apps need no `using=` and cannot forget it. The platform's
own schema is in the main cluster, always; so is whatever runs outside any scope (and gets no cursor there).

What was one transaction in one cluster is two in two: code that opens the platform's schema inside a gmina's transaction
commits there by itself.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler, load_backend

from kernel import tenancy

_find_shard: list[Callable[[str], str | None]] = []


class ClusterHandler(ConnectionHandler):
    """Django's connections, with `default` answering for the cluster of the current scope."""

    def __getitem__(self, alias: str) -> Any:
        """The connection of this thread."""
        if alias != DEFAULT_DB_ALIAS:
            return super().__getitem__(alias)
        scope = tenancy.current_or_none()
        return super().__getitem__(alias_of(scope.shard) if scope else DEFAULT_DB_ALIAS)

    def all(self, initialized_only: bool = False) -> list[Any]:
        """Each cluster's own connection, whatever scope is open: they are closed and checked at the end of a request."""
        aliases = [alias for alias in self if not initialized_only or hasattr(self._connections, alias)]  # type: ignore[attr-defined]
        return [super(ClusterHandler, self).__getitem__(alias) for alias in aliases]

    def create_connection(self, alias: str) -> Any:
        """A cluster's connection calls itself `default` too: whoever asks for it again by that name gets it in its scope."""
        if alias == DEFAULT_DB_ALIAS:
            return super().create_connection(alias)
        place = self.settings[alias]
        made = load_backend(place["ENGINE"]).DatabaseWrapper(place, DEFAULT_DB_ALIAS)
        made.shard = alias
        return made


def install() -> None:
    """Let Django's connections answer by scope; once, when the program starts."""
    connections.__class__ = ClusterHandler


def find_shards_with(finder: Callable[[str], str | None]) -> None:
    """Register who knows in which cluster a schema is served (the tenant directory); None for one that is no gmina's."""
    _find_shard[:] = [finder]


def shard_of(schema_name: str) -> str:
    """The cluster in which this schema is served; of one that the directory does not know, the main one."""
    return next((found for find in _find_shard if (found := find(schema_name))), tenancy.MAIN_SHARD)


def names() -> list[str]:
    """All clusters that this deployment knows, the main one first."""
    return [tenancy.MAIN_SHARD, *settings.DATABASE_CLUSTERS]


def alias_of(shard: str) -> str:
    """Django's alias of a cluster. Raises ImproperlyConfigured for one that the settings do not name."""
    if shard == tenancy.MAIN_SHARD:
        return DEFAULT_DB_ALIAS
    _place(shard)
    return shard


def provisioning_url(shard: str) -> str:
    """Where schemas and roles of the cluster are made. Raises ImproperlyConfigured as alias_of does."""
    if shard == tenancy.MAIN_SHARD:
        return str(settings.PROVISIONING_DATABASE_URL)
    return str(_place(shard)["provisioning_url"])


def _place(shard: str) -> dict[str, str]:
    try:
        place: dict[str, str] = settings.DATABASE_CLUSTERS[shard]
    except KeyError:
        raise ImproperlyConfigured(f"DATABASE_CLUSTERS names no cluster {shard!r}") from None
    return place
