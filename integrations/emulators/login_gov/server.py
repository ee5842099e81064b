"""The stand-in as one web application, and how to start and stop it in a thread."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.login_gov.answering import Answering
from integrations.emulators.login_gov.keys import Authority
from integrations.emulators.login_gov.pages import Pages
from integrations.emulators.login_gov.personas import personas
from integrations.emulators.login_gov.state import State
from integrations.emulators.markup import STYLESHEET, stylesheet
from integrations.emulators.serving import Exchange, InThread, endpoint

CERTIFICATE_PATH = "/certyfikat.pem"


def new_state(
    folder: Path | None = None,
    providers: Iterable[Mapping[str, Any]] = (),
    persons: Iterable[Mapping[str, str]] = (),
) -> State:
    """The stand-in's memory; its keys are kept in `folder` (None: new ones). `providers` are gminas' applications."""
    state = State(Authority(folder), persons=personas(persons))
    state.register(providers)
    return state


def application(state: State) -> Starlette:
    """The web application over this memory."""
    control = _Control(state)
    routes = [
        *Pages(state).routes(),
        *Answering(state).routes(),
        *control.routes(),
        Route(STYLESHEET, endpoint(_stylesheet), methods=["GET"]),
    ]
    return Starlette(routes=routes)


class _Control:
    """`/__emu__/` for tests and for whoever sets a gmina up, and the certificate to pin."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Exchange], Response]]] = [
            ("GET", CERTIFICATE_PATH, self.certificate),
            ("GET", "/__emu__/state", self.show),
            ("POST", "/__emu__/certificates", self.certify),
            ("POST", "/__emu__/providers", self.register),
            ("POST", "/__emu__/faults", self.order_fault),
            ("POST", "/__emu__/reset", self.reset),
        ]
        return [Route(path, endpoint(handler), methods=[method]) for method, path, handler in table]

    def certificate(self, exchange: Exchange) -> Response:
        return Response(self.state.authority.node.certificate_pem, media_type="application/x-pem-file")

    def show(self, exchange: Exchange) -> Response:
        """What goes on, without artifacts: whoever has one could use it."""
        return JSONResponse(
            {
                "entity_id": self.state.entity_id,
                "providers": list(self.state.providers),
                "logins": len(self.state.logins),
                "artifacts": len(self.state.tickets),
                "sessions": len(self.state.sessions),
                "faults": list(self.state.ordered),
                "log": list(self.state.calls),
            }
        )

    def certify(self, exchange: Exchange) -> Response:
        """What COI does with the request of an application, without the weeks: `request` in PEM, the certificate back."""
        try:
            made = self.state.authority.certify(str(exchange.json()["request"]).encode())
        except (ValueError, KeyError, TypeError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return Response(made, status_code=201, media_type="application/x-pem-file")

    def register(self, exchange: Exchange) -> Response:
        try:
            self.state.register([exchange.json()])
        except (ValueError, KeyError, TypeError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({}, status_code=201)

    def order_fault(self, exchange: Exchange) -> Response:
        try:
            wish = dict(exchange.json())
            self.state.order(str(wish["mode"]), int(wish.get("times", 1)))
        except (ValueError, KeyError, TypeError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse({}, status_code=201)

    def reset(self, exchange: Exchange) -> Response:
        self.state.forget()
        return JSONResponse({})


class NodeEmulator:
    """A running stand-in: `url` is its address, `state` its memory, `stop()` ends it."""

    def __init__(self, state: State, port: int) -> None:
        self.state = state
        self._running = InThread(application(state), port=port)
        self.url = self._running.url
        self.port = self._running.port

    @property
    def certificate_pem(self) -> bytes:
        """What a portal pins."""
        return self.state.authority.node.certificate_pem

    def stop(self) -> None:
        self._running.stop()

    def __enter__(self) -> "NodeEmulator":
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()


def start(
    *,
    folder: Path | None = None,
    providers: Iterable[Mapping[str, Any]] = (),
    persons: Iterable[Mapping[str, str]] = (),
    port: int = 0,
) -> NodeEmulator:
    """Start the stand-in in a thread of this process, on a free port unless one is named."""
    return NodeEmulator(new_state(folder, providers, persons), port)


def _stylesheet(exchange: Exchange) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
