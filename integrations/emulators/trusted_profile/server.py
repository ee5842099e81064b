"""The stand-in as one web application, and how to start and stop it in a thread."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations.emulators.login_gov.personas import personas
from integrations.emulators.markup import STYLESHEET, stylesheet
from integrations.emulators.serving import LOOPBACK, Exchange, InThread, endpoint, listen
from integrations.emulators.trusted_profile import lists
from integrations.emulators.trusted_profile.authority import CRL_PATH, OCSP_PATH, Authority
from integrations.emulators.trusted_profile.pages import Pages
from integrations.emulators.trusted_profile.service import Service
from integrations.emulators.trusted_profile.state import State

LIST_ISSUER_PATH = "/wydawca-listy.pem"


def new_state(
    url: str,
    folder: Path | None = None,
    offices: Iterable[Mapping[str, str]] = (),
    persons: Iterable[Mapping[str, str]] = (),
) -> State:
    """The stand-in's memory at that address; its keys are kept in `folder` (None: new ones)."""
    state = State(Authority(url, folder), persons=personas(persons))
    state.register(offices)
    return state


def application(state: State) -> Starlette:
    """The web application over this memory."""
    routes = [
        *Service(state).routes(),
        *Pages(state).routes(),
        *_Published(state).routes(),
        Route(STYLESHEET, endpoint(_stylesheet), methods=["GET"]),
    ]
    return Starlette(routes=routes)


class _Published:
    """The trusted list, revocation, and `/__emu__/` for tests and for whoever sets a gmina up."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Exchange], Response]]] = [
            ("GET", lists.LIST_PATH, self.list),
            ("GET", lists.LIST_OF_LISTS_PATH, self.list_of_lists),
            ("GET", LIST_ISSUER_PATH, self.list_issuer),
            ("POST", OCSP_PATH, self.ocsp),
            ("GET", CRL_PATH, self.crl),
            ("GET", "/__emu__/state", self.show),
            ("POST", "/__emu__/offices", self.register),
            ("POST", "/__emu__/faults", self.order_fault),
            ("POST", "/__emu__/revocation", self.switch_revocation),
            ("POST", "/__emu__/reset", self.reset),
        ]
        return [Route(path, endpoint(handler), methods=[method]) for method, path, handler in table]

    def list(self, exchange: Exchange) -> Response:
        return Response(lists.trusted_list(self.state.authority), media_type="application/vnd.etsi.tsl+xml")

    def list_of_lists(self, exchange: Exchange) -> Response:
        return Response(lists.list_of_lists(self.state.authority), media_type="application/vnd.etsi.tsl+xml")

    def list_issuer(self, exchange: Exchange) -> Response:
        return Response(self.state.authority.list_issuer.certificate_pem, media_type="application/x-pem-file")

    def ocsp(self, exchange: Exchange) -> Response:
        if self.state.authority.says_nothing:
            return Response(status_code=503)
        answer = self.state.authority.ocsp_answer(exchange.body)
        return Response(answer, media_type="application/ocsp-response")

    def crl(self, exchange: Exchange) -> Response:
        if self.state.authority.says_nothing:
            return Response(status_code=503)
        return Response(self.state.authority.crl(), media_type="application/pkix-crl")

    def show(self, exchange: Exchange) -> Response:
        """What goes on, without the documents' addresses: whoever has one could fetch it."""
        return JSONResponse(
            {
                "offices": sorted(self.state.offices.values()),
                "documents": len(self.state.documents),
                "signed": sum(bool(one.signed) for one in self.state.documents.values()),
                "faults": [*self.state.ordered],
                "log": [*self.state.calls],
            }
        )

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

    def switch_revocation(self, exchange: Exchange) -> Response:
        """Let OCSP and CRL answer or be silent."""
        self.state.authority.says_nothing = not exchange.json()["answers"]
        return JSONResponse({})

    def reset(self, exchange: Exchange) -> Response:
        self.state.forget()
        return JSONResponse({})


class ProfileEmulator:
    """A running stand-in: `url` is its address, `state` its memory, `stop()` ends it."""

    def __init__(self, state: State, port: int) -> None:
        self.state = state
        self._running = InThread(application(state), port=port)
        self.url = self._running.url
        self.port = self._running.port

    def stop(self) -> None:
        self._running.stop()

    def __enter__(self) -> "ProfileEmulator":
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()


def start(
    *,
    folder: Path | None = None,
    offices: Iterable[Mapping[str, str]] = (),
    persons: Iterable[Mapping[str, str]] = (),
    port: int = 0,
) -> ProfileEmulator:
    """Start the stand-in in a thread of this process, on a free port unless one is named."""
    if not port:
        # Its address stands in every certificate, so the port has to be known before the keys are made.
        with listen(0) as sock:
            port = sock.getsockname()[1]
    return ProfileEmulator(new_state(f"http://{LOOPBACK}:{port}", folder, offices, persons), port)


def _stylesheet(exchange: Exchange) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
