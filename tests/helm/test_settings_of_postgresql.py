"""PostgreSQL is the customer's: what it must be told stands where an installation is read about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.embedded.postgres import SETTINGS
from tests.helm.rendering import CHART, ROOT

NEEDED = (
    "max_locks_per_transaction",
    "recovery_init_sync_method",
    "log_min_error_statement",
    "log_error_verbosity",
)
PAGES = (CHART / "README.md", CHART / "templates" / "NOTES.txt", ROOT / "docs" / "production.md")


def words(page: Path) -> str:
    return re.sub(r"[`\s]+", " ", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("name", NEEDED)
def test_every_page_about_installing_names_it_with_our_value(page: Path, name: str) -> None:
    value = re.escape(SETTINGS[name])
    assert re.search(rf"{name} ?(?:(?:=|>=|of) ?)?{value}", words(page))


def test_the_log_of_a_refused_statement_shows_no_values() -> None:
    """payments.md 2.2 and 11, bug 24: a log carries no account number."""
    assert (SETTINGS["log_min_error_statement"], SETTINGS["log_error_verbosity"]) == ("panic", "terse")
