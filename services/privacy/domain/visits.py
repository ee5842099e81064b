"""What a visit tells: system, browser and its version, from what the browser calls itself; and counts that name nobody.
Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

OTHER: Final = "inne"

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""Marks and names; the first mark that is found counts, because browsers name their ancestors too."""

FEWEST: Final = 5
"""A group of fewer visits is not told by itself: a rare browser could be a certain person's."""


@dataclass(frozen=True)
class Client:
    """A browser in words; `version` is its first number, "" when it gave none."""

    system: str
    browser: str
    version: str


@dataclass(frozen=True)
class Share:
    """How many visits came from something; None for fewer than FEWEST together."""

    label: str
    visits: int | None
    percent: int


@dataclass(frozen=True)
class VisitReport:
    """Numbers of visits by day, by system and by browser."""

    days: tuple[tuple[date, int], ...]
    systems: tuple[Share, ...]
    browsers: tuple[Share, ...]

    @property
    def total(self) -> int:
        """All visits."""
        return sum(visits for _, visits in self.days)


def client_of(user_agent: str) -> Client:
    """Who came, as far as the header says; OTHER for what is not known."""
    browser, version = OTHER, ""
    for mark, name in BROWSERS:
        if mark in user_agent:
            found = re.search(
                rf"(?:{'Version' if name == 'Safari' else re.escape(mark)})\w*/?(\d{{1,4}})", user_agent
            )
            browser, version = name, found[1] if found else ""
            break
    system = next((name for mark, name in SYSTEMS if mark in user_agent), OTHER)
    return Client(system, browser, version)


def shares(counted: Iterable[tuple[str, int]]) -> tuple[Share, ...]:
    """Counts with their percentage, in the order given; groups below FEWEST are put together at the end, without a
    number."""
    rows = list(counted)
    whole = sum(visits for _, visits in rows) or 1
    told = [Share(label, visits, round(visits * 100 / whole)) for label, visits in rows if visits >= FEWEST]
    if len(told) < len(rows):
        told.append(Share("", None, 100 - sum(one.percent for one in told)))
    return tuple(told)
