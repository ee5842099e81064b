"""Finding dues, and a file of them to import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import FileInput
from frontend.desk.forms.base import DeskForm
from frontend.messages import sentence
from kernel.errors import SkarbnikError
from services.liabilities.domain.dues_file import MAX_BYTES


class UploadForm(DeskForm):
    """A CSV file of dues. It is only checked at first."""

    file = forms.FileField(
        label=_("Plik CSV"),
        widget=FileInput(accept=".csv,text/csv"),
        help_text=_(
            "CSV UTF-8 z systemu finansowego. Najpierw sprawdzimy go wiersz po wierszu, niczego nie zapisując."
        ),
        error_messages={"empty": _("Plik jest pusty.")},
    )

    def clean_file(self) -> Any:
        """A file that is far too big is not even read."""
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MAX_BYTES:
            megabytes = MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                _now("Plik jest większy niż %(megabytes)s MB. Podziel go na części.")
                % {"megabytes": megabytes}
            )
        return uploaded

    def refuse(self, error: SkarbnikError) -> None:
        """Whatever an import refuses as a whole is about the file."""
        self.refusal = error.code
        self.add_error("file", sentence(error))
