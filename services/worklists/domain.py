"""How many saved views a person may have, and how long their names and addresses are. Pure."""

from typing import Final

MOST_VIEWS: Final = 20
"""Saved views of one person in one list: more would need a search of their own."""
LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 600
