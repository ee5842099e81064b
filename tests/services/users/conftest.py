"""Founding gminas really commits: each of these tests has a database of its own."""

from tests.frontend.console.conftest import filled_in, own_operator
from tests.kernel.conftest import own_borki, own_dabrowa, own_database

__all__ = ["filled_in", "own_borki", "own_dabrowa", "own_database", "own_operator"]
