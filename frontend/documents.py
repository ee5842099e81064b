"""Documents on pages: taking them from a form, and handing them out so that the browser opens nothing of them (T-28)."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from frontend.components.widgets import FileInput
from kernel.documents import ENDINGS, MOST_BYTES, Document

ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png"


class FilesInput(FileInput):
    """Several files chosen together."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; what they may be is the action's to say."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Document]:
        """Every file, read no further than a document may be long."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [read(super(FilesField, self).clean(one, initial)) for one in given if one]


def read(file: UploadedFile[Any]) -> Document:
    """A file of a form, read no further than a document may be long."""
    return Document(file.name or "", file.read(MOST_BYTES + 1))


def download(kept: Any, name: str) -> HttpResponse:
    """A stored document, always as a download: nothing of it is opened on our address, and no cache keeps it.

    `name` begins the file name; what the person had called the file does not leave in a header.
    """
    response = HttpResponse(kept.content, content_type=kept.media_type)
    ending = ENDINGS.get(kept.media_type, "bin")
    response["Content-Disposition"] = f'attachment; filename="{name}-{kept.public_id}.{ending}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
