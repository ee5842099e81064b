"""A morning of reminders: many letters at once through a real SMTP server, while worker and server are killed.

What arrived is counted in the server's own folder, letter by letter: a letter whose number is missing is lost, one whose
number is there twice is doubled.
"""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.parser import BytesHeaderParser
from itertools import cycle
from pathlib import Path

from celery import Celery
from django.db.models import F
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from portal.embedded.stack import Stack
from services.accounts.domain import ResidentState
from services.accounts.domain.consents import Purpose, newest
from services.accounts.models import Consent, Payer, PayerKind, Representation, Resident
from services.accounts.queries import person_index
from services.ledger.actions import Line, NewEntry, post_many
from services.ledger.models import AccountKind, EntryCode
from services.letters.actions import remind
from services.liabilities.models import Debtor, Liability
from services.notices.models import Message, MessageState
from services.users.models import User, UserKind, email_index
from tenants.configuration.models import LiabilityType
from tests.factories.accounts import synthetic_pesel

DUE_ON = date(2026, 9, 15)
ENVIRONMENT = {"LETTER_LEASE_SECONDS": "10", "LETTER_DOUBT_SECONDS": "30"}
BATCH = 1_000
VICTIMS = ("worker", "mailbox", "both")
PATIENCE = 900.0
_NUMBERED_FROM = 10_000_000


@dataclass(frozen=True)
class Morning:
    """What became of a morning's letters. Times are in seconds."""

    letters: int
    arrived: int
    lost: int
    doubled: int
    kills: int
    in_doubt: int
    planned_in: float
    sent_in: float

    def __str__(self) -> str:
        counted = f"{self.letters} letters: {self.arrived} arrived, {self.lost} lost, {self.doubled} doubled"
        met = f"{self.kills} SIGKILLs, {self.in_doubt} letters in doubt meanwhile"
        return f"{counted}; {met}; planned in {self.planned_in:.1f} s, sent in {self.sent_in:.1f} s"


def move_in(count: int) -> None:
    """So many active residents of the open gmina, each with a due of 100,00 zł on DUE_ON and the consent to be reminded."""
    kind = LiabilityType.objects.get(code="property_tax")
    for start in range(0, count, BATCH):
        _move_in(kind, range(start, min(start + BATCH, count)))


def _move_in(kind: LiabilityType, numbers: Sequence[int]) -> None:
    now, pesels = timezone.now(), [synthetic_pesel(_NUMBERED_FROM + number) for number in numbers]
    users = User.objects.bulk_create(
        User(
            email=(address := f"poranek{number}@mieszkaniec.example"),
            email_index=email_index(address),
            kind=UserKind.RESIDENT,
            full_name="Genowefa Próbna",
            password="!",
            email_confirmed_at=now,
        )
        for number in numbers
    )
    residents = Resident.objects.bulk_create(
        Resident(
            user=user,
            state=ResidentState.ACTIVE,
            first_name="Genowefa",
            last_name="Próbna",
            pesel=pesel,
            person_index=person_index(pesel),
            submitted_at=now,
        )
        for user, pesel in zip(users, pesels, strict=True)
    )
    payers = Payer.objects.bulk_create(
        Payer(external_id=f"PORANEK-{number}", kind=PayerKind.PERSON, name="Genowefa Próbna")
        for number in numbers
    )
    dues = Liability.objects.bulk_create(
        Liability(
            external_id=f"PORANEK-{number}",
            liability_type=kind,
            title="Podatek od nieruchomości 2026, rata 3",
            year=2026,
            principal_gr=10_000,
            due_on=DUE_ON,
        )
        for number in numbers
    )
    Debtor.objects.bulk_create(
        Debtor(liability=due, payer=payer) for due, payer in zip(dues, payers, strict=True)
    )
    Representation.objects.bulk_create(
        Representation(resident=resident, payer=payer, is_self=True, valid_from=date(2026, 1, 1))
        for resident, payer in zip(residents, payers, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(user=user, purpose=Purpose.REMINDERS, text_version=newest(Purpose.REMINDERS), given_at=now)
        for user in users
    )
    assessed = [
        NewEntry(
            EntryCode.ASSESSMENT,
            due.public_id,
            (
                Line(AccountKind.RECEIVABLE_PRINCIPAL, due.principal_gr, due.public_id),
                Line(AccountKind.REVENUE, -due.principal_gr),
            ),
            DUE_ON,
        )
        for due in dues
    ]
    post_many(assessed, actor=system("tests"))


def live_through(
    stack: Stack, count: int, kills: int, say: Callable[[str], None] = lambda line: None
) -> Morning:
    """Plan the reminders of the open gmina and let the stack's worker send them, killing it and its mail server `kills`
    times at equal distances. The stack has a mailbox and a worker; both run again at the end."""
    begun = time.monotonic()
    assert remind(DUE_ON) == count
    planned_in = time.monotonic() - begun
    say(f"planned in {planned_in:.1f} s")
    begun = time.monotonic()
    victims, killed = cycle(VICTIMS), 0
    while (sent := _settled()) < count:
        assert time.monotonic() - begun < PATIENCE + count / 20, f"{sent} of {count} after a long time"
        if killed < kills and sent >= count * (killed + 1) // (kills + 1):
            victim = next(victims)
            say(f"{time.monotonic() - begun:6.1f} s  {sent} sent, SIGKILL {victim}")
            _kill(stack, victim)
            killed += 1
        _ring(stack)
        _spare_the_wait()
        time.sleep(0.5)
    return _counted(stack, killed, planned_in, time.monotonic() - begun)


def _settled() -> int:
    return Message.objects.filter(kind="due_reminder").exclude(state=MessageState.WAITING).count()


def _spare_the_wait() -> None:
    """As if the minutes had passed after which a letter that the dead server did not take is offered again."""
    now = timezone.now()
    refused = Message.objects.filter(
        state=MessageState.WAITING, claim__isnull=True, handed_at__isnull=True, attempts__gt=F("doubts")
    )
    refused.filter(next_attempt_at__gt=now).update(next_attempt_at=now)


def _kill(stack: Stack, victim: str) -> None:
    names = ("worker", "mailbox") if victim == "both" else (victim,)
    for name in names:
        process = stack.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if "mailbox" in names:
        start_mailbox(stack)
    if "worker" in names:
        stack.start_worker()


def start_mailbox(stack: Stack) -> None:
    """Start the mail server; its first page would read all mails, so another one says that it is there."""
    stack.start_mailbox(always=True, is_waiting=False)
    stack.wait_for(f"{stack.mailbox_url}/__emu__/faults")


def _ring(stack: Stack) -> None:
    """What the clock does every twenty seconds."""
    with suppress(OSError), Celery("clock", broker=stack.environment["BROKER_URL"]) as clock:
        clock.conf.broker_transport_options = json.loads(stack.environment["BROKER_OPTIONS"])
        clock.send_task("portal.sweep", expires=5)


def _counted(stack: Stack, kills: int, planned_in: float, sent_in: float) -> Morning:
    letters = Message.objects.filter(kind="due_reminder")
    host = tenancy.current().host
    asked = {f"<{public_id}@{host}>" for public_id in letters.values_list("public_id", flat=True)}
    arrived = Counter(numbers_in(stack.home / "mail"))
    return Morning(
        letters=len(asked),
        arrived=sum(arrived.values()),
        lost=len(asked - arrived.keys()),
        doubled=sum(times - 1 for times in arrived.values()),
        kills=kills,
        in_doubt=letters.filter(doubts__gt=0).count(),
        planned_in=planned_in,
        sent_in=sent_in,
    )


def numbers_in(folder: Path) -> list[str]:
    """Message-ID of every mail that the server has accepted."""
    parser = BytesHeaderParser()
    found = []
    for envelope in folder.glob("*.json"):
        with envelope.with_suffix(".eml").open("rb") as mail:
            found.append(str(parser.parse(mail)["Message-ID"]).strip())
    return found
