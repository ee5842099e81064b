"""Faults on order that rebuild a rightly signed answer: signature wrapping (XSW), and bytes that no SAML message needs.

What is forged names another person, and is encrypted for the gmina with its public certificate, as any attacker could do.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from integrations.emulators.login_gov.dsig import DS, SAML, SIGNATURE, sign
from integrations.emulators.login_gov.messages import (
    SAMLP,
    Plan,
    artifact_response,
    envelope,
    response,
    unsigned_artifact_response,
    unsigned_response,
)

_OBJECT = f"{{{DS}}}Object"
_EXTENSIONS = f"{{{SAMLP}}}Extensions"
_ISSUER = f"{{{SAML}}}Issuer"
_ENCRYPTED = f"{{{SAML}}}EncryptedAssertion"
_BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@dataclass(frozen=True)
class Material:
    """What an attacker has: the true plan, and one with the person whom they want to be."""

    plan: Plan
    forged: Plan

    def genuine(self) -> bytes:
        """The answer as the node gives it."""
        return artifact_response(self.plan, response(self.plan))

    def forgery(self, message_id: str | None = None) -> bytes:
        """An unsigned outer message around an unsigned response that names the other person."""
        document = unsigned_artifact_response(self.forged, unsigned_response(self.forged))
        root = etree.fromstring(document)
        if message_id is not None:
            root.set("ID", message_id)
        return etree.tostring(root)


def answer(plan: Plan) -> bytes:
    """The right answer to the plan."""
    return envelope(artifact_response(plan, response(plan)))


def _original_in_object(material: Material) -> bytes:
    forged, original, signature = _taken_apart(material.forgery(), material.genuine())
    holder = etree.SubElement(signature, _OBJECT)
    holder.append(original)
    return envelope(etree.tostring(forged))


def _original_in_extensions(material: Material) -> bytes:
    forged, original, signature = _taken_apart(material.forgery(), material.genuine())
    holder = etree.Element(_EXTENSIONS)
    signature.addnext(holder)
    holder.append(original)
    return envelope(etree.tostring(forged))


def _original_in_header(material: Material) -> bytes:
    forged, original, _ = _taken_apart(material.forgery(), material.genuine())
    return envelope(etree.tostring(forged), header=etree.tostring(original))


def _original_with_signature_in_header(material: Material) -> bytes:
    return envelope(material.forgery(), header=material.genuine())


def _second_child(material: Material) -> bytes:
    return envelope(material.forgery(), material.genuine())


def _second_child_after(material: Material) -> bytes:
    return envelope(material.genuine(), material.forgery())


def _same_id(material: Material) -> bytes:
    genuine = material.genuine()
    forgery = material.forgery(etree.fromstring(genuine).get("ID"))
    forged, original, signature = _taken_apart(forgery, genuine)
    holder = etree.SubElement(signature, _OBJECT)
    holder.append(original)
    return envelope(etree.tostring(forged))


def _two_bodies(material: Material) -> bytes:
    whole = envelope(material.genuine())
    return whole.replace(b"<soap:Body>", b"<soap:Body>" + material.forgery() + b"</soap:Body><soap:Body>", 1)


def _another_message(material: Material) -> bytes:
    return envelope(response(material.plan))


def _two_responses(material: Material) -> bytes:
    inner = (unsigned_response(material.forged), response(material.plan))
    return envelope(artifact_response(material.plan, *inner))


def _inner_in_object(material: Material) -> bytes:
    forged, original, signature = _taken_apart(unsigned_response(material.forged), response(material.plan))
    holder = etree.SubElement(signature, _OBJECT)
    holder.append(original)
    return envelope(artifact_response(material.plan, etree.tostring(forged)))


def _inner_in_extensions(material: Material) -> bytes:
    forged, original, signature = _taken_apart(unsigned_response(material.forged), response(material.plan))
    holder = etree.Element(_EXTENSIONS)
    signature.addnext(holder)
    holder.append(original)
    return envelope(artifact_response(material.plan, etree.tostring(forged)))


def _inner_swapped(material: Material) -> bytes:
    """The response of the other person under the signature of the true one; the outer signature is right."""
    forged, _, _ = _taken_apart(unsigned_response(material.forged), response(material.plan))
    return envelope(artifact_response(material.plan, etree.tostring(forged)))


def _outer_swapped(material: Material) -> bytes:
    """Another signed response put into a signed outer message afterwards."""
    outer = etree.fromstring(material.genuine())
    found = outer.find(f"{{{SAMLP}}}Response")
    assert found is not None
    outer.replace(found, etree.fromstring(response(material.forged)))
    return envelope(etree.tostring(outer))


def _assertion_in_extensions(material: Material) -> bytes:
    """A second encrypted assertion where no one should look, rightly signed with the rest."""
    root = etree.fromstring(unsigned_response(material.plan))
    assertion = root.find(_ENCRYPTED)
    assert assertion is not None
    holder = etree.Element(_EXTENSIONS)
    holder.append(copy.deepcopy(assertion))
    root.insert(1, holder)
    inner = sign(etree.tostring(root), material.plan.signing_inner)
    return envelope(artifact_response(material.plan, inner))


def _edited(old: bytes, new: bytes) -> Callable[[Material], bytes]:
    def edit(material: Material) -> bytes:
        return answer(material.plan).replace(old, new, 1)

    return edit


def _doctype(declaration: str, reference: str = "") -> Callable[[Material], bytes]:
    def edit(material: Material) -> bytes:
        start, _, rest = answer(material.plan).partition(b"?>")
        rest = rest.replace(b"</saml2:Issuer>", f"{reference}</saml2:Issuer>".encode(), 1)
        return start + b"?>" + declaration.encode() + rest

    return edit


def _utf16(material: Material) -> bytes:
    return answer(material.plan).decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")


def _utf7(material: Material) -> bytes:
    """A declared encoding in which a comment looks harmless to whoever reads the bytes as UTF-8."""
    text = answer(material.plan).decode().replace("UTF-8", "UTF-7", 1)
    return text.replace("</saml2:Issuer>", "+ADwAIQ--- x --+AD4-</saml2:Issuer>", 1).encode()


def _deep(material: Material) -> bytes:
    return envelope(b"<x>" * 5000 + b"</x>" * 5000)


def _many(material: Material) -> bytes:
    return envelope(b"<x/>" * 5000)


def _taken_apart(forgery: bytes, genuine: bytes) -> tuple[etree._Element, etree._Element, etree._Element]:
    """The forgery with the genuine signature in it, the genuine message without it, and that signature."""
    forged, original = etree.fromstring(forgery), etree.fromstring(genuine)
    signature = original.find(SIGNATURE)
    issuer = forged.find(_ISSUER)
    assert signature is not None
    assert issuer is not None
    moved = copy.deepcopy(signature)
    original.remove(signature)
    issuer.addnext(moved)
    return forged, original, moved


REBUILT: Mapping[str, Callable[[Material], bytes]] = {
    "xsw_object": _original_in_object,
    "xsw_extensions": _original_in_extensions,
    "xsw_header": _original_in_header,
    "xsw_header_whole": _original_with_signature_in_header,
    "xsw_second_child": _second_child,
    "xsw_second_child_after": _second_child_after,
    "xsw_same_id": _same_id,
    "xsw_two_bodies": _two_bodies,
    "xsw_another_message": _another_message,
    "xsw_two_responses": _two_responses,
    "xsw_inner_object": _inner_in_object,
    "xsw_inner_extensions": _inner_in_extensions,
    "xsw_inner_swapped": _inner_swapped,
    "xsw_outer_swapped": _outer_swapped,
    "assertion_in_extensions": _assertion_in_extensions,
    "no_envelope": lambda material: answer(material.plan).replace(b"soap:Envelope", b"soap:Koperta"),
    "changed_status": _edited(b"status:Success", b"status:success"),
    "comment_in_issuer": _edited(b"</saml2:Issuer>", b"<!-- x --></saml2:Issuer>"),
    "instruction_in_issuer": _edited(b"</saml2:Issuer>", b"<?x y?></saml2:Issuer>"),
    "doctype": _doctype("<!DOCTYPE x>"),
    "xxe": _doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
    "remote_dtd": _doctype('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "entity_bomb": _doctype(f'<!DOCTYPE x [<!ENTITY e0 "x">{_BOMB}]>', "&e9;"),
    "utf16": _utf16,
    "utf7": _utf7,
    "deep": _deep,
    "many_elements": _many,
}
