"""The node's two SOAP services: what stands behind an artifact, and the end of a session."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from integrations.emulators.login_gov import faults, reading, wrapping
from integrations.emulators.login_gov.dsig import SAML, Signing
from integrations.emulators.login_gov.messages import (
    SAMLP,
    Plan,
    artifact_response,
    attributes_of,
    envelope,
    logout_response,
)
from integrations.emulators.login_gov.personas import Persona
from integrations.emulators.login_gov.reading import BadRequest, Request
from integrations.emulators.login_gov.state import State, Ticket
from integrations.emulators.login_gov.xmlenc import Encryption
from integrations.emulators.serving import Exchange, ResetConnection, endpoint

ARTIFACT_PATH = "/login-services/idpArtifactResolutionService"
LOGOUT_PATH = "/login-services/singleLogoutService"
_XML = "text/xml; charset=utf-8"
_FAULT = b"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>ERROR</faultstring></soap:Fault>"
_HUGE = 8 * 1024 * 1024


class Answering:
    """The services for portals; a person never sees them."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        return [
            Route(ARTIFACT_PATH, endpoint(self.resolve), methods=["POST"]),
            Route(LOGOUT_PATH, endpoint(self.log_out), methods=["POST"]),
        ]

    def resolve(self, exchange: Exchange) -> Response:
        """ArtifactResponse, once for each artifact and only to the gmina that it was made for."""
        try:
            request = reading.soap_request(exchange.body, "ArtifactResolve", self.state.providers)
        except BadRequest as problem:
            return self._refused("ArtifactResolve", problem)
        artifact = request.root.findtext(f"{{{SAMLP}}}Artifact") or ""
        with self.state.lock:
            ticket = self.state.tickets.get(artifact)
            if ticket is not None and ticket.login.request.provider == request.provider:
                del self.state.tickets[artifact]
            else:
                ticket = None
        self._note("ArtifactResolve", request.provider.entity_id, "known" if ticket else "unknown")
        if ticket is None or ticket.mode == "unknown_artifact":
            return _xml(envelope(artifact_response(self.empty_plan(request))))
        return self._answer(ticket, request)

    def log_out(self, exchange: Exchange) -> Response:
        """LogoutResponse: Success, or PartialLogout when there is no such session (any more)."""
        try:
            request = reading.soap_request(exchange.body, "LogoutRequest", self.state.providers)
            destination = exchange.base_url + LOGOUT_PATH
            if request.root.get("Destination") != destination:
                raise BadRequest(f"Destination musi być adresem {destination}.")
        except BadRequest as problem:
            return self._refused("LogoutRequest", problem)
        session = request.root.findtext(f"{{{SAMLP}}}SessionIndex") or ""
        name = request.root.findtext(f"{{{SAML}}}NameID") or ""
        with self.state.lock:
            was_there = self.state.sessions.get(session) == name
            if was_there:
                del self.state.sessions[session]
        self._note("LogoutRequest", request.provider.entity_id, "ended" if was_there else "unknown")
        plan = self.empty_plan(request)
        if not was_there:
            plan.status, plan.sub_status = "Responder", "PartialLogout"
        return _xml(envelope(logout_response(plan)))

    def empty_plan(self, request: Request) -> Plan:
        """An answer to this request that says nothing of anybody."""
        signing = Signing(self.state.authority.node)
        return Plan(
            issuer=self.state.entity_id,
            acs_url="",
            audience=request.provider.entity_id,
            request_id="",
            resolve_id=request.id,
            now=datetime.now(UTC),
            signing_outer=signing,
            signing_inner=signing,
            encryption=Encryption(request.provider.encryption),
            attributes=[],
            name_id="",
            means="",
            has_assertion=False,
        )

    def _answer(self, ticket: Ticket, request: Request) -> Response:
        plan = self._plan(ticket, request)
        mode = ticket.mode
        if mode in wrapping.REBUILT:
            others = [one for one in self.state.persons.values() if one != ticket.persona]
            forged = replace(plan, attributes=attributes_of(others[0]), name_id=others[0].key)
            return _xml(wrapping.REBUILT[mode](wrapping.Material(plan, forged)))
        if mode in faults.PLANNED:
            faults.PLANNED[mode](plan, faults.stranger())
        if mode == "replay":
            plan.assertion_id = self.state.last_assertion
        with self.state.lock:
            self.state.last_assertion = plan.assertion_id
            if plan.status == "Success":
                self.state.sessions[plan.session_index] = plan.name_id
        document = wrapping.answer(plan)
        return _broken(mode, document) or _xml(document)

    def _plan(self, ticket: Ticket, request: Request) -> Plan:
        plan = self.empty_plan(request)
        return replace(
            plan,
            has_assertion=True,
            acs_url=ticket.login.request.root.get("AssertionConsumerServiceURL", ""),
            request_id=ticket.login.request.id,
            attributes=_wanted(ticket.persona, ticket.login.request),
            name_id=ticket.persona.key,
            means=ticket.means,
            level=ticket.level,
        )

    def _refused(self, kind: str, problem: BadRequest) -> Response:
        self._note(kind, "", str(problem))
        return _xml(envelope(_FAULT), status=500)

    def _note(self, kind: str, provider: str, outcome: str) -> None:
        self.state.calls.append({"kind": kind, "provider": provider, "outcome": outcome})


def _wanted(persona: Persona, request: Request) -> list[Any]:
    wanted = set(reading.requested_attributes(request.root))
    return [one for one in attributes_of(persona) if one.name in wanted]


def _broken(mode: str, document: bytes) -> Response | None:
    """What a fault of the answer itself sends instead of it."""
    match mode:
        case "soap_fault":
            return _xml(envelope(_FAULT))
        case "http_500":
            return _xml(envelope(_FAULT), status=500)
        case "html":
            return HTMLResponse("<!doctype html><title>Przerwa techniczna</title><p>Przerwa")
        case "slow":
            time.sleep(12)
        case "drip":
            return StreamingResponse(_dripping(document), media_type=_XML)
        case "huge":
            return _xml(document + b" " * _HUGE)
        case "reset":
            raise ResetConnection
        case "redirect":
            return RedirectResponse("/", status_code=307)
    return None


def _dripping(document: bytes) -> Iterator[bytes]:
    for at in range(0, len(document), 50):
        yield document[at : at + 50]
        time.sleep(0.5)


def _xml(document: bytes, *, status: int = 200) -> Response:
    return Response(document, status_code=status, media_type=_XML)
