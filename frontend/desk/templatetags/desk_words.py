"""Words of the desk for letters to the office."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from frontend.desk import revealing
from frontend.desk.discrepancies import KINDS
from frontend.desk.roles import verbs_of
from services.users.domain import Verb

register = template.Library()


@register.filter
def discrepancy_title(kind: str) -> str:
    """What does not agree, by its kind."""
    return str(KINDS[kind].title)


@register.simple_tag(takes_context=True)
def personal(context: template.Context, subject: Any, field: str, *, link: bool = True) -> SafeString:
    """A field of personal data: masked, with a way to see it for a reason; in full for some minutes after that."""
    request = context["request"]
    is_hidden = revealing.is_masked(subject, field)
    is_shown = is_hidden and revealing.is_revealed(request, subject, field)
    may_ask = link and is_hidden and Verb.REVEAL_DATA in verbs_of(request) and not request.actor.support
    return render_to_string(
        "desk/personal.html",
        {
            "text": (revealing.value_of if is_shown else revealing.masked_value)(subject, field),
            "label": revealing.LABELS[field],
            "is_shown": is_shown,
            "href": _reveal_url(subject, field, request.get_full_path()) if may_ask and not is_shown else "",
        },
    )


def _reveal_url(subject: Any, field: str, back: str) -> str:
    path = reverse("desk:reveal", args=[revealing.kind_of(subject), subject.public_id, field])
    return f"{path}?{urlencode({'powrot': back})}"
