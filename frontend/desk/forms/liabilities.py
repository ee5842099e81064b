"""Finding dues, and a file of them to import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import FileInput
from frontend.desk.forms.base import DeskForm
from frontend.messages import sentence
from integrations.finance.lines import MAX_BYTES
from kernel.errors import SkarbnikError


class UploadForm(DeskForm):
    """A file of dues. It is only checked at first."""

    file = forms.FileField(
        label=_("Plik CSV, XLSX albo JSON"),
        widget=FileInput(accept=".csv,.xlsx,.json,text/csv"),
        help_text=_(
            "Z systemu finansowego, CSV w UTF-8. Najpierw sprawdzimy go wiersz po wierszu, niczego nie zapisując. Duży plik "
            "sprawdza się w tle: możesz zamknąć stronę i wrócić do wyniku później."
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
