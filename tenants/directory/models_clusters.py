"""Public schema: the database clusters, and gminas on their way from one to another."""

from django.db import models

from kernel.fields import PublicIdModel


class DatabaseCluster(models.Model):
    """Klaster bazy danych: whether new gminas may be opened there.

    The settings (DATABASE_CLUSTERS) say which clusters there are and how to reach them; a row says what a person decided.
    Without one the main cluster takes new gminas and any other does not yet.
    """

    name = models.CharField(max_length=40, primary_key=True)
    accepts_new = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class MoveState(models.TextChoices):
    """Stan przenosin."""

    COPYING = "copying", "kopiowanie"
    STOPPED = "stopped", "zapis wstrzymany"
    SWITCHED = "switched", "czeka na potwierdzenie"
    UNDOING = "undoing", "cofanie"
    CONFIRMED = "confirmed", "zakończone"
    UNDONE = "undone", "cofnięte"


UNFINISHED = (MoveState.COPYING, MoveState.STOPPED, MoveState.SWITCHED, MoveState.UNDOING)


class ClusterMove(PublicIdModel):
    """Przenosiny gminy do innego klastra.

    COPYING: the portal works where it was. STOPPED and UNDOING: nobody may write, `stopped_at` says since when. SWITCHED:
    the gmina lives in `target`, its old copy in `source` is closed and kept. `stop_ms` is how long nobody could write.
    """

    tenant = models.ForeignKey(
        "directory.Tenant",
        on_delete=models.CASCADE,
        to_field="teryt",
        db_column="teryt",
        related_name="moves",
    )
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=MoveState, default=MoveState.COPYING)
    asked_by = models.CharField(max_length=80)
    started_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    stop_ms = models.PositiveIntegerField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(state__in=UNFINISHED), name="cluster_move_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.source} → {self.target}: {self.state}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it is under way, or waits for somebody's decision."""
        return self.state in UNFINISHED
