"""How the console words a gmina: its state, the steps of its setting up, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.audit import recording
from services.users.queries import names_of
from tenants.directory.setup import portal_url

ACTS = {
    "tenant.registered": (gettext_lazy("Zarejestrowano gminę"), "info"),
    "tenant.built": (gettext_lazy("Założono bazę danych gminy"), "neutral"),
    "tenant.configured": (gettext_lazy("Wgrano ustawienia i regulamin"), "neutral"),
    "tenant.invited": (gettext_lazy("Zaproszono administratora lokalnego"), "neutral"),
    "tenant.activated": (gettext_lazy("Otwarto portal"), "success"),
    "tenant.suspended": (gettext_lazy("Zawieszono portal"), "warning"),
    "tenant.resumed": (gettext_lazy("Wznowiono portal"), "success"),
    "tenant.replay_asked": (gettext_lazy("Kazano przetworzyć ponownie komunikat operatora"), "neutral"),
}
BEHIND_AFTER = timedelta(days=2)
"""A daily run that has failed this long is worth a look."""
SETUP_STEPS = ("tenant.registered", "tenant.built", "tenant.configured", "tenant.invited", "tenant.activated")


@dataclass(frozen=True)
class Shown:
    """One gmina as a page shows it; `row` is the directory's row with its figures and domains."""

    row: Any

    @property
    def state(self) -> tuple[str, str]:
        """Words and kind of the badge."""
        if self.row.state == "active":
            return _("działa"), "success"
        if self.row.state == "suspended":
            return _("zawieszona"), "warning"
        return (_("zakładanie się nie udało"), "danger") if self.row.last_error else (_("zakładana"), "info")

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
        at = self.row.figures.reconciled_at
        return self.row.state == "active" and at is not None and timezone.now() - at > BEHIND_AFTER

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
        "tenant.activated": _("Otwarcie portalu"),
    }[action]


def history_of(row: Any) -> list[dict[str, Any]]:
    """What happened to the gmina on the platform, newest first."""
    entries = list(recording.history(row)[:100])
    names = names_of({entry.actor_ref for entry in entries if entry.actor_kind == "platform"})
    return [_item(entry, names) for entry in entries]


def _item(entry: Any, names: dict[str, str]) -> dict[str, Any]:
    title, kind = ACTS.get(entry.action, (entry.action, "neutral"))
    is_person = entry.actor_kind == "platform"
    return {
        "title": title,
        "kind": kind,
        "at": entry.at,
        "text": entry.details.get("reason", ""),
        "actor": names.get(entry.actor_ref, _("operator platformy")) if is_person else _("program"),
    }


def shown(rows: Iterable[Any]) -> list[Shown]:
    """Rows ready for a page."""
    return [Shown(row) for row in rows]
