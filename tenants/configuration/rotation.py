"""The end of a rotation: the previous generation of an operator's secret verifies for some days and goes by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from kernel.actors import Actor, system
from kernel.audit.recording import history, record
from tenants.configuration.models import OperatorAccount

PREVIOUS_LIVES = timedelta(days=14)
"""How long what is signed by the previous secret is believed (payments.md 11, bug 27): longer than any operator repeats a
message, PayU and imoje for some days."""
ROTATION = system("rotation")


def note_rotation(row: OperatorAccount, names: Iterable[str], actor: Actor) -> None:
    """Keep when each of these secrets got a new generation."""
    for name in names:
        record("configuration.operator_secret_rotated", row, actor=actor, name=name)


def ends_at(row: OperatorAccount, name: str) -> datetime | None:
    """When the previous generation of the secret goes; None while it has none.

    A secret whose rotation was not kept counts from the account's last change, which is no earlier.
    """
    if len(row.secrets.get(name, ())) < 2:
        return None
    known = history(row).filter(action="configuration.operator_secret_rotated", details__name=name)
    changed = history(row).filter(action="configuration.operator_account")
    began = known.order_by("-at").first() or changed.order_by("-at").first()
    return began.at + PREVIOUS_LIVES if began else None


@transaction.atomic(durable=True)
def drop_aged_secrets(now: datetime) -> int:
    """Remove every previous generation whose days are over at `now`; how many there were. Of an account that is off, too:
    its messages end with its payments."""
    dropped = 0
    for row in OperatorAccount.objects.select_for_update().order_by("id"):
        aged = [name for name in row.secrets if (end := ends_at(row, name)) is not None and end <= now]
        if not aged:
            continue
        row.secrets = {name: kept[:1] if name in aged else kept for name, kept in row.secrets.items()}
        row.save(update_fields=["secrets"])
        for name in aged:
            record("configuration.operator_secret_dropped", row, actor=ROTATION, name=name)
        dropped += len(aged)
    return dropped
