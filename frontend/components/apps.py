"""The design system as a Django app: templates, template tags and form widgets, no models."""

from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    """Components that every page of the resident, the desk and the console is made of."""

    name = "frontend.components"
    label = "components"
