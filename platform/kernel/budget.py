"""Time that a piece of work may take before it should leave the rest for later.

Nothing is interrupted: work that goes over many things asks between them whether its time is up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Budget:
    """Seconds given to a block, and whether the work in it was told that they are over."""

    ends_at: float
    was_too_short: bool = False


_budget: ContextVar[Budget | None] = ContextVar("skarbnik_budget", default=None)


@contextmanager
def budget(seconds: float) -> Iterator[Budget]:
    """Give the block this much time; afterwards the result says whether it asked too late."""
    given = Budget(time.monotonic() + seconds)
    token = _budget.set(given)
    try:
        yield given
    finally:
        _budget.reset(token)


def is_time_up() -> bool:
    """Whether the running work should stop after what it has done; never outside a budget."""
    given = _budget.get()
    if given is None or time.monotonic() < given.ends_at:
        return False
    given.was_too_short = True
    return True
