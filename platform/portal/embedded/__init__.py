"""The embedded default: everything that `make run` and the tests need, without an installed server."""
