"""Typed readers of the environment. Every secret may also come from a file named by `<NAME>_FILE`."""

from typing import Any

from environ import FileAwareEnv


class Env(FileAwareEnv):  # type: ignore[misc]
    """django-environ's reader; the newline that editors and kubectl leave at the end of a file is no part of a secret."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Read one variable or its file."""
        value = super().get_value(var, *args, **kwargs)
        return value.rstrip("\r\n") if isinstance(value, str) else value


env = Env()
