"""The office's information of art. 13 RODO."""

from collections.abc import Mapping

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict
from services.accounts.access import require
from services.privacy.domain.notice import DEFAULTS, FIELDS
from services.privacy.models import InformationNotice
from services.users.domain import Verb


@transaction.atomic(durable=True)
def change_notice(values: Mapping[str, str], *, version: int, actor: Actor) -> InformationNotice:
    """Write the parts of the information. `version` is the one that the form showed, 0 for the delivered texts.

    Raises Refused without the role and Conflict("setting.stale") when somebody changed it meanwhile.
    """
    actor = require(actor, Verb.PROTECT_DATA)
    row = InformationNotice.objects.select_for_update().first()
    if (row.version if row else 0) != version:
        raise Conflict("setting.stale")
    texts = {name: values[name].strip() for name in FIELDS}
    if row is None:
        row = InformationNotice.objects.create(**texts)
    else:
        for name, text in texts.items():
            setattr(row, name, text)
        row.version += 1
        row.save()
    record("privacy.notice_changed", row, actor=actor, version=row.version, own=sorted(_own(texts)))
    return row


def _own(texts: Mapping[str, str]) -> list[str]:
    return [name for name, text in texts.items() if text != DEFAULTS[name]]
