"""A veil over encrypted columns: while it is drawn, nothing that a gmina has encrypted can be read in this request.

Whoever looks at a gmina for its support gets dots in place of every name, number and address, whatever page is asked for;
what a page forgets to mask is hidden all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

HIDDEN: Final = "••••"
"""What stands in place of a hidden text."""

_drawn: ContextVar[bool] = ContextVar("skarbnik_veil", default=False)


@contextmanager
def drawn() -> Iterator[None]:
    """Hide every encrypted value for the length of the block."""
    token = _drawn.set(True)
    try:
        yield
    finally:
        _drawn.reset(token)


def is_drawn() -> bool:
    """Whether encrypted values are hidden now."""
    return _drawn.get()
