"""The ledger is tested on real commits, too."""

from tests.kernel.conftest import own_borki, own_dabrowa, own_database

__all__ = ["own_borki", "own_dabrowa", "own_database"]
