"""What the stand-in remembers: gminas, persons, logins under way, artifacts, sessions, ordered faults. In memory only."""

import base64
import hashlib
import secrets
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.emulators.login_gov.faults import PLANNED
from integrations.emulators.login_gov.keys import Authority
from integrations.emulators.login_gov.personas import Persona, personas
from integrations.emulators.login_gov.reading import Provider, Request
from integrations.emulators.login_gov.wrapping import REBUILT

ENTITY_ID = "symulator.localhost"
ANSWERS = ("soap_fault", "http_500", "html", "slow", "drip", "huge", "reset", "redirect")
"""Faults of the SOAP answer itself."""
OTHERS = ("replay", "unknown_artifact")
MODES = (*PLANNED, *REBUILT, *ANSWERS, *OTHERS)
_KEPT_CALLS = 200


@dataclass
class Login:
    """A person in front of the node's page, sent by a gmina."""

    id: str
    request: Request
    relay_state: str
    level: str


@dataclass
class Ticket:
    """What stands behind an artifact: it is given once, to the gmina that asked."""

    login: Login
    persona: Persona
    means: str
    level: str
    mode: str
    """The fault, or "" for a right answer."""


@dataclass
class State:
    """All of it, behind one lock."""

    authority: Authority
    entity_id: str = ENTITY_ID
    persons: dict[str, Persona] = field(default_factory=personas)
    providers: dict[str, Provider] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    """Names of the persons by the index of their sessions."""
    seen_requests: set[str] = field(default_factory=set)
    last_assertion: str = ""
    ordered: deque[str] = field(default_factory=deque)
    calls: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=_KEPT_CALLS))
    lock: threading.RLock = field(default_factory=threading.RLock)

    def register(self, forms: Iterable[Mapping[str, Any]]) -> None:
        """Take the applications of gminas; a further one of the same id replaces the first."""
        for provider in map(Provider.from_form, forms):
            self.providers[provider.entity_id] = provider

    def order(self, mode: str, times: int) -> None:
        """Let the next `times` logins go wrong. ValueError for an unknown fault."""
        if mode not in MODES or times < 1:
            raise ValueError(f"no such fault: {mode} {times}")
        self.ordered.extend([mode] * times)

    def artifact_for(self, ticket: Ticket) -> str:
        """A fresh artifact of SAML's type 4: index, digest of the node's name, random handle."""
        with self.lock:
            source = hashlib.sha1(self.entity_id.encode(), usedforsecurity=False).digest()
            artifact = base64.b64encode(b"\0\4\0\0" + source + secrets.token_bytes(20)).decode()
            self.tickets[artifact] = ticket
        return artifact

    def forget(self) -> None:
        """Back to the start; gminas and keys stay."""
        with self.lock:
            for kept in (
                self.logins,
                self.tickets,
                self.sessions,
                self.ordered,
                self.calls,
                self.seen_requests,
            ):
                kept.clear()
