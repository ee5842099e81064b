"""Jobs about accounts, and the opening of a new gmina's portal, from its row in the directory to its first local
administrator.

The opening stands here because an invitation needs accounts, roles and the outbox together, and only this app may use all
three.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, system
from kernel.errors import Conflict, SkarbnikError
from kernel.tasks import PlatformTask, TenantTask
from services.accounts.actions import match_waiting, tell_of_ends, warn_of_deadlines
from services.accounts.staff import invite_staff
from services.users.actions import Authorisation
from services.users.domain import Role
from tenants.directory import actions, setup

ACTOR = system("users.onboard_gmina")


@shared_task(base=PlatformTask, name="users.onboard_gmina")
def onboard_gmina(teryt: str) -> None:
    """Build, configure and open a registered gmina; may be called at any time, any number of times.

    Every step is found done or is done again, so a run that was killed is completed by the next one, and the portal opens
    only after the last step. What stops a run is kept for the console and raised; the sweep tries again.
    """
    try:
        with setup.only_one(f"setup {teryt}") as is_first:
            kept = setup.kept_setup(teryt) if is_first else None
            if kept is not None:
                _set_up(teryt, kept)
    except Exception as error:
        actions.note_failure(teryt, _reason(error))
        raise


def _set_up(teryt: str, kept: Mapping[str, Any]) -> None:
    scope = actions.build_tenant(teryt)
    actions.note_step(teryt, "built", actor=ACTOR)
    setup.install_kept(scope, kept, actor=ACTOR)
    actions.note_step(teryt, "configured", actor=ACTOR)
    if "administrator" in kept:
        with tenancy.enter(scope):
            _invite(kept["administrator"], ACTOR)
        actions.note_step(teryt, "invited", actor=ACTOR)
    if "preset" in kept:
        actions.activate_tenant(teryt, actor=ACTOR)
    else:
        actions.open_trial(teryt, actor=ACTOR)


def _invite(administrator: Mapping[str, str], actor: Actor) -> None:
    """Account, role and letter are one transaction: where the account is, the letter has been written."""
    day = date.fromisoformat(administrator["authorised_on"])
    authorisation = Authorisation(
        number=administrator["authorisation_number"], on=day, issuer=administrator["issuer"], valid_from=day
    )
    try:
        invite_staff(
            email=administrator["email"],
            full_name=administrator["full_name"],
            role=Role.ADMIN,
            authorisation=authorisation,
            actor=actor,
        )
    except Conflict as error:
        if error.code != "staff.exists":
            raise


def _reason(error: Exception) -> str:
    """One line for the platform's operator: our code with the fields in question, or the class and its first line.

    PostgreSQL writes values of rows only on further lines (DETAIL), which are left out.
    """
    if isinstance(error, SkarbnikError):
        fields = error.params.get("fields") or error.params.get("field") or ()
        names = [fields] if isinstance(fields, str) else sorted(fields)
        return f"{error.code} ({', '.join(names)})" if names else error.code
    first_line = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"


@shared_task(base=TenantTask, name="accounts.match_payers")
def match_payers() -> None:
    """Link residents whose file of the finance system has just been imported; the sweep finds them later, too."""
    match_waiting()


def keep_accounts() -> None:
    """What a day brings to accounts without anybody's act: files that came with an import, registrations whose time runs
    out, representations that end. May be called at any time in an open gmina, any number of times."""
    today = timezone.localdate()
    match_waiting()
    warn_of_deadlines(today)
    tell_of_ends(today)
