"""What the signed-in person may do here, for showing only what leads somewhere. The pages themselves ask the door."""

from django.utils import timezone

from frontend.guards import Request
from kernel.actors import ActorKind
from services.users.domain import STAFF_VERBS, SUPPORT_VERBS, Role, Verb
from services.users.queries import current_roles


def roles_of(request: Request) -> frozenset[Role]:
    """Roles in which the person may act today; none for anybody but staff."""
    actor = request.actor
    if actor.kind != ActorKind.STAFF or actor.user_id is None:
        return frozenset()
    if not hasattr(request, "held_roles"):
        request.held_roles = current_roles(actor.user_id, timezone.localdate())
    return request.held_roles


def verbs_of(request: Request) -> frozenset[Verb]:
    """Everything that these roles allow; to support only what it may read."""
    verbs: frozenset[Verb] = frozenset().union(*(STAFF_VERBS[role] for role in roles_of(request)))
    return verbs & SUPPORT_VERBS if request.actor.support else verbs
