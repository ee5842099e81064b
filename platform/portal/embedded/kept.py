"""Secrets of an embedded installation: made once, kept in files that only their owner reads."""

import os
from collections.abc import Callable
from pathlib import Path


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; `make` fills it the first time. A run that is killed leaves a whole file or none."""
    if not path.exists():
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        with new.open("w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return path.read_text()
