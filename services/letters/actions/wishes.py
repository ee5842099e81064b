"""The resident says whether and when reminders come; they are off until somebody asks for them."""

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.accounts.actions import withdraw_consent
from services.accounts.actions.consenting import note_consent
from services.accounts.domain.consents import Purpose
from services.accounts.models import Resident
from services.accounts.queries import resident_of
from services.accounts.queries_rights import refuse_restricted
from services.letters.models import ReminderWish
from services.users.domain import Verb


def wish_reminders(*, a_week_before: bool, on_the_day: bool, text_version: int, actor: Actor) -> None:
    """Ask for reminders by agreeing to the words that were shown, or take the consent back when neither is chosen.

    The same wish again changes nothing. Raises Refused, InvalidInput("consent.text").
    """
    if a_week_before or on_the_day:
        _ask(a_week_before, on_the_day, text_version, actor)
    else:
        withdraw_consent(Purpose.REMINDERS, actor=actor)


@transaction.atomic(durable=True)
def _ask(a_week_before: bool, on_the_day: bool, text_version: int, actor: Actor) -> None:
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = (
        Resident.objects.select_for_update(of=("self",)).select_related("user").get(pk=resident_of(actor).pk)
    )
    refuse_restricted(resident)
    note_consent(resident.user, Purpose.REMINDERS, text_version, actor=actor)
    wish = ReminderWish.objects.filter(resident=resident).first()
    if wish and (wish.a_week_before, wish.on_the_day) == (a_week_before, on_the_day):
        return
    ReminderWish.objects.update_or_create(
        resident=resident,
        defaults={"a_week_before": a_week_before, "on_the_day": on_the_day, "changed_at": timezone.now()},
    )
    record("reminders.wished", resident, actor=actor, a_week_before=a_week_before, on_the_day=on_the_day)
