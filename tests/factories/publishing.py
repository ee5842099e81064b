"""What the office tells everybody."""

from typing import Any

from django.utils import timezone

from services.publishing.models import Publication


def values(**changes: Any) -> dict[str, Any]:
    """What the form of a publication gives."""
    return {
        "kind": "news", "title": "Nowy sposób płacenia", "body": "Od dziś zapłacisz także **BLIK-iem**.", "topic": "",
        "position": 100, "is_important": False, "visible_from": timezone.localdate(), "visible_to": None, **changes,
    }  # fmt: skip


def publish(**changes: Any) -> Publication:
    """One that is published, as the program brings it in: without authors."""
    now = timezone.now()
    return Publication.objects.create(**values(**changes), state="published", published_at=now)
