"""A file of postings of the finance system."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import FileInput
from frontend.desk.forms.base import DeskForm
from frontend.messages import sentence
from kernel.errors import SkarbnikError


class PostingsUploadForm(DeskForm):
    """A file of postings. It is only checked at first."""

    file = forms.FileField(
        label=_("Plik CSV, XLSX albo JSON"),
        widget=FileInput(accept=".csv,.xlsx,.json,text/csv"),
        help_text=_(
            "Księgowania z systemu finansowego, najwyżej 32 MB i 100 000 wierszy. Najpierw sprawdzimy je wiersz po wierszu, "
            "niczego nie zapisując. Duży plik sprawdza się w tle: możesz zamknąć stronę i wrócić do wyniku później."
        ),
        error_messages={"empty": _("Plik jest pusty.")},
    )

    def refuse(self, error: SkarbnikError) -> None:
        """Whatever refuses the file as a whole is about the file."""
        self.refusal = error.code
        self.add_error("file", sentence(error))
