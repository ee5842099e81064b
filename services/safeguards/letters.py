"""Letters of the safeguards: to the local administrators, to the persons of an act and to the office's own mailbox."""

from collections.abc import Iterable
from datetime import date

from services.notices.actions import write_message
from services.users.domain import Role
from services.users.models import User, UserKind
from services.users.queries import current_roles
from tenants.configuration.queries import office


def administrators(on: date) -> list[User]:
    """Everybody who can act as local administrator on the day, oldest account first."""
    people = User.objects.filter(
        kind=UserKind.STAFF,
        is_active=True,
        staff_roles__role=Role.ADMIN,
        staff_roles__revoked_at__isnull=True,
    )
    return [user for user in people.distinct().order_by("id") if Role.ADMIN in current_roles(user.pk, on)]


def write_to(
    people: Iterable[User], kind: str, context: dict[str, object], *, related_ref: str, to_office: bool = True
) -> None:
    """One letter to each address, to the office's own mailbox too; inside the caller's transaction.

    Names of people may stand in `context`: the text is encrypted with the message.
    """
    place = office()
    addresses = dict.fromkeys(user.email for user in people)
    if to_office:
        addresses[place.email] = None
    for address in addresses:
        write_message(
            kind=kind,
            recipient=address,
            context={"portal": place.portal_name, **context},
            related_ref=related_ref,
        )
