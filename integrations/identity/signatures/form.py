"""The registration form as the two documents that a person may sign: our XML and our PDF."""

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

import typst
from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from kernel.identifiers import is_valid_pesel

NAMESPACE = "urn:skarbnik:rejestracja:1"
_WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True)
class RegistrationForm:
    """What a resident declares when they register. Personal data appear in no repr.

    `attempt` and `teryt` make the document of one attempt in one gmina useless in any other. `details` are further
    lines as label and value ("Adres e-mail", …), `statements` the sentences that the person declares, both in the order
    of the form. ValueError for a missing name, a PESEL that is not one, a time without a zone, and for characters that
    XML cannot hold.
    """

    attempt: UUID
    teryt: str
    office: str
    portal: str
    made_at: datetime
    given_names: str = field(repr=False)
    family_name: str = field(repr=False)
    pesel: str = field(repr=False)
    details: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    statements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.given_names.strip() and self.family_name.strip() and self.office and self.teryt):
            raise ValueError("a form names the person and the office")
        if not is_valid_pesel(self.pesel):
            raise ValueError("not a PESEL")
        if self.made_at.utcoffset() is None:
            raise ValueError("a time needs its zone")


@dataclass(frozen=True)
class Document:
    """What we gave to sign: the very bytes, which the gmina keeps, and the form that they say."""

    form: RegistrationForm
    content: bytes = field(repr=False)


def as_xml(form: RegistrationForm) -> Document:
    """The form as XML in UTF-8, one element for each fact, without blanks between them."""
    root = etree.Element(f"{{{NAMESPACE}}}WniosekORejestracje", nsmap={None: NAMESPACE}, wersja="1")
    _add(root, "NumerWniosku", str(form.attempt))
    _add(root, "Sporzadzono", form.made_at.astimezone(_WARSAW).isoformat(timespec="seconds"))
    office = etree.SubElement(root, f"{{{NAMESPACE}}}Urzad", teryt=form.teryt)
    _add(office, "Nazwa", form.office)
    _add(office, "Portal", form.portal)
    person = etree.SubElement(root, f"{{{NAMESPACE}}}Osoba")
    _add(person, "Imiona", form.given_names)
    _add(person, "Nazwisko", form.family_name)
    _add(person, "PESEL", form.pesel)
    details = etree.SubElement(root, f"{{{NAMESPACE}}}Dane")
    for label, value in form.details:
        _add(details, "Pozycja", value).set("nazwa", _clean(label))
    statements = etree.SubElement(root, f"{{{NAMESPACE}}}Oswiadczenia")
    for sentence in form.statements:
        _add(statements, "Oswiadczenie", sentence)
    return Document(form, etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def as_pdf(form: RegistrationForm) -> Document:
    """The form as a tagged PDF/UA for people who sign files on their own computer."""
    template = files("integrations.identity.signatures").joinpath("form.typ").read_bytes()
    values = {
        "attempt": str(form.attempt),
        "teryt": form.teryt,
        "office": _clean(form.office),
        "portal": _clean(form.portal),
        "made_at": form.made_at.astimezone(_WARSAW).strftime("%d.%m.%Y, %H:%M"),
        "given_names": _clean(form.given_names),
        "family_name": _clean(form.family_name),
        "pesel": form.pesel,
        "details": [[_clean(label), _clean(value)] for label, value in form.details],
        "statements": [_clean(sentence) for sentence in form.statements],
    }
    content: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return Document(form, _ready_for_signature(content))


def _ready_for_signature(content: bytes) -> bytes:
    """The PDF with an empty list of form fields, to which a signature adds its own: the one change that is then allowed."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    fields = generic.DictionaryObject({generic.pdf_name("/Fields"): generic.ArrayObject()})
    writer.root["/AcroForm"] = writer.add_object(fields)
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    """One form of each letter and single blanks, so that no software between here and the signature changes a byte."""
    return " ".join(unicodedata.normalize("NFC", text).split())
