"""Everything that can be wrong with a signed PDF, by name."""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from integrations.emulators.login_gov.personas import PERSONAS, Persona
from integrations.emulators.trusted_profile import pades
from integrations.emulators.trusted_profile.authority import Keys
from integrations.emulators.trusted_profile.signers import PERSON_KINDS, Signers

_BOX = (40, 40, 240, 110)


@dataclass(frozen=True)
class Case:
    """Who signs what."""

    document: bytes
    signers: Signers
    persona: Persona

    @property
    def keys(self) -> Keys:
        return self.signers.person(self.persona)


def _appended(content: bytes) -> bytes:
    """An update after the signature: a note over the first page."""
    return _with_note(content)


def _with_note(content: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(one) for one in (40, 600, 500, 700)]
            ),
            generic.pdf_name("/Contents"): generic.pdf_string("PESEL 75870300048"),
            generic.pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
        }
    )
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)
    return _written(writer)


def _with_other_page(content: bytes) -> bytes:
    """Before the signature the page gets another content."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 100 100 l S"))
    writer.update_container(page)
    return _written(writer)


def _with_script(content: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    writer.update_root()
    return _written(writer)


def _with_bomb(content: bytes) -> bytes:
    """An update whose table of objects unpacks to 300 MB: the reader must look at it first of all."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * 1024 * 1024) for _ in range(300)) + packer.flush()
    before = content[content.rindex(b"startxref") + 9 :].split()[0]
    at = str(len(content) + 1).encode()
    table = b"\n9000 0 obj\n<</Type/XRef/Size 9001/W[1 4 2]/Prev %s/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
    return (
        content
        + table % (before, len(packed))
        + packed
        + b"\nendstream\nendobj\nstartxref\n"
        + at
        + b"\n%%EOF"
    )


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _rewritten(content: bytes) -> bytes:
    """A whole second PDF behind ours, whose tables know nothing of ours: only the first bytes are the same."""
    second = content[: content.index(b"%%EOF") + 6].replace(b"PESEL", b"LESEP")
    shift = len(content) + 1

    def moved(entry: re.Match[bytes]) -> bytes:
        return b"%010d 00000 n" % (int(entry[1]) + shift)

    second = re.sub(rb"(\d{10}) 00000 n", moved, second)
    return (
        content
        + b"\n"
        + re.sub(rb"startxref\n(\d+)", lambda at: b"startxref\n%d" % (int(at[1]) + shift), second)
    )


def _tampered_signature(case: Case) -> bytes:
    content = pades.signed(case.document, case.keys, reason="Rejestracja w portalu")
    return content.replace(b"Rejestracja w portalu", b"Rejestracja w PORTALU")


def _hidden_in_value(case: Case) -> bytes:
    """The place of the signature is the one hole in what is signed; text goes into its padding."""
    content = pades.signed(case.document, case.keys)
    at = content.rindex(b"00000000>")
    return content[:at] + b"deadbeef>" + content[at + 9 :]


def _personal(kind: str) -> Callable[[Case], bytes]:
    return lambda case: pades.signed(case.document, case.signers.person(case.persona, kind))


FORGED: Mapping[str, Callable[[Case], bytes]] = {
    **{f"person_{kind}": _personal(kind) for kind in PERSON_KINDS if kind != "weak_key"},
    "visible": lambda case: pades.signed(case.document, case.keys, box=_BOX),
    "profile": lambda case: pades.signed(
        case.document, case.signers.seal, reason=f"Podpis zaufany w imieniu: {case.persona.full_name}"
    ),
    "company_seal": lambda case: pades.signed(case.document, case.signers.company_seal),
    "stranger": lambda case: pades.signed(case.document, case.signers.person(_stranger(case))),
    "without_signature": lambda case: case.document,
    "two_signatures": lambda case: pades.signed(
        pades.signed(case.document, case.keys), case.signers.person(_stranger(case)), field="Podpis2"
    ),
    "unnamed_certificate": lambda case: pades.signed(case.document, case.keys, is_named=False),
    "sha1": lambda case: pades.signed(case.document, case.keys, digest="sha1"),
    "tampered_form": lambda case: _flipped(pades.signed(case.document, case.keys), len(case.document) // 2),
    "tampered_signature": _tampered_signature,
    "hidden_in_value": _hidden_in_value,
    "update_afterwards": lambda case: _appended(pades.signed(case.document, case.keys)),
    "bytes_afterwards": lambda case: pades.signed(case.document, case.keys) + b"\n%%EOF\n",
    "note_before": lambda case: pades.signed(_with_note(case.document), case.keys),
    "page_before": lambda case: pades.signed(_with_other_page(case.document), case.keys),
    "script_before": lambda case: pades.signed(_with_script(case.document), case.keys),
    "rewritten": lambda case: pades.signed(_rewritten(case.document), case.keys),
    "bomb": lambda case: _with_bomb(pades.signed(case.document, case.keys)),
    "huge": lambda case: pades.signed(case.document, case.keys) + b"%" * (5 * 1024 * 1024),
    "truncated": lambda case: pades.signed(case.document, case.keys)[:-600],
    "not_a_pdf": lambda case: b"PK\x03\x04" + case.document,
}
"""By name; "visible", "profile" and some of "person_…" are right."""


def _stranger(case: Case) -> Persona:
    return next(one for one in PERSONAS if one.identifier != case.persona.identifier)


def made(document: bytes, signers: Signers, persona: Persona, *, mode: str = "") -> bytes:
    """The signed PDF, by the persona's qualified certificate unless the mode says otherwise."""
    case = Case(document, signers, persona)
    return FORGED[mode](case) if mode else pades.signed(document, case.keys)
