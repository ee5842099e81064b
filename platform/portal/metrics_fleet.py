"""Metrics of the platform that are read from the public schema when somebody asks for them.

Every figure is there for all gminas together; the gmina is a label only of the few in which a figure is worst. So the number
of series does not grow with the number of gminas, and who is worst is what an alert has to name.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tenants.archive import queries as archive
from tenants.jobs import queries
from tenants.jobs.domain import ENDS_SOON, Queue
from tenants.trust_lists.queries import list_state


class FleetCollector(Collector):
    """Gminas by state, jobs, queues and payments; call it on the public schema. `gminas` is the limit of the label."""

    def __init__(self, gminas: int) -> None:
        self._gminas = gminas

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All figures, in a fixed number of queries."""
        now = timezone.now()
        yield _gauge("skarbnik_gminas", "Gminas by state.", "state", queries.gminas_by_state())
        yield _gauge(
            "skarbnik_payments", "Payments of all gminas by state.", "state", queries.payments_by_state()
        )
        yield from self._jobs(now)
        yield from self._queues(now)
        if settings.BACKUP_DIR:
            yield from self._backups(now)
        yield from self._trusted_list(now)

    def _jobs(self, now: datetime) -> Iterable[Metric]:
        found = queries.progress()
        for name, told, values in (
            ("served", "Gminas served in the newest round of a job.", {one.job: one.served for one in found}),
            ("gminas", "Gminas in which the job runs.", {one.job: one.gminas for one in found}),
            ("failed", "Gminas in which the job's last run failed.", {one.job: one.failed for one in found}),
            (
                "never_done",
                "Gminas in which the job never ended well.",
                {one.job: one.never_done for one in found},
            ),
            (
                "round_age_seconds",
                "Seconds since the clock last asked for the job.",
                {one.job: (now - one.asked_at).total_seconds() for one in found},
            ),
            (
                "slowest_seconds",
                "Duration of the longest last run.",
                {one.job: one.slowest_ms / 1000 for one in found},
            ),
            (
                "oldest_good_seconds",
                "Seconds since the job last ended well in the gmina that is furthest behind.",
                {one.job: (now - one.oldest_done_at).total_seconds() for one in found if one.oldest_done_at},
            ),
        ):
            yield _gauge(f"skarbnik_job_{name}", told, "job", values)
        worst = GaugeMetricFamily(
            "skarbnik_job_good_age_seconds",
            "Seconds since the job last ended well, of the gminas that are furthest behind.",
            labels=["job", "gmina"],
        )
        for one in found:
            for run in queries.not_done_since(one.job, now).filter(done_at__isnull=False)[: self._gminas]:
                worst.add_metric([one.job, run.tenant_id], _seconds(run.done_at, now))
        yield worst

    def _trusted_list(self, now: datetime) -> Iterable[Metric]:
        """Without a list in force no signed registration can be verified: minus infinity while there is none at all."""
        found = list_state()
        ends = _seconds(now, found.next_update_at) if found.next_update_at else float("-inf")
        age = _seconds(found.succeeded_at, now) if found.succeeded_at else float("inf")
        for name, told, value in (
            ("ends_in_seconds", "Time until the copy of the trusted list is out of date.", ends),
            ("good_age_seconds", "Seconds since the trusted list was last fetched and verified.", age),
        ):
            yield _gauge(f"skarbnik_trusted_list_{name}", told, "territory", {found.territory: value})

    def _queues(self, now: datetime) -> Iterable[Metric]:
        found = queries.queue_ages()
        yield _gauge(
            "skarbnik_queue_waiting",
            "What waits in a queue of all gminas.",
            "queue",
            {one.queue: one.waiting for one in found},
        )
        yield _gauge(
            "skarbnik_queue_oldest_seconds",
            "Age of the oldest that waits in a queue, over all gminas.",
            "queue",
            {one.queue: (now - one.since).total_seconds() for one in found if one.since},
        )
        oldest = GaugeMetricFamily(
            "skarbnik_queue_age_seconds",
            "Age of the oldest that waits in a queue, of the gminas where it is the oldest.",
            labels=["queue", "gmina"],
        )
        for queue in Queue:
            for probe in queries.oldest_in(queue.value)[: self._gminas]:
                oldest.add_metric([queue.value, probe.tenant_id], _seconds(probe.since, now))
        yield oldest
        ending = GaugeMetricFamily(
            "skarbnik_ends_in_seconds",
            "Time until the first token or authorisation of a gmina ends, where it is near.",
            labels=["queue", "gmina"],
        )
        for probe in queries.ending_before(now + ENDS_SOON)[: self._gminas]:
            ending.add_metric([probe.queue, probe.tenant_id], _seconds(now, probe.ends_at))
        yield ending

    def _backups(self, now: datetime) -> Iterable[Metric]:
        """Nothing where the platform makes no backups: whoever watches them should not hear that all is well."""
        found = archive.backup_ages()
        for name, told, moment in (
            ("newest", "Seconds since a backup of any gmina was made.", found.newest_at),
            ("oldest", "Age of the newest backup of the gmina that is furthest behind.", found.oldest_at),
            ("drill", "Seconds since a restore for practice came out right.", found.drilled_at),
        ):
            if moment is not None:
                yield GaugeMetricFamily(f"skarbnik_backup_{name}_seconds", told, _seconds(moment, now))
        yield GaugeMetricFamily(
            "skarbnik_backup_missing", "Gminas of which no backup is kept.", float(found.without)
        )
        worst = GaugeMetricFamily(
            "skarbnik_backup_age_seconds",
            "Age of the newest backup, of the gminas where it is the oldest.",
            labels=["gmina"],
        )
        for teryt, _, made_at in archive.furthest_behind(self._gminas):
            if made_at is not None:
                worst.add_metric([teryt], _seconds(made_at, now))
        yield worst


def _seconds(before: datetime | None, after: datetime | None) -> float:
    assert before is not None
    assert after is not None
    return (after - before).total_seconds()


def _gauge(name: str, told: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], number)
    return family
