"""What a person sees at the stand-in: the choice of a means and a person, the way back, and the panel for faults."""

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.login_gov import reading
from integrations.emulators.login_gov.reading import BadRequest
from integrations.emulators.login_gov.state import MODES, Login, State, Ticket
from integrations.emulators.markup import Html, html, page
from integrations.emulators.serving import Exchange, endpoint

SSO_PATH = "/login/SingleSignOnService"
_CHOICE_PATH = "/login/wybor"
BRAND = "Symulator węzła krajowego"
TAG = "do prób"
NOTE = "To nie jest login.gov.pl. Osoby na liście są wymyślone, a certyfikaty nie są ważne nigdzie poza tym komputerem."
MEANS = {
    "pz.gov.pl": ("Profil zaufany", "substantial"),
    "mobywatel.gov.pl": ("mObywatel", "substantial"),
    "edowod.gov.pl": ("E-dowód", "high"),
    "bank.example": ("Bank (wymyślony)", "substantial"),
    "haslo.example": ("Samo hasło (poziom niski)", "low"),
}

_CHOICE = """
<h1>Kim jesteś?</h1>
<p>Dane zostaną przekazane do: <strong>{receiver}</strong></p>
<form method="post" action="{to}">
<input type="hidden" name="login" value="{login}">
<fieldset><legend>Osoba</legend><ul class="banks">{persons}</ul></fieldset>
<fieldset><legend>Sposób logowania</legend><ul class="banks">{means}</ul></fieldset>
<p><label class="field">Usterka odpowiedzi<br><select name="mode"><option value="">żadna</option>{modes}</select></label></p>
<div class="actions">
<button class="main" name="action" value="confirm">Zaloguj się</button>
<button class="bad" name="action" value="refuse">Nie udało się potwierdzić tożsamości</button>
<button name="action" value="cancel">Zrezygnuj</button>
</div>
</form>
"""
_RADIO = """<li><label class="bank"><input type="radio" name="{name}" value="{value}"{checked}>
<span>{words}<small class="soft">{hint}</small></span></label></li>
"""
_BACK = """
<h1>Wracasz do: {receiver}</h1>
<form method="post" action="{to}" id="powrot">
<input type="hidden" name="SAMLart" value="{artifact}">
<input type="hidden" name="RelayState" value="{relay_state}">
<button class="main">Dalej</button>
</form>
<script>document.getElementById("powrot").submit()</script>
"""
_ERROR = """<h1>Węzeł nie przyjął prośby</h1><div class="notice bad" role="alert">{words}</div>"""
_PANEL = """
<h1>Panel symulatora</h1>
<h2>Usterki następnych logowań</h2>
<form method="post" action="/panel/usterka" class="row card">
<label class="field">Usterka<br><select name="mode">{modes}</select></label>
<label class="field">Ile razy<br><input type="number" name="times" value="1" min="1" max="100"></label>
<button>Zamów usterkę</button></form>
<p>Zamówione: {ordered}</p>
<h2>Dostawcy usług</h2>
<div class="card scroll"><table><thead><tr><th scope="col">Identyfikator</th><th scope="col">Nazwa</th>
<th scope="col">Adres odpowiedzi</th></tr></thead><tbody>{providers}</tbody></table></div>
<h2>Osoby</h2>
<div class="card scroll"><table><thead><tr><th scope="col">Imię i nazwisko</th><th scope="col">Identyfikator</th>
<th scope="col">Uwagi</th></tr></thead><tbody>{persons}</tbody></table></div>
"""


class Pages:
    """The web side."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        return [
            Route(SSO_PATH, endpoint(self.ask), methods=["POST"]),
            Route(_CHOICE_PATH, endpoint(self.choose), methods=["POST"]),
            Route("/", endpoint(self.panel), methods=["GET"]),
            Route("/panel/usterka", endpoint(self.order_fault), methods=["POST"]),
        ]

    def ask(self, exchange: Exchange) -> Response:
        """The gmina's request comes with the person's browser."""
        form = exchange.form()
        try:
            request = reading.authn_request(
                form.get("SAMLRequest", ""),
                self.state.providers,
                destination=exchange.base_url + SSO_PATH,
            )
            with self.state.lock:
                if request.id in self.state.seen_requests:
                    raise BadRequest("Ta prośba była już użyta.")
                self.state.seen_requests.add(request.id)
        except BadRequest as problem:
            self.state.calls.append({"kind": "AuthnRequest", "provider": "", "outcome": str(problem)})
            return _page("Błąd", html(_ERROR, words=str(problem)), status=400)
        login = Login(request.id, request, form.get("RelayState", ""), reading.level_of(request.root))
        self.state.logins[login.id] = login
        entity_id = request.provider.entity_id
        self.state.calls.append({"kind": "AuthnRequest", "provider": entity_id, "outcome": "shown"})
        content = html(
            _CHOICE,
            receiver=request.provider.provider_name,
            to=_CHOICE_PATH,
            login=login.id,
            persons=[
                _radio("persona", one.key, one.full_name, f" {one.note}", at == 0)
                for at, one in enumerate(self.state.persons.values())
            ],
            means=[
                _radio("means", means, words, "", at == 0)
                for at, (means, (words, _)) in enumerate(MEANS.items())
            ],
            modes=_options(),
        )
        return _page("Logowanie", content)

    def choose(self, exchange: Exchange) -> Response:
        """The person chose: back to the gmina with an artifact."""
        form = exchange.form()
        login = self.state.logins.pop(form.get("login", ""), None)
        persona = self.state.persons.get(form.get("persona", ""))
        means = form.get("means", "")
        if login is None or persona is None or means not in MEANS or form.get("mode", "") not in ("", *MODES):
            return _page("Błąd", html(_ERROR, words="Takiego logowania nie ma albo już się skończyło."), 400)
        mode = {"refuse": "refused", "cancel": "cancelled"}.get(form.get("action", ""), form.get("mode", ""))
        if not mode and self.state.ordered:
            mode = self.state.ordered.popleft()
        artifact = self.state.artifact_for(Ticket(login, persona, means, MEANS[means][1], mode))
        content = html(
            _BACK,
            receiver=login.request.provider.provider_name,
            to=login.request.root.get("AssertionConsumerServiceURL", ""),
            artifact=artifact,
            relay_state=login.relay_state,
        )
        return _page("Powrót", content)

    def panel(self, exchange: Exchange) -> Response:
        content = html(
            _PANEL,
            modes=_options(),
            ordered=", ".join(self.state.ordered) or "żadne",
            providers=[
                html(
                    "<tr><td><code>{id}</code></td><td>{name}</td><td><code>{acs}</code></td></tr>",
                    id=one.entity_id,
                    name=one.provider_name,
                    acs=", ".join(one.acs_urls),
                )
                for one in self.state.providers.values()
            ],
            persons=[
                html(
                    "<tr><td>{name}</td><td>{id}</td><td>{note}</td></tr>",
                    name=one.full_name,
                    id=one.identifier,
                    note=one.note,
                )
                for one in self.state.persons.values()
            ],
        )
        return _page("Panel", content, kind="panel")

    def order_fault(self, exchange: Exchange) -> Response:
        form = exchange.form()
        times = form.get("times", "1")
        try:
            self.state.order(form.get("mode", ""), int(times))
        except ValueError as problem:
            return Response(str(problem), status_code=400)
        return RedirectResponse("/", status_code=303)


def _radio(name: str, value: str, words: str, hint: str, is_first: bool) -> Html:
    checked = Html(" checked") if is_first else Html("")
    return html(_RADIO, name=name, value=value, words=words, hint=hint, checked=checked)


def _options() -> list[Html]:
    return [html('<option value="{mode}">{mode}</option>', mode=mode) for mode in MODES]


def _page(title: str, content: Html, status: int = 200, kind: str = "") -> Response:
    whole = page(title=title, brand=BRAND, tag=TAG, note=NOTE, content=content, kind=kind)
    return HTMLResponse(whole, status_code=status, headers={"Cache-Control": "no-store"})
