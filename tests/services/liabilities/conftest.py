"""Some of these tests need several connections, or a process that is killed: they get a committed database."""

from tests.races.conftest import own

__all__ = ["own"]
