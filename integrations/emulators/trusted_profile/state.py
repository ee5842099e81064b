"""What the stand-in remembers: offices, documents that wait for a signature, ordered faults. In memory only."""

import secrets
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from integrations.emulators.login_gov.personas import Persona, personas
from integrations.emulators.trusted_profile import forging, reading
from integrations.emulators.trusted_profile.authority import Authority
from integrations.emulators.trusted_profile.signers import Signers

ANSWERS = (
    "soap_fault",
    "http_503",
    "html",
    "slow",
    "drip",
    "huge",
    "reset",
    "redirect",
    "not_base64",
    "foreign_page",
)
"""Faults of the SOAP answer itself."""
OTHERS = ("other_document",)
MODES = (*forging.MODES, *ANSWERS, *OTHERS)
_KEPT_CALLS = 200


@dataclass
class Waiting:
    """A document that an office handed in, and what came of it."""

    token: str
    office: str
    document: bytes
    success_url: str
    failure_url: str
    info: str
    signed: bytes = b""
    is_refused: bool = False


@dataclass
class State:
    """All of it, behind one lock."""

    authority: Authority
    persons: dict[str, Persona] = field(default_factory=personas)
    offices: dict[bytes, str] = field(default_factory=dict)
    documents: dict[str, Waiting] = field(default_factory=dict)
    last_signed: bytes = b""
    ordered: deque[str] = field(default_factory=deque)
    calls: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=_KEPT_CALLS))
    lock: threading.RLock = field(default_factory=threading.RLock)
    signers: Signers = field(init=False)

    def __post_init__(self) -> None:
        self.signers = Signers(self.authority)

    def register(self, forms: Iterable[Mapping[str, str]]) -> None:
        """Take the applications of offices: name and certificate in PEM."""
        for form in forms:
            self.offices[reading.der_of(form["certificate"].encode())] = form["name"]

    def order(self, mode: str, times: int) -> None:
        """Let the next `times` signatures or answers go wrong. ValueError for an unknown fault."""
        if mode not in MODES or times < 1:
            raise ValueError(f"no such fault: {mode} {times}")
        self.ordered.extend([mode] * times)

    def take(self, among: Iterable[str]) -> str:
        """The next ordered fault if it is one of these, which is thereby used; else ""."""
        with self.lock:
            if self.ordered and self.ordered[0] in among:
                return self.ordered.popleft()
        return ""

    def add(self, office: str, document: bytes, arguments: Mapping[str, str]) -> Waiting:
        """Keep a document until somebody signs it."""
        waiting = Waiting(
            token=secrets.token_urlsafe(24),
            office=office,
            document=document,
            success_url=arguments["successURL"],
            failure_url=arguments["failureURL"],
            info=arguments.get("additionalInfo", ""),
        )
        with self.lock:
            self.documents[waiting.token] = waiting
        return waiting

    def sign(self, waiting: Waiting, persona: Persona, *, means: str, mode: str = "") -> None:
        """Sign as the persona; `mode` is one of forging.MODES or "other_document"."""
        if mode == "other_document":
            signed = self.last_signed
        else:
            signed = forging.made(waiting.document, self.signers, persona, means=means, mode=mode)
        with self.lock:
            waiting.signed, self.last_signed = signed, signed

    def forget(self) -> None:
        """Back to the start; offices and keys stay."""
        with self.lock:
            self.authority.says_nothing = False
            for kept in (self.documents, self.ordered, self.calls):
                kept.clear()
