"""How the desk tells of a signature: what was signed, by whom, what was checked."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.messages import SENTENCES
from services.signing.domain import FileState, Way
from services.signing.queries import SignatureSummary, signatures_of

KINDS = {
    "trusted_profile": gettext_lazy("podpis zaufany (profil zaufany)"),
    "qualified_signature": gettext_lazy("podpis kwalifikowany"),
}
ASKED = {
    "ocsp": gettext_lazy("pytanie o certyfikat (OCSP)"),
    "crl": gettext_lazy("lista unieważnionych (CRL)"),
}


def signature_rows(registration_id: UUID) -> list[dict[str, Any]]:
    """Signatures of a registration in words, oldest first."""
    return [_row(one) for one in signatures_of(registration_id)]


def _row(one: SignatureSummary) -> dict[str, Any]:
    is_proven = one.state == FileState.PROVEN
    return {
        "one": one,
        "kind": KINDS.get(one.signature_kind, one.signature_kind),
        "way": _("na stronie pz.gov.pl") if one.way == Way.SERVICE else _("plik przysłany przez osobę"),
        "result": _("prawidłowy, potwierdza tożsamość")
        if is_proven
        else _("prawidłowy, osobę sprawdza urząd"),
        "result_kind": "success" if is_proven else "warning",
        "reason": SENTENCES.get(one.reason, "") if one.reason else "",
        "revocation": ", ".join(str(ASKED.get(kind, kind)) for kind in one.revocation) or _("nie sprawdzono"),
    }
