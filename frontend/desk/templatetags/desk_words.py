"""Words of the desk for letters to the office."""

from django import template

from frontend.desk.discrepancies import KINDS

register = template.Library()


@register.filter
def discrepancy_title(kind: str) -> str:
    """What does not agree, by its kind."""
    return str(KINDS[kind].title)
