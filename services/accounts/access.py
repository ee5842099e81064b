"""The one door: what an actor may do, for every surface.

Staff act by role (table `services.users.domain`), and where dues or payments are concerned also by a grant on the liability
type or its department. Residents act on what is theirs, through the loaders of the queries. API clients act by scope.
"""

from collections.abc import Iterable
from datetime import date
from functools import singledispatch

from django.db.models import Q, QuerySet
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from kernel.actors import Actor, ActorKind
from kernel.audit.attempts import note_denied
from kernel.errors import NotFound, Refused
from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.accounts.queries import owes_acceptance
from services.users.domain import (
    API_SCOPES,
    MONEY_VERBS,
    OBJECT_VERBS,
    STAFF_VERBS,
    SUPPORT_VERBS,
    Role,
    Verb,
)
from services.users.queries import account_of, roles_of
from tenants.configuration.models import Department, LiabilityType

RESIDENT_VERBS = frozenset({Verb.OWN_ACCOUNT, Verb.OWN_DUES})


@singledispatch
def liability_types_of(subject: object) -> Iterable[int]:
    """Ids of the liability types that a thing is about; each app registers its own models."""
    raise TypeError(f"no liability types known for {type(subject).__name__}")


@liability_types_of.register
def _(subject: LiabilityType) -> Iterable[int]:
    return [subject.pk]


def roles_for(actor: Actor, verb: Verb, on: date | None = None) -> list[Role]:
    """Roles of the actor that allow the verb today (or on the given day), most specific first."""
    if actor.kind != ActorKind.STAFF:
        return []
    held = roles_of(actor, on or timezone.localdate())
    return [
        role
        for role in (Role.CLERK, Role.MODERATOR, Role.ADMIN)
        if role in held and verb in STAFF_VERBS[role]
    ]


def types_handled(actor: Actor) -> QuerySet[LiabilityType]:
    """Liability types that a clerk may deal with: granted one by one or through their department."""
    user = account_of(actor).first()
    if user is None:
        return LiabilityType.objects.none()
    by_type = get_objects_for_user(
        user, "configuration.handle_liabilitytype", klass=LiabilityType, accept_global_perms=False
    )
    by_department = get_objects_for_user(
        user, "configuration.handle_department", klass=Department, accept_global_perms=False
    )
    return LiabilityType.objects.filter(
        Q(pk__in=by_type.values("pk")) | Q(department__in=by_department.values("pk"))
    )


def can(actor: Actor, verb: Verb, subject: object | None = None) -> bool:
    """Whether the actor may do `verb` (to `subject`)."""
    try:
        _admitted(actor, verb, subject)
    except (Refused, NotFound):
        return False
    return True


def require(actor: Actor, verb: Verb, subject: object | None = None) -> Actor:
    """Let the act through and say in which role it is done, for the audit log.

    Raises Refused("access.denied") when the actor's roles or scopes do not include the verb, and NotFound when the object
    is not one of those that the actor may know of. Both leave an entry in the audit log (T-30).
    """
    try:
        return _admitted(actor, verb, subject)
    except (Refused, NotFound) as error:
        note_denied(actor, error.code, verb=verb.value, subject=subject)
        raise


def _admitted(actor: Actor, verb: Verb, subject: object | None) -> Actor:
    if actor.kind == ActorKind.SYSTEM:
        return actor
    if actor.kind == ActorKind.RESIDENT:
        return _require_resident(actor, verb)
    if actor.kind == ActorKind.API:
        if verb not in API_SCOPES or verb.value not in actor.scopes:
            raise Refused("access.denied", verb=verb.value)
        return actor
    if actor.kind == ActorKind.PLATFORM and verb == Verb.OPERATE_PLATFORM:
        return actor.in_role("operator")
    if actor.support and verb not in SUPPORT_VERBS:
        raise Refused("support.read_only")
    roles = roles_for(actor, verb)
    if not roles:
        raise Refused("access.denied", verb=verb.value)
    if subject is not None and verb in OBJECT_VERBS:
        handled = set(types_handled(actor).values_list("pk", flat=True))
        concerned = set(liability_types_of(subject))
        # Reading needs one of the types in question; changing money needs them all.
        enough = concerned <= handled if verb in MONEY_VERBS else bool(concerned & handled)
        if not enough:
            raise NotFound("access.foreign")
    return actor.in_role(roles[0].value)


def _require_resident(actor: Actor, verb: Verb) -> Actor:
    if verb not in RESIDENT_VERBS:
        raise Refused("access.denied", verb=verb.value)
    if verb == Verb.OWN_DUES:
        active = Resident.objects.filter(
            user__in=account_of(actor), state=ResidentState.ACTIVE, user__is_active=True
        )
        resident = active.first()
        if resident is None:
            raise Refused("access.not_active")
        if owes_acceptance(resident, timezone.localdate()):
            raise Refused("access.regulation")
    return actor
