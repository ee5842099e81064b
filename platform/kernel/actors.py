"""Who acts. Every action takes an `actor`, every audit entry names one."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class ActorKind(StrEnum):
    """Kinds of actors; the value is what the audit log stores."""

    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    STAFF = "staff"
    API = "api"
    PLATFORM = "platform"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role and from where.

    `ref` is the public id of the user or API client (never a name); `role` is filled in by the access door when it
    lets an act through, so that the audit log says in which of several roles a person acted. `support` is the public id of
    the platform's operator who looks at the gmina as this account, with its consent; everything that is logged names both.
    """

    kind: ActorKind
    ref: str = ""
    user_id: int | None = None
    role: str = ""
    address: str = ""
    scopes: frozenset[str] = frozenset()
    support: str = ""

    def in_role(self, role: str) -> Self:
        """The same actor, acting in the given role."""
        return replace(self, role=role)


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)


def system(task: str) -> Actor:
    """The program itself, named after the job that runs."""
    return Actor(kind=ActorKind.SYSTEM, ref=task)
