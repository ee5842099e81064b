"""The legal texts of `legalData`: made of Autopay's HTML, shown as plain text with checked links (payments.md section 6)."""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from integrations.payments.autopay import signature
from integrations.payments.base import AnswerLost, LegalText, Link, OperatorConfig
from integrations.payments.checks import mapping, objects
from integrations.payments.config import check_address

_CONSENT = re.compile(r"autopay-default-(\d{1,10})-\d{1,10}", re.ASCII)
_HEAD = (
    "result",
    "errorStatus",
    "description",
    "serviceID",
    "messageID",
    "gatewayID",
    "language",
    "serviceModel",
)
_LABEL = ("labelID", "inputLabel", "placement", "showCheckbox", "checkboxRequired")
_SILENT = frozenset({"script", "style", "template", "title"})
_BLOCKS = frozenset({"li", "p", "br", "div", "ul", "ol", "tr", "h1", "h2", "h3"})


def accepted_regulation(consent: str) -> str:
    """The regulation that a ticked box accepts, "" when the box is another one."""
    found = _CONSENT.fullmatch(consent)
    return found[1] if found else ""


def legal_texts(config: OperatorConfig, document: Mapping[str, Any]) -> list[LegalText]:
    """The texts of an answer of `legalData`, whose hash is checked. AnswerLost when it is not a true answer."""
    regulations = objects(document.get("regulationList") or [])
    if signature.signer(str(document.get("hash")), _signed(document, regulations), config) is None:
        raise AnswerLost("the hash of the legal texts", code="operator.bad_answer")
    return [
        _text(regulation, label)
        for regulation in regulations
        for label in objects(regulation.get("labelList") or [])
    ]


def plain(html: str) -> tuple[str, tuple[Link, ...]]:
    """Text and links of a piece of HTML. Only public https links stay, and nothing else of the markup."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\s+", " ", "".join(reader.parts)).strip(), tuple(reader.links)


def _text(regulation: Mapping[str, Any], label: Mapping[str, Any]) -> LegalText:
    sentence, links = plain(str(label.get("inputLabel") or ""))
    kind = re.sub(r"[^a-z0-9]", "", str(regulation.get("type")).lower())
    is_box = label.get("showCheckbox") is True
    return LegalText(
        id=f"autopay-{kind}-{regulation.get('regulationID')}-{label.get('labelID')}",
        sentence=sentence,
        links=links,
        checkbox=is_box,
        required=is_box and label.get("checkboxRequired") is True,
    )


def _signed(document: Mapping[str, Any], regulations: Sequence[Mapping[str, Any]]) -> list[str]:
    values = [_spelt(document.get(name)) for name in _HEAD]
    for regulation in regulations:
        values += [_spelt(regulation.get(name)) for name in ("regulationID", "type", "url")]
        for label in objects(regulation.get("labelList") or []):
            values += [_spelt(mapping(label).get(name)) for name in _LABEL]
    return values


def _spelt(value: object) -> str:
    # How a boolean is spelt under the hash is not published; Java and JSON agree on this.
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[Link] = []
        self._silent = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append(" ")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self.parts))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append(" ")
        elif tag == "a" and self._link is not None:
            self._keep_link(*self._link)
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)

    def _keep_link(self, address: str, since: int) -> None:
        words = re.sub(r"\s+", " ", "".join(self.parts[since:])).strip()
        try:
            check_address(address, allow_loopback=False)
        except ValueError:
            return
        if words:
            self.links.append(Link(words, address))
