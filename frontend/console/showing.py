"""How the console words a gmina: its state, the steps of its setting up, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.console.acts import told
from frontend.console.wording import JOBS, QUEUES, STATES
from kernel.audit import recording
from tenants.directory.domain_states import OPEN, WORKING
from tenants.directory.setup import portal_url

BEHIND_AFTER = timedelta(days=2)
"""A daily run that has failed this long is worth a look."""
SILENT_AFTER = timedelta(minutes=10)
"""A gmina tells of itself every minute; whoever is silent so long is not served."""
CERTIFICATE_DAYS = 21
"""So long before its end somebody still has time to look why it was not renewed."""
HISTORY_LENGTH = 30
SETUP_STEPS = ("tenant.registered", "tenant.built", "tenant.configured", "tenant.invited", "tenant.opened")


@dataclass(frozen=True)
class Shown:
    """One gmina as a page shows it; `row` is the directory's row with its figures and domains."""

    row: Any

    @property
    def state(self) -> tuple[str, str]:
        """Words and kind of the badge."""
        if self.row.state == "provisioning" and self.row.last_error:
            return _("zakładanie się nie udało"), "danger"
        words, kind = STATES[self.row.state]
        return str(words), kind

    @property
    def page(self) -> str:
        """Address of the gmina's page in the console."""
        return reverse("console:tenant", args=[self.row.teryt])

    @property
    def progress_page(self) -> str:
        """Address of the page that follows its setting up."""
        return reverse("console:setup_progress", args=[self.row.teryt])

    @property
    def is_behind(self) -> bool:
        """Whether an operator account of a gmina that works was last reconciled more than two days ago."""
        figures = getattr(self.row, "figures", None)
        at = figures.reconciled_at if figures else None
        return self.row.state in OPEN and at is not None and timezone.now() - at > BEHIND_AFTER

    @property
    def is_silent(self) -> bool:
        """Whether its jobs should run and it has not told of itself for ten minutes."""
        pulse = getattr(self.row, "pulse", None)
        return self.row.state in WORKING and (pulse is None or timezone.now() - pulse.beat_at > SILENT_AFTER)

    @property
    def late_probes(self) -> list[Any]:
        """What has waited too long or ends soon, as (words, probe)."""
        now = timezone.now()
        return [(QUEUES[probe.queue], probe) for probe in self.row.probes.all() if probe.needs_somebody(now)]

    @property
    def failed_jobs(self) -> list[Any]:
        """Periodic jobs whose last run in this gmina failed, as (words, run)."""
        return [
            (JOBS.get(run.job, run.job), run) for run in self.row.job_runs.all() if run.outcome == "failed"
        ]

    @property
    def certificate(self) -> Any:
        """The certificate that ends first or is bad, or None while all is well."""
        seen = [getattr(one, "certificate", None) for one in self.row.domains.all()]
        limit = timezone.now() + timedelta(days=CERTIFICATE_DAYS)
        bad = [one for one in seen if one and (one.problem or (one.ends_at and one.ends_at < limit))]
        return min(bad, key=lambda one: (one.ends_at is not None, one.ends_at), default=None)

    @property
    def health(self) -> tuple[str, str]:
        """One word for the list, and the kind of its badge."""
        if self.row.state not in WORKING:
            return _("nie dotyczy"), "neutral"
        if self.is_silent:
            return _("nie zgłasza się"), "danger"
        if self.failed_jobs or self.is_behind or (self.certificate and self.certificate.problem):
            return _("wymaga uwagi"), "warning"
        if self.late_probes or self.certificate:
            return _("coś czeka"), "warning"
        return _("w porządku"), "success"

    @property
    def portal(self) -> str:
        """Address of its portal."""
        return portal_url(self.row.primary_host)


def setup_steps(row: Any) -> list[dict[str, Any]]:
    """How far the setting up has got: what is done comes from the audit log, so a page may ask at any time."""
    done = {entry.action: entry.at for entry in recording.history(row).order_by("id")}
    missing = [action for action in SETUP_STEPS if action not in done]
    if row.state != "provisioning":
        missing = []
    steps = []
    for action in SETUP_STEPS:
        is_next = bool(missing) and action == missing[0]
        state = "todo" if action in missing else "done"
        if is_next:
            state = "failed" if row.last_error else "current"
        steps.append({"label": _step_label(action), "state": state, "at": done.get(action)})
    return [step for step in steps if step["at"] or step["state"] != "done"]


def _step_label(action: str) -> str:
    return {
        "tenant.registered": _("Rejestracja"),
        "tenant.built": _("Baza danych"),
        "tenant.configured": _("Ustawienia i regulamin"),
        "tenant.invited": _("Zaproszenie administratora"),
        "tenant.opened": _("Otwarcie portalu"),
    }[action]


def history_of(row: Any) -> list[dict[str, Any]]:
    """What happened to the gmina on the platform, newest first."""
    return told(recording.history(row)[:HISTORY_LENGTH])


def shown(rows: Iterable[Any]) -> list[Shown]:
    """Rows ready for a page."""
    return [Shown(row) for row in rows]
