"""`{% load ui %}`: all tags of the design system. README.md lists them, the gallery shows them."""

from django import template

from frontend.components.tags import charts, forms, page, showing, values

register = template.Library()

for _library in (values, page, showing, charts, forms):
    register.tags.update(_library.register.tags)
    register.filters.update(_library.register.filters)
