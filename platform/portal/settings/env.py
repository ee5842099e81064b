"""Typed readers of the environment. Every secret may also come from a file named by `<NAME>_FILE`."""

from environ import FileAwareEnv

env = FileAwareEnv()
