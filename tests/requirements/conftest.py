from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def lone_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inner runs load the tracer and nothing else: not Django, not this suite's other plugins."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for a pytest that is a process of its own
