"""`{% entry_url surface "safety" %}`: a page of entering on the surface that is drawn."""

from django import template

from frontend.entry.surfaces import Surface

register = template.Library()


@register.simple_tag
def entry_url(surface: Surface, name: str, *args: object) -> str:
    """Address of the page."""
    return surface.url(name, *args)
