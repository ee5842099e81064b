"""The document to sign, in both forms, from the same application: XML for a signing service or program, PDF for people."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from integrations.identity.signatures.form import Document, RegistrationForm, as_pdf, as_xml
from kernel import tenancy
from kernel.errors import InvalidInput
from services.accounts.actions import Application
from services.signing.domain import DocumentKind
from services.signing.models import RegistrationDocument, SigningAttempt
from tenants.configuration.queries import office

MAKERS: Final[Mapping[DocumentKind, Callable[[RegistrationForm], Document]]] = {
    DocumentKind.XML: as_xml,
    DocumentKind.PDF: as_pdf,
}
FIELDS: Final = ("first_name", "last_name", "pesel", "email", "address", "phone")


def form_values(application: Application, regulation_number: int) -> dict[str, Any]:
    """What is kept of an application until it is signed: everything but a password, which a signed form does not have.

    The office and its portal are frozen with it: the document must be made again to the letter.
    """
    row = office()
    return {
        **{name: " ".join(getattr(application, name).split()) for name in FIELDS},
        "regulation_id": str(application.regulation_id),
        "regulation_number": regulation_number,
        "consent_version": application.consent_version,
        "office": row.office_name,
        "portal": row.portal_name,
    }


def application_of(attempt: SigningAttempt) -> Application:
    """The application again, as registration takes it."""
    values = attempt.form
    return Application(
        **{name: values[name] for name in FIELDS},
        regulation_id=UUID(values["regulation_id"]),
        password="",
        consent_version=values.get("consent_version", 0),
    )


def form_of(attempt: SigningAttempt) -> RegistrationForm:
    """What the person declares. Raises InvalidInput("pesel.invalid") or ("signing.form") for what no document can say."""
    values = attempt.form
    details = (
        ("Adres e-mail", values["email"]),
        ("Adres zamieszkania", values["address"]),
        ("Telefon", values["phone"] or "nie podano"),
    )
    try:
        return RegistrationForm(
            attempt=attempt.public_id,
            teryt=tenancy.current_tenant_id(),
            office=values["office"],
            portal=values["portal"],
            made_at=attempt.made_at,
            given_names=values["first_name"],
            family_name=values["last_name"],
            pesel=values["pesel"],
            details=details,
            statements=_statements(values["regulation_number"]),
        )
    except ValueError as error:
        is_number = str(error) == "not a PESEL"
        raise (
            InvalidInput("pesel.invalid", field="pesel") if is_number else InvalidInput("signing.form")
        ) from None


def _statements(number: int) -> tuple[str, ...]:
    """Requirements S51-S59, D23: what registering declares. A change of a sentence is a new SCHEMA_VERSION."""
    return (
        "Wnoszę o założenie konta w portalu.",
        f"Znam regulamin portalu w wersji {number} i go akceptuję.",
        "Zobowiązuję się przestrzegać regulaminu, nie naruszać cudzych praw autorskich, praw do wynalazków, patentów, "
        "znaków towarowych ani wzorów użytkowych i przemysłowych, dóbr osobistych innych osób i urzędu ani dobrych "
        "obyczajów.",
        "Wiem, że podanie danych jest dobrowolne, ale bez nich konto nie powstanie.",
    )


def document_of(attempt: SigningAttempt, kind: DocumentKind) -> RegistrationDocument:
    """The document of that kind: made once, then always the same bytes. Call it with the attempt locked."""
    found = attempt.documents.filter(kind=kind).first()
    if found is not None:
        return found
    made = make(attempt, kind)
    return RegistrationDocument.objects.create(
        attempt=attempt,
        kind=kind,
        content=made.content,
        sha256=hashlib.sha256(made.content).hexdigest(),
        made_at=timezone.now(),
    )


def make(attempt: SigningAttempt, kind: DocumentKind) -> Document:
    """Draw the document. Raises InvalidInput as `form_of` does, also for characters that XML cannot hold."""
    try:
        return MAKERS[kind](form_of(attempt))
    except ValueError:
        raise InvalidInput("signing.form") from None


def given(document: RegistrationDocument) -> Document:
    """The document as the verification compares with it."""
    return Document(form_of(document.attempt), document.content)
