"""Postings of the finance system: each file or call of them, and what became of every row."""

from django.db import models
from django.db.models import Q

from kernel.fields import PublicIdModel
from services.banking.domain.postings import KEPT, Outcome


class PostingSource(models.TextChoices):
    """Skąd przyszły księgowania."""

    DESK = "desk", "plik w panelu urzędu"
    FOLDER = "folder", "folder wymiany"
    API = "api", "API"


class PostingState(models.TextChoices):
    """Stan pliku księgowań. Nothing is booked before BOOKING."""

    CHECKING = "checking", "sprawdzanie, nic nie zapisano"
    CHECKED = "checked", "sprawdzony, nic nie zapisano"
    BOOKING = "booking", "w toku: księgowanie"
    STOPPED = "stopped", "zatrzymany w połowie"
    DONE = "done", "wczytany"


class PostingRun(PublicIdModel):
    """Plik (albo wywołanie API) z księgowaniami systemu finansowego. Its rows are stored at once, all of them or none.

    `busy_until` is the lease of the worker that goes through the rows: a worker that dies loses it, and the next one goes on
    with the rows that are not done. `claimed_as` is the name under which a file of the exchange folder is being worked on.
    """

    source = models.CharField(max_length=8, choices=PostingSource)
    file_name = models.CharField(max_length=160, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=PostingState)
    failure_code = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True)
    lines = models.PositiveIntegerField()
    sum_gr = models.BigIntegerField()
    actor_ref = models.CharField(max_length=80, blank=True)
    claimed_as = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-read_at", "-id")
        indexes = [
            models.Index(
                fields=["read_at"], condition=Q(state__in=("checking", "booking")), name="posting_run_work"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.lines}"


class PostingRow(models.Model):
    """Księgowanie systemu finansowego: one row, and what became of it.

    Until `is_done` the outcome is only what the check expects. A done row with an outcome of KEPT stands for its
    `external_id` for good. A row that could not even be read has its line, field and code, and nothing of what stood there.
    `match` is the line of a bank statement that told of the same money, `takes_back` the posting that this one undid,
    `told_on` a day and `expected_gr` an amount (grosze) for the sentence of `code`.
    """

    run = models.ForeignKey(PostingRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    external_id = models.CharField(max_length=80, blank=True)
    due_number = models.CharField(max_length=80, blank=True)
    amount_gr = models.BigIntegerField(default=0)
    posted_on = models.DateField(null=True)
    reference = models.CharField(max_length=32, blank=True)
    is_done = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Outcome], blank=True)
    code = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=40, blank=True)
    told_on = models.DateField(null=True)
    expected_gr = models.BigIntegerField(null=True)
    due = models.ForeignKey("liabilities.Liability", on_delete=models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    match = models.ForeignKey(
        "banking.Match", on_delete=models.PROTECT, null=True, related_name="recognised_postings"
    )
    takes_back = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="taken_back_by")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="posting_row_line"),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(is_done=True, outcome__in=[one.value for one in KEPT]),
                name="posting_once",
            ),
            models.UniqueConstraint(
                fields=["takes_back"], condition=Q(is_done=True), name="posting_taken_back_once"
            ),
            models.CheckConstraint(
                condition=Q(is_done=False) | (~Q(outcome="") & (Q(outcome="refused") | Q(due__isnull=False))),
                name="posting_row_done",
            ),
        ]
        indexes = [
            models.Index(fields=["reference"], condition=~Q(reference=""), name="posting_row_reference"),
            models.Index(fields=["external_id"], name="posting_row_external_id"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.outcome}"
