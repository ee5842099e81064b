"""Opening what somebody handed in: only past the door, and never without an entry in the log."""

from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.accounts.models import RepresentationDocument
from services.accounts.queries_representation import document_of
from services.users.domain import Verb


@transaction.atomic
def open_document(request_id: UUID, *, actor: Actor) -> RepresentationDocument:
    """The document of a request, for the clerk who decides. Raises Refused, NotFound("document.unknown")."""
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    row = document_of(request_id)
    record("representation.document_opened", row.request, actor=actor)
    return row
