"""What is left of an act that came to nothing: it was refused, or it was rolled back and its entry with it.

A surface opens a *watch* for the length of a request, a task or a job's run in a gmina has one, and so has a command. The
access door, the pages and the API tell it of refusals; `record` tells it what was written. When the transactions are over,
the watch writes what must stay in a transaction of its own, each entry in the schema whose log it was meant for.

Nobody can fill the disk by being refused: one request leaves at most MOST_IN_A_REQUEST entries and one person
MOST_IN_AN_HOUR, in all processes together; the same goes for a job or a command. The rest goes to the program's log, which
is rotated.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, Refused
from kernel.logs import reason_of

log = structlog.get_logger(__name__)

ACCESS_REFUSED: Final = "access.refused"
ACT_REFUSED: Final = "act.refused"
ACT_FAILED: Final = "act.failed"
MOST_IN_A_REQUEST: Final = 5
MOST_IN_AN_HOUR: Final = 30
CODE_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused to whom; `code` says why."""

    action: str
    outcome: str
    code: str
    actor: Actor
    verb: str = ""
    subject_type: str = ""
    subject_ref: str = ""


@dataclass(slots=True)
class Watch:
    """What happened since it was opened. `route` and `subject_ref` say where: a url name and a public id in the address.

    `is_background`: no person waits for an answer, so what the program itself tried and could not do is told too. `home` is
    the log of what was refused.
    """

    actor: Callable[[], Actor]
    is_background: bool = False
    home: tenancy.Scope = tenancy.PUBLIC
    route: str = ""
    subject_ref: str = ""
    written: list[tuple[tenancy.Scope, AuditEntry]] = field(default_factory=list)
    committed: set[UUID] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    failure: str = ""


_watch: ContextVar[Watch | None] = ContextVar("skarbnik_audit_watch", default=None)
_admit: list[Callable[[str], bool]] = []


def limit_with(admit: Callable[[str], bool]) -> None:
    """Register who counts the refusals of a person, MOST_IN_AN_HOUR at most (the kernel has no counters)."""
    _admit[:] = [admit]


@contextmanager
def watched(actor: Callable[[], Actor], *, is_background: bool = False) -> Iterator[Watch]:
    """Watch the block; afterwards write what it left behind. The block must not end inside a transaction of its own."""
    watch = Watch(actor, is_background, tenancy.current_or_none() or tenancy.PUBLIC)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
        _settle(watch)


@contextmanager
def background(name: str) -> Iterator[Watch]:
    """Watch work that nobody waits for, a task or a part of a job: what it wrote and lost stays with the reason."""
    with watched(lambda: system(name), is_background=True) as watch:
        try:
            yield watch
        except Exception as error:
            watch.failure = reason_of(error) or type(error).__name__
            raise


def note_written(entry: AuditEntry) -> None:
    """Remember an entry until its transaction has ended."""
    watch = _watch.get()
    if watch is not None:
        watch.written.append((tenancy.current(), entry))
        transaction.on_commit(lambda: watch.committed.add(entry.public_id), robust=True)


def note_denied(actor: Actor, code: str, *, verb: str = "", subject: object | None = None) -> None:
    """The access door, or a loader, did not let the signed-in person through."""
    if actor.kind in (ActorKind.ANONYMOUS, ActorKind.SYSTEM) or not actor.ref:
        return
    watch = _watch.get()
    meta = getattr(subject, "_meta", None)
    refusal = Refusal(
        action=ACCESS_REFUSED,
        outcome="refused",
        code=code,
        actor=actor,
        verb=verb,
        subject_type=meta.label_lower if meta else "",
        subject_ref=str(getattr(subject, "public_id", "")) if meta else (watch.subject_ref if watch else ""),
    )
    if watch is None:
        _tell(refusal)
    elif refusal.code not in {one.code for one in watch.refusals}:
        watch.refusals.append(refusal)


def note_failed(error: BaseException, actor: Actor | None = None) -> None:
    """An act ended with an error that the surface tells the person. What only has to be typed better is no act."""
    watch = _watch.get()
    if watch is None or isinstance(error, InvalidInput):
        return
    who = actor or watch.actor()
    code = reason_of(error) or type(error).__name__
    watch.failure = code
    if any(one.code == code for one in watch.refusals):
        return
    is_nobody = who.kind == ActorKind.SYSTEM and not watch.is_background
    if is_nobody or who.kind == ActorKind.ANONYMOUS or not who.ref:
        return
    is_refusal = isinstance(error, Refused)
    watch.refusals.append(
        Refusal(
            action=ACT_REFUSED if is_refusal else ACT_FAILED,
            outcome="refused" if is_refusal else "failed",
            code=code,
            actor=who,
            subject_ref=watch.subject_ref,
        )
    )


def _settle(watch: Watch) -> None:
    """Never in the way of the answer: what cannot be written is told to the program's log."""
    is_lost = False
    try:
        for scope in dict.fromkeys(scope for scope, _ in watch.written):
            with tenancy.enter(scope):
                lost = _lost(watch, [entry for place, entry in watch.written if place == scope])
                is_lost = is_lost or bool(lost)
                _write(
                    [_again(entry, watch) for entry in lost if not watch.is_background or _may_keep(entry)]
                )
        # The entries that were rolled back say better than the failure which act it was.
        told = [one for one in watch.refusals if not (is_lost and one.action != ACCESS_REFUSED)]
        if told:
            with tenancy.enter(watch.home):
                _write([_row(one, watch) for one in told[:MOST_IN_A_REQUEST] if _may_write(one)])
    except DatabaseError as error:
        log.error("audit.not_written", reason=reason_of(error), refusals=len(watch.refusals))


def _write(rows: list[AuditEntry]) -> None:
    if rows:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)


def _lost(watch: Watch, written: list[AuditEntry]) -> list[AuditEntry]:
    """Entries that went with a transaction, without those whose act was done after all."""
    doubtful = [entry for entry in written if entry.public_id not in watch.committed]
    if not doubtful:
        return []
    ids = [entry.public_id for entry in doubtful]
    there = set(AuditEntry.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    there |= watch.committed
    done = {(entry.action, entry.subject_ref) for entry in written if entry.public_id in there}
    lost = {(entry.action, entry.subject_ref): entry for entry in doubtful if entry.public_id not in there}
    return [entry for act, entry in lost.items() if act not in done]


def _again(entry: AuditEntry, watch: Watch) -> AuditEntry:
    """The entry that was rolled back, now saying so. Its details told of what did not happen."""
    return AuditEntry(
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor_ref=entry.actor_ref,
        role=entry.role,
        action=entry.action,
        subject_type=entry.subject_type,
        subject_ref=entry.subject_ref,
        details={"code": (watch.failure or "rolled_back")[:CODE_LENGTH]},
        address=entry.address,
        outcome="failed",
    )


def _row(refusal: Refusal, watch: Watch) -> AuditEntry:
    details: dict[str, Any] = {"code": refusal.code[:CODE_LENGTH]}
    if refusal.verb:
        details["verb"] = refusal.verb
    if watch.route:
        details["route"] = watch.route
    if refusal.actor.support:
        details["support"] = refusal.actor.support
    return AuditEntry(
        at=timezone.now(),
        actor_kind=refusal.actor.kind,
        actor_ref=refusal.actor.ref,
        role=refusal.actor.role,
        action=refusal.action,
        subject_type=refusal.subject_type,
        subject_ref=refusal.subject_ref,
        details=details,
        address=refusal.actor.address or None,
        outcome=refusal.outcome,
    )


def _may_keep(entry: AuditEntry) -> bool:
    """Whether this actor's acts have not yet failed too often in this hour: a sweep tries the same every twenty seconds."""
    return all(admit(f"{entry.actor_kind}:{entry.actor_ref}") for admit in _admit)


def _may_write(refusal: Refusal) -> bool:
    """Whether the person has not yet been refused too often in this hour; every refusal is in the program's log."""
    is_admitted = all(admit(f"{refusal.actor.kind}:{refusal.actor.ref}") for admit in _admit)
    _tell(refusal, is_muted=not is_admitted)
    return is_admitted


def _tell(refusal: Refusal, *, is_muted: bool = False) -> None:
    log.warning(
        refusal.action,
        code=refusal.code,
        verb=refusal.verb,
        actor=refusal.actor.ref,
        kind=refusal.actor.kind.value,
        muted=is_muted,
    )
