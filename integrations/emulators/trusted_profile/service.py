"""The three methods of TpSigning5 as the real service answers them, and the ways in which it may not."""

import time
from base64 import b64decode, b64encode
from collections.abc import Iterator

from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from integrations.emulators.markup import html
from integrations.emulators.serving import Exchange, ResetConnection, endpoint
from integrations.emulators.trusted_profile import reading
from integrations.emulators.trusted_profile.reading import BadRequest, Call
from integrations.emulators.trusted_profile.state import ANSWERS, State

SERVICE_PATH = "/ep-services/tpSigning5"
PAGE_PATH = "/dt/podpis/{token}"
SLOW_SECONDS = 25.0
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"""
_ANSWER = (
    '<ns1:{method}Response xmlns:ns1="http://signing.ws.comarch.gov"><{method}Return>{value}</{method}Return>'
    "</ns1:{method}Response>"
)
_FAULT = (
    "<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>{words}</faultstring></soapenv:Fault>"
)
_VERIFIED = (
    "<VerifyResult><StatusInfo><ValidDocumentSignature>{valid}</ValidDocumentSignature></StatusInfo>"
    '<VerifySignerCertUsage kwalifikowany="{qualified}"/></VerifyResult>'
)


class Service:
    """The SOAP endpoint."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        return [Route(SERVICE_PATH, endpoint(self.answer), methods=["POST"])]

    def answer(self, exchange: Exchange) -> Response:
        mode = self.state.take(ANSWERS)
        broken = _broken(mode)
        if broken is not None:
            return broken
        action = exchange.headers.get("soapaction", "")
        try:
            call = reading.read(exchange.body, action, self.state.offices)
            value = getattr(self, f"_{call.method}")(call, exchange.base_url)
        except BadRequest as problem:
            self.state.calls.append({"method": action, "problem": str(problem)})
            return _fault(str(problem))
        self.state.calls.append({"method": call.method, "office": call.office})
        if mode == "not_base64":
            value = "ż" * 8
        if mode == "foreign_page":
            value = "https://zly.example/podpis"
        return _soap(html(_ANSWER, method=call.method, value=value))

    def _addDocumentToSigning(self, call: Call, base_url: str) -> str:  # noqa: N802 -- the protocol's name
        try:
            document = b64decode(call.arguments["doc"], validate=True)
            waiting = self.state.add(call.office, document, call.arguments)
        except (KeyError, ValueError):
            raise BadRequest("arguments") from None
        return base_url + PAGE_PATH.replace("{token}", waiting.token)

    def _getSignedDocument(self, call: Call, base_url: str) -> str:  # noqa: N802
        prefix = base_url + PAGE_PATH.replace("{token}", "")
        waiting = self.state.documents.get(call.arguments.get("id", "").removeprefix(prefix))
        if waiting is None or waiting.office != call.office or waiting.is_refused:
            raise BadRequest("no such document")
        if not waiting.signed:
            raise BadRequest("the document was not signed")
        return b64encode(waiting.signed).decode()

    def _verifySignedDocument(self, call: Call, base_url: str) -> str:  # noqa: N802
        """The stand-in has no verifying code: it knows only what it signed itself."""
        document = b64decode(call.arguments.get("document", ""))
        ours = any(document == waiting.signed for waiting in self.state.documents.values())
        return str(html(_VERIFIED, valid=str(ours).lower(), qualified="true"))


def _broken(mode: str) -> Response | None:
    """The answer of a fault; None when the call is answered as usual."""
    if mode == "reset":
        raise ResetConnection
    if mode == "slow":
        time.sleep(SLOW_SECONDS)
        return Response(status_code=503)
    if mode == "soap_fault":
        return _fault("Błąd usługi")
    if mode == "http_503":
        return Response("Service Unavailable", status_code=503)
    if mode == "html":
        return HTMLResponse("<html><body><h1>Przerwa techniczna</h1></body></html>")
    if mode == "redirect":
        return RedirectResponse("http://127.0.0.1:9/", status_code=302)
    if mode == "huge":
        return Response(b"<a>" + b" " * (9 * 1024 * 1024) + b"</a>", media_type="text/xml")
    return StreamingResponse(_drops(), media_type="text/xml") if mode == "drip" else None


def _drops() -> Iterator[bytes]:
    for _ in range(600):
        yield b" "
        time.sleep(0.1)


def _fault(words: str) -> Response:
    return _soap(html(_FAULT, words=words), status=500)


def _soap(content: str, status: int = 200) -> Response:
    return Response(
        _ENVELOPE.format(content=content), status_code=status, media_type="text/xml; charset=utf-8"
    )
