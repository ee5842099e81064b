"""Starting what newcomers start, in folders and on ports of our own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = (
    "DATABASE_URL",
    "PROVISIONING_DATABASE_URL",
    "BROKER_URL",
    "BROKER_OPTIONS",
    "EMAIL_URL",
    "SECRET_KEY",
    "MASTER_KEY",
)
OURS += (
    "PLATFORM_KEYS",
    "DJANGO_SETTINGS_MODULE",
    "SKARBNIK_DOMAIN",
    "PORTAL_SCHEME",
    "PORTAL_PORT",
    "MAKELEVEL",
)


@pytest.fixture
def fresh_environment(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The environment of a newcomer's shell: nothing of this test session, plus what is given."""

    def make(**settings: str) -> dict[str, str]:
        left = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**left, "SKARBNIK_HOME": str(tmp_path / "home"), **settings}

    return make


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
