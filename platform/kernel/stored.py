"""Documents that somebody has handed in, as they are kept: checked by content, encrypted, apart from what they belong to."""

from typing import Any

from django.db import models

from kernel.documents import Document, media_type_of, plain_name
from kernel.fields import EncryptedBytesField, EncryptedTextField, PublicIdModel


class StoredDocument(PublicIdModel):
    """Base of documents. Name and content are encrypted; the media type is the one that the content has."""

    name = EncryptedTextField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    content = EncryptedBytesField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.public_id)


def values_of(document: Document) -> dict[str, Any]:
    """Values for the columns of a `StoredDocument`. Raises InvalidInput as `kernel.documents.media_type_of` does."""
    media_type = media_type_of(document.content)
    return {
        "name": plain_name(document.name, media_type),
        "media_type": media_type,
        "size": len(document.content),
        "content": document.content,
    }
