"""The way from the start of the desk to a page, for breadcrumbs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

Step = tuple[str, str] | tuple[str, str, Any]


def trail(*steps: Step | str) -> list[dict[str, str]]:
    """Links for `{% breadcrumbs %}`: (label, view name) or (label, view name, argument); this page is a plain label."""
    links = [{"label": _("Początek"), "href": reverse("desk:start")}]
    for step in steps:
        if isinstance(step, str):
            links.append({"label": step, "href": ""})
        else:
            label, view, *args = step
            links.append({"label": label, "href": reverse(f"desk:{view}", args=args)})
    return links
