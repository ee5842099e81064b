"""What the mail server reported of letters after it took them: read from the return mailbox, kept with the letters."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.messages.maildir import Dropped, new_mails
from integrations.messages.reports import Fate, Report, read_report
from kernel import tenancy
from kernel.actors import system
from kernel.audit.recording import record
from kernel.errors import NotFound, Unavailable
from services.notices.claims import settle_taken, tell_undelivered
from services.notices.domain import Reason, reason_of_status
from services.notices.models import BadAddress, Message, MessageState
from services.notices.queries import address_index
from services.notices.returning import Returned, returned
from tenants.directory.queries import scope_of

log = structlog.get_logger(__name__)

ACTOR: Final = system("notices.read_returns")
AT_MOST: Final = 2_000
"""Mails of one run; the clock rings again in twenty seconds."""


@dataclass(frozen=True)
class _Found:
    mail: Dropped
    letter: Returned
    report: Report


def read_returns() -> int:
    """Read what came into the return mailbox; returns how many reports belonged to letters of ours.

    A report is removed when its gmina has written it down, so a run that is killed does no harm: it is read again. What is
    no report about one of our letters is set aside for a person.
    """
    if not settings.RETURN_MAILDIR:
        return 0
    by_gmina: dict[str, list[_Found]] = defaultdict(list)
    for mail in new_mails(Path(settings.RETURN_MAILDIR), AT_MOST):
        found = _read(mail)
        if found is None:
            mail.set_aside()
        else:
            by_gmina[found.letter.teryt].append(found)
    for teryt, mails in by_gmina.items():
        _keep(teryt, mails)
    return sum(map(len, by_gmina.values()))


def _read(mail: Dropped) -> _Found | None:
    content = mail.read()
    try:
        report = read_report(content)
    except Exception as error:
        # Anybody may write to this mailbox, and Python's parser fails on some headers in ways that it does not name: one
        # such mail must not keep the others from being read.
        log.warning("mail.return_unreadable", error=type(error).__name__)
        return None
    if report is None:
        return None
    letters = (returned(address) for address in report.return_addresses)
    letter = next((one for one in letters if one), None)
    return _Found(mail, letter, report) if letter else None


def _keep(teryt: str, mails: Sequence[_Found]) -> None:
    try:
        scope = scope_of(teryt)
    except Unavailable:  # its data are on their way: the mails stay where they are
        return
    except NotFound:
        log.warning("mail.return_of_unknown_gmina", count=len(mails))
        for one in mails:
            one.mail.set_aside()
        return
    with tenancy.enter(scope):
        settle_taken([one.letter.message_id for one in mails])
        for one in mails:
            if one.report.fate is Fate.FAILED:
                _note_failure(one)
    for one in mails:
        one.mail.forget()


@transaction.atomic
def _note_failure(found: _Found) -> None:
    """The letter came back: it is shown to the office, and an address without a mailbox is marked. A second report of the
    same letter changes nothing."""
    rows = Message.objects.select_for_update().filter(public_id=found.letter.message_id)
    message = rows.filter(state=MessageState.SENT).first()
    if message is None:
        return
    message.state = MessageState.RETURNED
    message.last_error = found.report.status
    message.save(update_fields=["state", "last_error"])
    reason = reason_of_status(found.report.status)
    tell_undelivered(message, reason, found.report.status)
    if reason is Reason.NO_MAILBOX:
        BadAddress.objects.get_or_create(
            address_index=address_index(message.recipient),
            defaults={"status": found.report.status, "since": timezone.now()},
        )
    record("letter.returned", message, actor=ACTOR, reason=reason.value, status=found.report.status)
