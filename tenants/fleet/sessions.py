"""Connections of the fleet runner: the application's own login, which has no rights before it takes a gmina's role."""

from typing import Any

import psycopg
from django.db import connections

from kernel import tenancy
from kernel.postgresql import clusters

Session = psycopg.Connection[Any]


def open_session(shard: str = tenancy.MAIN_SHARD) -> Session:
    """A connection to the cluster beside Django's, in autocommit: it belongs to no thread and takes no scope by itself.

    It sees nobody's data until a statement takes a role (SET LOCAL ROLE). Raises psycopg.OperationalError.
    """
    place = connections.settings[clusters.alias_of(shard)]
    return psycopg.connect(
        host=place["HOST"],
        port=place["PORT"] or None,
        dbname=place["NAME"],
        user=place["USER"],
        password=place["PASSWORD"],
        application_name="skarbnik fleet",
        connect_timeout=10,
        autocommit=True,
    )
