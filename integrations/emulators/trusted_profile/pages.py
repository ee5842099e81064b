"""What a person sees at the stand-in: the document's page with persons and means, a page that signs files, and the panel."""

from collections.abc import Iterable

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.login_gov.personas import Persona
from integrations.emulators.markup import Html, html, page
from integrations.emulators.serving import Exchange, endpoint
from integrations.emulators.trusted_profile import forging, pdf_forging
from integrations.emulators.trusted_profile.forging import PROFILE, QUALIFIED
from integrations.emulators.trusted_profile.service import PAGE_PATH
from integrations.emulators.trusted_profile.state import MODES, State, Waiting

BRAND = "Symulator profilu zaufanego"
TAG = "do prób"
NOTE = (
    "To nie jest pz.gov.pl. Osoby na liście są wymyślone, a podpisy nie są ważne nigdzie poza tym komputerem."
)
MEANS_WORDS = {PROFILE: "Podpis zaufany (profil zaufany)", QUALIFIED: "Podpis kwalifikowany"}
SIGN_FILE_PATH = "/podpisz-plik"

_CHOICE = """
<h1>Podpisz dokument</h1>
<p>Dokument przysyła: <strong>{office}</strong></p>
<p>{info}</p>
<details class="card"><summary>Pokaż dokument</summary><pre class="scroll">{document}</pre></details>
<form method="post" action="{to}">
<fieldset><legend>Kto podpisuje</legend><ul class="banks">{persons}</ul></fieldset>
<fieldset><legend>Rodzaj podpisu</legend><ul class="banks">{means}</ul></fieldset>
<p><label class="field">Usterka podpisu<br><select name="mode"><option value="">żadna</option>{modes}</select></label></p>
<div class="actions">
<button class="main" name="action" value="sign">Podpisz</button>
<button class="bad" name="action" value="refuse">Nie podpisuj</button>
</div>
</form>
"""
_RADIO = """<li><label class="bank"><input type="radio" name="{name}" value="{value}"{checked}>
<span>{words}<small class="soft">{hint}</small></span></label></li>
"""
_FILE = """
<h1>Podpisz plik</h1>
<p>Podpis kwalifikowany na wymyślone nazwisko: XAdES dla pliku XML, PAdES dla pliku PDF. Plik zostaje na tym komputerze.</p>
<form id="podpis" class="card">
<p><label class="field">Plik<br><input type="file" name="file" accept=".xml,.pdf" required></label></p>
<p><label class="field">Kto podpisuje<br><select name="persona">{persons}</select></label></p>
<p><label class="field">Usterka podpisu<br><select name="mode"><option value="">żadna</option>{modes}</select></label></p>
<button class="main">Podpisz</button> <a id="wynik" class="button" hidden>Zapisz podpisany plik</a>
<p id="blad" class="notice bad" role="alert" hidden>Nie udało się podpisać tego pliku.</p>
</form>
<script>
document.getElementById("podpis").addEventListener("submit", async (event) => {{
  event.preventDefault();
  const form = event.target, file = form.file.files[0], link = document.getElementById("wynik");
  const query = new URLSearchParams({{persona: form.persona.value, mode: form.mode.value}});
  const answer = await fetch("{to}?" + query, {{method: "POST", body: file}});
  document.getElementById("blad").hidden = answer.ok;
  link.hidden = !answer.ok;
  if (!answer.ok) return;
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file.name.replace(/(\\.[a-z]+)$/i, "-podpisany$1");
  link.focus();
}});
</script>
"""
_OPTION = '<option value="{value}">{words}</option>'
_PANEL = """
<h1>Panel symulatora</h1>
<p><a href="{file}">Podpisz plik podpisem kwalifikowanym</a></p>
<h2>Usterki następnych podpisów</h2>
<form method="post" action="/panel/usterka" class="row card">
<label class="field">Usterka<br><select name="mode">{modes}</select></label>
<label class="field">Ile razy<br><input type="number" name="times" value="1" min="1" max="100"></label>
<button>Zamów usterkę</button></form>
<p>Zamówione: {ordered}</p>
<h2>Dokumenty</h2>
<p>{count}</p>
"""
_ENDED = "<h1>{heading}</h1><p>{words}</p>"


class Pages:
    """All pages for people."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        table = [
            ("GET", PAGE_PATH, self.show),
            ("POST", PAGE_PATH, self.choose),
            ("GET", SIGN_FILE_PATH, self.file),
            ("POST", SIGN_FILE_PATH, self.sign_file),
            ("GET", "/", self.panel),
            ("POST", "/panel/usterka", self.order),
        ]
        return [Route(path, endpoint(handler), methods=[method]) for method, path, handler in table]

    def show(self, exchange: Exchange) -> Response:
        waiting = self._open(exchange)
        if waiting is None:
            return self._missing()
        persons = [
            _radio("persona", person.key, person.full_name, f"{person.identifier}, {person.note}", at == 0)
            for at, person in enumerate(self.state.persons.values())
        ]
        means = [_radio("means", key, words, "", key == PROFILE) for key, words in MEANS_WORDS.items()]
        content = html(
            _CHOICE,
            office=waiting.office,
            info=waiting.info,
            document=waiting.document.decode("utf-8", "replace"),
            to=exchange.path,
            persons=persons,
            means=means,
            modes=_options(MODES),
        )
        return _page("Podpisz dokument", content)

    def choose(self, exchange: Exchange) -> Response:
        waiting = self._open(exchange)
        form = exchange.form()
        persona = self.state.persons.get(form.get("persona", ""))
        if waiting is None or (form.get("action") != "refuse" and persona is None):
            return self._missing()
        if form.get("action") == "refuse" or persona is None:
            waiting.is_refused = True
            return RedirectResponse(waiting.failure_url, status_code=303)
        means = form.get("means", PROFILE)
        if means == PROFILE and not persona.identifier.isdecimal():
            words = "Profil zaufany mają tylko osoby z numerem PESEL."
            return _page(
                "Nie można podpisać", html(_ENDED, heading="Nie można podpisać", words=words), status=409
            )
        mode = form.get("mode") or self.state.take((*forging.MODES, "other_document"))
        self.state.sign(waiting, persona, means=means, mode=mode)
        return RedirectResponse(waiting.success_url, status_code=303)

    def file(self, exchange: Exchange) -> Response:
        persons = [html(_OPTION, value=one.key, words=one.full_name) for one in self.state.persons.values()]
        modes = _options(dict.fromkeys((*pdf_forging.FORGED, *forging.MODES)))
        return _page("Podpisz plik", html(_FILE, persons=persons, modes=modes, to=SIGN_FILE_PATH))

    def sign_file(self, exchange: Exchange) -> Response:
        """The body is the file, the query names the persona and the fault; the answer is the signed file."""
        persona = self.state.persons.get(exchange.query.get("persona", ""))
        mode = exchange.query.get("mode", "")
        if persona is None:
            return Response(status_code=404)
        try:
            return Response(
                self._signed_file(exchange.body, persona, mode), media_type="application/octet-stream"
            )
        except Exception:  # whatever cannot be signed is the sender's mistake
            return Response(status_code=400)

    def panel(self, exchange: Exchange) -> Response:
        content = html(
            _PANEL,
            file=SIGN_FILE_PATH,
            modes=_options(MODES),
            ordered=", ".join(self.state.ordered) or "żadne",
            count=f"Wszystkich: {len(self.state.documents)}",
        )
        return _page("Panel symulatora", content)

    def order(self, exchange: Exchange) -> Response:
        form = exchange.form()
        self.state.order(form["mode"], int(form.get("times") or 1))
        return RedirectResponse("/", status_code=303)

    def _signed_file(self, content: bytes, persona: Persona, mode: str) -> bytes:
        if content.startswith(b"%PDF-"):
            return pdf_forging.made(content, self.state.signers, persona, mode=mode)
        return forging.made(content, self.state.signers, persona, means=QUALIFIED, mode=mode)

    def _open(self, exchange: Exchange) -> Waiting | None:
        waiting = self.state.documents.get(exchange.params["token"])
        return None if waiting is None or waiting.signed or waiting.is_refused else waiting

    def _missing(self) -> Response:
        words = "Dokument został już podpisany albo nie istnieje. Wróć do urzędu i zacznij od nowa."
        return _page(
            "Nie ma czego podpisać", html(_ENDED, heading="Nie ma czego podpisać", words=words), status=404
        )


def _radio(name: str, value: str, words: str, hint: str, is_first: bool) -> Html:
    checked = Html(" checked" if is_first else "")
    return html(_RADIO, name=name, value=value, words=words, hint=hint, checked=checked)


def _options(names: Iterable[str]) -> list[Html]:
    return [html(_OPTION, value=name, words=name) for name in names]


def _page(title: str, content: Html, status: int = 200) -> Response:
    whole = page(title=title, brand=BRAND, tag=TAG, note=NOTE, content=content)
    return HTMLResponse(whole, status_code=status, headers={"Cache-Control": "no-store"})
