"""What the office tells everybody, with who wrote it and who read it before it was published."""

from django.db import models
from django.db.models import F, Q

from kernel.fields import PublicIdModel
from services.publishing.domain import LONGEST_REASON, Kind, State


class Publication(PublicIdModel):
    """Ogłoszenie: aktualność, komunikat albo pytanie z odpowiedzią.

    `authors` are the public ids of everybody who wrote in the draft, `reviewed_by` that of the other person who read it. A
    published text never changes (PostgreSQL keeps it): a correction is a new one that `replaces` it. `topic` groups
    questions, `position` orders them.
    """

    kind = models.CharField("rodzaj", max_length=10, choices=[(kind.value, kind.polish) for kind in Kind])
    title = models.CharField("tytuł", max_length=200)
    body = models.TextField("treść")
    topic = models.CharField("dział", max_length=80, blank=True)
    position = models.PositiveSmallIntegerField("kolejność", default=100)
    is_important = models.BooleanField("ważne", default=False)
    visible_from = models.DateField("widoczne od")
    visible_to = models.DateField("widoczne do", null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.polish) for state in State], default=State.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    authors = models.JSONField(default=list, blank=True)
    reviewed_by = models.CharField(max_length=40, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="corrections"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-visible_from", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(visible_to__isnull=True) | Q(visible_to__gte=F("visible_from")),
                name="publication_days",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", reviewed_by="")
                | (~Q(state="draft") & (~Q(reviewed_by="") | Q(authors=[]))),
                name="publication_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "reviewed"], published_at__isnull=True)
                | Q(state__in=["published", "withdrawn"], published_at__isnull=False),
                name="publication_published_at",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="publication_withdrawn_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title
