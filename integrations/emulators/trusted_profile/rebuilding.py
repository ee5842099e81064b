"""Changes to a signed XML after its signature: tampering, wrapping, and what a hostile file does to a parser."""

import copy
import re
from collections.abc import Callable, Mapping

from lxml import etree

_DS = "http://www.w3.org/2000/09/xmldsig#"
_SIGNATURE = f"{{{_DS}}}Signature"
_DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>\n"
_ENTITIES = "".join(f'<!ENTITY x{number} "{f"&x{number - 1};" * 10}">' for number in range(1, 10))


def _replaced(pattern: bytes, replacement: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed, count = re.subn(pattern, replacement, content, count=1)
        assert count == 1, pattern
        return changed

    return change


def _before_root(text: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(_DECLARATION, _DECLARATION + text.encode())


def _tree(change: Callable[[etree._Element, etree._Element], etree._Element]) -> Callable[[bytes], bytes]:
    def rebuild(content: bytes) -> bytes:
        root = etree.fromstring(content)
        signature = root.find(_SIGNATURE)
        assert signature is not None
        return etree.tostring(change(root, signature), xml_declaration=True, encoding="UTF-8")

    return rebuild


def _forged_root(root: etree._Element) -> etree._Element:
    """The same form with another e-mail and name, without a signature."""
    forged = copy.deepcopy(root)
    for signature in forged.findall(_SIGNATURE):
        forged.remove(signature)
    name = forged.find(".//{*}Nazwisko")
    assert name is not None
    name.text = "Podmieniona"
    return forged


def _wrapped_in_object(root: etree._Element, signature: etree._Element) -> etree._Element:
    """The signed form goes into the signature's object, a forged one takes its place."""
    forged = _forged_root(root)
    root.remove(signature)
    etree.SubElement(signature, f"{{{_DS}}}Object").append(root)
    forged.append(signature)
    return forged


def _wrapped_in_root(root: etree._Element, signature: etree._Element) -> etree._Element:
    """The whole signed file goes below a forged root."""
    forged = _forged_root(root)
    forged.append(root)
    return forged


def _deeper(root: etree._Element, signature: etree._Element) -> etree._Element:
    person = root.find(".//{*}Osoba")
    assert person is not None
    person.append(signature)
    return root


def _twice(root: etree._Element, signature: etree._Element) -> etree._Element:
    second = copy.deepcopy(signature)
    for element in second.iter():
        if element.get("Id"):
            element.set("Id", f"{element.get('Id')}-2")
    root.append(second)
    return root


def _without(root: etree._Element, signature: etree._Element) -> etree._Element:
    root.remove(signature)
    return root


def _second_content(root: etree._Element, signature: etree._Element) -> etree._Element:
    signature.addprevious(copy.deepcopy(root[0]))
    return root


def _same_id(root: etree._Element, signature: etree._Element) -> etree._Element:
    signature.getparent()[0].set("Id", signature.get("Id", ""))  # type: ignore[index]
    return root


def _unsigned_properties(root: etree._Element, signature: etree._Element) -> etree._Element:
    """Properties that nobody signed, with the claim in them, beside those that were."""
    qualifying = signature.find(".//{*}QualifyingProperties")
    assert qualifying is not None
    second = copy.deepcopy(qualifying[0])
    second.set("Id", "drugie")
    qualifying.append(second)
    return root


REBUILT: Mapping[str, Callable[[bytes], bytes]] = {
    "tampered_form": _replaced(rb"<PESEL>[0-9]{11}</PESEL>", b"<PESEL>75870300048</PESEL>"),
    "tampered_claim": _replaced(rb"(<os:PESEL[^>]*>)[0-9]{11}", rb"\g<1>75870300048"),
    "tampered_value": _replaced(rb"<ds:SignatureValue>....", b"<ds:SignatureValue>AAAA"),
    "without_signature": _tree(_without),
    "two_signatures": _tree(_twice),
    "signature_deeper": _tree(_deeper),
    "wrapped_in_object": _tree(_wrapped_in_object),
    "wrapped_in_root": _tree(_wrapped_in_root),
    "second_content": _tree(_second_content),
    "second_properties": _tree(_unsigned_properties),
    "duplicate_id": _tree(_same_id),
    "doctype": _before_root("<!DOCTYPE WniosekORejestracje>"),
    "entity_bomb": _before_root(f'<!DOCTYPE x [<!ENTITY x0 "ha">{_ENTITIES}]>'),
    "external_entity": _before_root('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "instruction": _before_root('<?xml-stylesheet href="http://127.0.0.1:9/"?>'),
    "comment": _replaced(rb"(<PESEL>[0-9]{5})", rb"\g<1><!-- -->"),
    "cdata": _replaced(rb"<PESEL>([0-9]{11})", rb"<PESEL><![CDATA[\g<1>]]>"),
    "blank_added": _replaced(rb"<Osoba>", b"<Osoba> "),
    "utf16": lambda content: content.replace(b"UTF-8", b"UTF-16", 1).decode().encode("utf-16"),
    "truncated": lambda content: content[: len(content) // 2],
    "huge": lambda content: content.replace(b"</Osoba>", b" " * (5 * 1024 * 1024) + b"</Osoba>"),
    "deep": _replaced(rb"</Osoba>", b"<a>" * 5000 + b"</a>" * 5000 + b"</Osoba>"),
    "many": _replaced(rb"</Osoba>", b"<a/>" * 30_000 + b"</Osoba>"),
    "html": lambda content: b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    "empty": lambda content: b"",
}
