"""Polish sentences for the errors of the services: what went wrong and what to do now.

Code -> sentence, written down in `frontend.sentences`. A sentence may use the parameters of the error as `%(name)s`. A
test finds every code that the services raise and asks for its sentence here.
"""

from collections.abc import Mapping

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.sentences import (
    complaints,
    desk,
    letters,
    money,
    office,
    platform,
    safeguards,
    signing,
    statements,
)
from integrations.finance.sentences import SENTENCES as FILE_ERRORS
from kernel.errors import SkarbnikError
from services.banking.sentences import POSTINGS
from services.liabilities.sentences import ERRORS as IMPORT_ERRORS

UNKNOWN = _("Nie udało się tego zrobić. Odśwież stronę i spróbuj jeszcze raz.")

SENTENCES: Mapping[str, str | Promise] = {
    **IMPORT_ERRORS,
    **POSTINGS,
    **complaints.SENTENCES,
    **desk.SENTENCES,
    **letters.SENTENCES,
    **money.SENTENCES,
    **office.SENTENCES,
    **platform.SENTENCES,
    **safeguards.SENTENCES,
    **signing.SENTENCES,
    **statements.SENTENCES,
}


def sentence(error: SkarbnikError) -> str:
    """The Polish sentence for an error; a general one for a code that is not in the list."""
    text = str(SENTENCES.get(error.code, UNKNOWN))
    if error.code in FILE_ERRORS:
        text = _now(FILE_ERRORS[error.code])
        if error.params.get("line"):
            text = _now("Wiersz %(line)s: ") + text
    params = {name: _plain(value) for name, value in error.params.items()}
    try:
        return (text % params).strip()
    except (KeyError, ValueError):
        return text.partition("%(")[0].strip()


def show_on(form: BaseForm, error: SkarbnikError) -> None:
    """Put the error beside the field that it names (`params["field"]`), else above the form."""
    field = error.params.get("field")
    form.add_error(field if field in form.fields else None, sentence(error))


def _plain(value: object) -> str:
    """A parameter as words: several reasons become several sentences."""
    return " ".join(_now(str(item)) for item in value) if isinstance(value, (list, tuple)) else str(value)
