"""Saved views that a person is offered."""

from uuid import UUID

from django.db.models import Q

from kernel.actors import Actor
from kernel.errors import NotFound
from services.users.queries import account_of
from services.worklists.models import SavedView


def views_of(actor: Actor, queue: str) -> list[SavedView]:
    """The person's own views of a list and those that colleagues share, by name."""
    rows = SavedView.objects.filter(Q(user__in=account_of(actor)) | Q(is_shared=True), queue=queue)
    return sorted(rows, key=lambda row: (row.user_id != actor.user_id, row.name.casefold()))


def default_view(actor: Actor, queue: str) -> SavedView | None:
    """The view with which the person wants the list to open, or None."""
    return SavedView.objects.filter(user__in=account_of(actor), queue=queue, is_default=True).first()


def own_view(actor: Actor, view_id: UUID) -> SavedView:
    """One view of the person's own. Raises NotFound("view.unknown") for anybody else's."""
    row = SavedView.objects.filter(user__in=account_of(actor), public_id=view_id).first()
    if row is None:
        raise NotFound("view.unknown")
    return row
