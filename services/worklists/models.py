"""Saved views. What stands in them stands in the address of the page too, so it never names a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.worklists.domain import LONGEST_QUERY


class SavedView(PublicIdModel):
    """Zapisany widok: filtry i kolejność jednej listy pod nazwą, którą nadał pracownik.

    `queue` is the code of the list, `query` what its address holds. A shared view is offered to everybody who has the list;
    whether they see its rows is asked anew each time, so a view opens nothing. The name is a person's own words: encrypted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    queue = models.CharField(max_length=40)
    name = EncryptedTextField()
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("queue", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "queue"], condition=Q(is_default=True), name="one_default_view_of_a_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.public_id}"
