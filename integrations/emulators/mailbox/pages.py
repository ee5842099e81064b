"""The mailbox in the browser, and the same as JSON."""

from datetime import datetime
from email.message import EmailMessage
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.mailbox.folder import Envelope, Folder
from integrations.emulators.mailbox.reading import attachments, header, links, text_of, with_links
from integrations.emulators.mailbox.smtp import Outage
from integrations.emulators.markup import Html, clock_text, html, page
from integrations.emulators.serving import Exchange, endpoint

BRAND = "Skrzynka pocztowa"
TAG = "poczta do prób"
NOTE = (
    "Ta skrzynka zatrzymuje wszystkie listy wysłane przez portal. Nic nie wychodzi do prawdziwych adresatów."
)
_WARSAW = ZoneInfo("Europe/Warsaw")

_LIST = """
<h1>Odebrane listy</h1>
<form method="get" action="/" class="row card">
<label class="field">Adresat zawiera<br><input type="text" name="to" value="{to}" autocomplete="off"></label>
<button class="main">Szukaj</button>
<a class="button" href="/">Odśwież, pokaż wszystkie</a>
</form>
<p class="soft" role="status">Liczba listów: {count}</p>
<div class="card scroll">{mails}</div>
<form method="post" action="/usun"><button class="bad">Usuń wszystkie</button></form>
"""
_TABLE = """<table><thead><tr><th scope="col">Odebrano</th><th scope="col">Do</th><th scope="col">Temat</th>
<th scope="col">Od</th></tr></thead><tbody>{rows}</tbody></table>"""
_ROW = """<tr><td>{at}</td><td>{to}</td><td><a href="/list/{id}"><strong>{subject}</strong></a></td>
<td>{sender}</td></tr>"""
_MAIL = """
<p><a href="/">Wróć do listy</a></p>
<h1>{subject}</h1>
<dl class="facts card">
<dt>Odebrano</dt><dd>{at}</dd><dt>Od</dt><dd>{sender}</dd><dt>Do</dt><dd>{to}</dd>{files}
</dl>
{parts}
<p><a href="/list/{id}/zrodlo">Źródło listu</a></p>
"""
_PLAIN = """<section aria-labelledby="tekst"><h2 id="tekst">Treść</h2>
<div class="card"><pre>{text}</pre></div></section>"""
# A sandbox without scripts and without our origin: the letter shows itself and its links open in a new tab.
_FRAME = """<section aria-labelledby="html"><h2 id="html">Wersja HTML</h2>
<iframe class="letter" title="List w wersji HTML" src="/list/{id}/html"
sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></section>"""
_LETTER_POLICY = (
    "default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline'; font-src data:;"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Pages:
    """The web side of the mailbox."""

    def __init__(self, folder: Folder, outage: Outage) -> None:
        self.folder = folder
        self.outage = outage

    def routes(self) -> list[Route]:
        return [
            Route("/", endpoint(self.show_list), methods=["GET"]),
            Route("/usun", endpoint(self.clear_page), methods=["POST"]),
            Route("/list/{id}", endpoint(self.show_mail), methods=["GET"]),
            Route("/list/{id}/html", endpoint(self.letter), methods=["GET"]),
            Route("/list/{id}/zrodlo", endpoint(self.source), methods=["GET"]),
            Route("/list/{id}/zalacznik/{number:int}", endpoint(self.attachment), methods=["GET"]),
            Route("/api/messages", endpoint(self.api_list), methods=["GET"]),
            Route("/api/messages", endpoint(self.api_clear), methods=["DELETE"]),
            Route("/api/messages/{id}", endpoint(self.api_mail), methods=["GET"]),
            Route("/__emu__/faults", endpoint(self.order_fault), methods=["POST"]),
            Route("/__emu__/faults", endpoint(self.show_fault), methods=["GET"]),
        ]

    def show_list(self, exchange: Exchange) -> Response:
        wanted = exchange.query.get("to", "")
        rows = [self._row(envelope) for envelope in self.folder.list(wanted)]
        mails = html(_TABLE, rows=rows) if rows else Html('<p class="empty">Nie ma tu żadnych listów.</p>')
        return _page("Odebrane listy", html(_LIST, to=wanted, count=len(rows), mails=mails))

    def clear_page(self, exchange: Exchange) -> Response:
        self.folder.clear()
        return RedirectResponse("/", status_code=303)

    def show_mail(self, exchange: Exchange) -> Response:
        found = self.folder.get(exchange.params["id"])
        if found is None:
            return _missing()
        envelope, message = found
        plain, letter = text_of(message, "plain"), text_of(message, "html")
        parts = [html(_PLAIN, text=with_links(plain))] if plain or not letter else []
        if letter:
            parts.append(html(_FRAME, id=envelope.id))
        files = [
            html(
                '<a href="/list/{id}/zalacznik/{n}">{name}</a> ',
                id=envelope.id,
                n=file.number,
                name=file.name,
            )
            for file in attachments(message)
        ]
        subject = header(message, "Subject") or "(bez tematu)"
        content = html(
            _MAIL,
            id=envelope.id,
            subject=subject,
            at=_time(envelope),
            sender=header(message, "From") or envelope.sender,
            to=", ".join(envelope.recipients),
            files=html("<dt>Załączniki</dt><dd>{files}</dd>", files=files) if files else "",
            parts=parts,
        )
        return _page(subject, content)

    def letter(self, exchange: Exchange) -> Response:
        """The HTML part by itself, for the sandboxed frame; links open in a new tab."""
        found = self.folder.get(exchange.params["id"])
        if found is None:
            return _missing()
        body = '<base target="_blank">' + text_of(found[1], "html")
        return HTMLResponse(body, headers={"Content-Security-Policy": _LETTER_POLICY, **_NO_SNIFF})

    def source(self, exchange: Exchange) -> Response:
        raw = self.folder.raw(exchange.params["id"])
        return Response(raw, media_type="text/plain; charset=utf-8", headers=_NO_SNIFF) if raw else _missing()

    def attachment(self, exchange: Exchange) -> Response:
        found = self.folder.get(exchange.params["id"])
        files = attachments(found[1]) if found else []
        number = int(exchange.params["number"])
        if number >= len(files):
            return _missing()
        name = quote(files[number].name)
        return Response(
            files[number].content,
            media_type=files[number].content_type,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}", **_NO_SNIFF},
        )

    def api_list(self, exchange: Exchange) -> Response:
        """`GET /api/messages?to=…`: newest first, with both parts and all links."""
        found = [self.folder.get(envelope.id) for envelope in self.folder.list(exchange.query.get("to", ""))]
        return JSONResponse({"messages": [_as_json(*mail) for mail in found if mail]})

    def api_mail(self, exchange: Exchange) -> Response:
        found = self.folder.get(exchange.params["id"])
        if found is None:
            return JSONResponse({"error": "no such message"}, status_code=404)
        return JSONResponse(_as_json(*found))

    def api_clear(self, exchange: Exchange) -> Response:
        return JSONResponse({"deleted": self.folder.clear()})

    def order_fault(self, exchange: Exchange) -> Response:
        """`{"mode": "refuse"|"tempfail"|"drop", "times": N}`; times 0 ends the outage."""
        try:
            wish = exchange.json()
            self.outage.order(str(wish["mode"]), int(wish.get("times", 1)))
        except (ValueError, TypeError, KeyError) as problem:
            return JSONResponse({"error": str(problem)}, status_code=400)
        return JSONResponse(self.outage.state(), status_code=201)

    def show_fault(self, exchange: Exchange) -> Response:
        return JSONResponse(self.outage.state())

    def _row(self, envelope: Envelope) -> Html:
        found = self.folder.get(envelope.id)
        message = found[1] if found else EmailMessage()
        return html(
            _ROW,
            id=envelope.id,
            at=_time(envelope),
            to=", ".join(envelope.recipients),
            subject=header(message, "Subject") or "(bez tematu)",
            sender=header(message, "From") or envelope.sender,
        )


_NO_SNIFF = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def _as_json(envelope: Envelope, message: EmailMessage) -> dict[str, object]:
    plain, letter = text_of(message, "plain"), text_of(message, "html")
    return {
        "id": envelope.id,
        "received_at": envelope.received_at,
        "from": header(message, "From") or envelope.sender,
        "to": list(envelope.recipients),
        "subject": header(message, "Subject"),
        "text": plain,
        "html": letter,
        "links": links(plain or letter),
        "attachments": [
            {"name": file.name, "content_type": file.content_type, "size": len(file.content)}
            for file in attachments(message)
        ],
    }


def _time(envelope: Envelope) -> str:
    return clock_text(datetime.fromisoformat(envelope.received_at).astimezone(_WARSAW))


def _missing() -> Response:
    return _page(
        "Nie ma takiego listu", Html("<h1>Nie ma takiego listu</h1><p><a href='/'>Wróć</a></p>"), 404
    )


def _page(title: str, content: Html, status: int = 200) -> Response:
    whole = page(title=title, brand=BRAND, tag=TAG, note=NOTE, content=content, kind="mail")
    return HTMLResponse(whole, status_code=status, headers=_NO_SNIFF)
