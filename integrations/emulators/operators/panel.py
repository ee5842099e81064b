"""The control page for people: transactions, the virtual clock, methods and faults, without JavaScript."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.markup import Html, clock_text, html, page, zloty
from integrations.emulators.operators import faults
from integrations.emulators.operators.notifier import Notifier
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.payer import NOTE, TAG
from integrations.emulators.operators.records import HAS_MONEY, Merchant, State, Transaction
from integrations.emulators.serving import Exchange, endpoint

_WARSAW = ZoneInfo("Europe/Warsaw")
_SHOWN = 100
_STATES = {
    State.STARTED: ("czeka na płacącego", ""),
    State.PAID: ("zapłacona", "good"),
    State.CONFIRMED: ("zweryfikowana", "good"),
    State.FAILED: ("odrzucona", "bad"),
    State.CANCELLED: ("anulowana", "bad"),
    State.EXPIRED: ("wygasła", "bad"),
    State.RETURNED: ("zwrócona", "bad"),
}
_UNCONFIRMED = ("zapłacona, niezweryfikowana", "warn")
_TRIES = {"failed": "odrzucona przez bank", "abandoned": "porzucona przez płacącego"}
_STEPS = (("180", "+3 min"), ("3600", "+1 godz."), ("86400", "+1 dzień"))

_PANEL = """
<h1>Panel emulatora</h1>
<section class="card" aria-labelledby="zegar"><h2 id="zegar" style="margin-top:0">Zegar operatora</h2>
<p>{now}. Operator ponawia powiadomienie {schedule}.</p>
<form method="post" action="/panel/zegar" class="actions">{steps}</form></section>
<h2>Transakcje</h2>
<div class="card scroll">{transactions}</div>
<h2>Sposoby płatności</h2>
<div class="card"><form method="post" action="/panel/sposob" class="actions">{methods}</form></div>
<h2>Usterki na zamówienie</h2>
<div class="card"><form method="post" action="/panel/usterka" class="row">
<label class="field">Usterka<br><select name="fault">{modes}</select></label>
<label class="field">Ile razy<br><input type="number" name="times" value="1" min="1" max="1000"></label>
<button>Zamów usterkę</button></form>
<p style="margin:1rem 0 0">Zamówione: {ordered}</p></div>
<h2>Urzędy u operatora</h2>
<p>To wpisuje się u nas w ustawieniach urzędu. Adres emulatora: <code>{address}</code>. Kluczy panel nie pokazuje:
są w pliku z umowami, z którym emulator ruszył.</p>
<div class="card scroll"><table><thead><tr><th scope="col">Nazwa</th><th scope="col">Rachunek</th>
<th scope="col">Identyfikatory</th></tr></thead>
<tbody>{merchants}</tbody></table></div>
<p><a href="/__emu__/log">Dziennik wywołań (JSON)</a> · <a href="/__emu__/state">Stan (JSON)</a></p>
"""
_TABLE = """<table><thead><tr><th scope="col">Numer</th><th scope="col">Urząd</th><th scope="col">Tytuł</th>
<th scope="col" class="num">Kwota</th><th scope="col">Stan</th><th scope="col">Powiadomienia</th>
<th scope="col">Zrób</th></tr></thead><tbody>{rows}</tbody></table>"""
_ROW = """<tr><td>{number}<br><span class="soft">{at}</span></td><td>{receiver}</td>
<td>{title}<br><code>{ref}</code></td><td class="num">{amount}</td>
<td><span class="state {mood}">{state}</span>{last_try}</td><td>{answers}</td>
<td><form method="post" action="/panel/transakcja/{number}">{buttons}</form></td></tr>"""
_BUTTON = '<button class="small" name="{name}" value="{value}"{extra}>{words}</button> '


class Panel:
    """`/` and the forms on it. Every form answers with a redirect back."""

    def __init__(self, operator: EmulatedOperator, notifier: Notifier) -> None:
        self.operator = operator
        self.store = operator.store
        self.notifier = notifier

    def routes(self) -> list[Route]:
        return [
            Route("/", endpoint(self.show), methods=["GET"]),
            Route("/panel/transakcja/{ref}", endpoint(self.act), methods=["POST"]),
            Route("/panel/zegar", endpoint(self.advance), methods=["POST"]),
            Route("/panel/sposob", endpoint(self.switch), methods=["POST"]),
            Route("/panel/usterka", endpoint(self.order_fault), methods=["POST"]),
        ]

    def show(self, exchange: Exchange) -> Response:
        names = {merchant.key: merchant.name for merchant in self.store.merchants()}
        content = html(
            _PANEL,
            now=clock_text(datetime.fromtimestamp(self.store.now(), _WARSAW)),
            schedule=self.operator.retries_text,
            steps=[_button("s", value, words) for value, words in _STEPS],
            transactions=self._table(names),
            methods=[
                html(
                    '<button class="small" name="id" value="{id}">{words} {name}</button> ',
                    id=row["id"],
                    name=row["name"],
                    words="Wyłącz:" if row["active"] else "Włącz:",
                )
                for row in self.store.rows("SELECT id, name, active FROM methods ORDER BY name")
            ],
            modes=[
                html('<option value="{v}">{v}</option>', v=f"{place} {mode}")
                for place, modes in self.operator.modes.items()
                for mode in modes
            ],
            ordered=", ".join(
                "{place} {mode} × {times}".format(**dict(row))
                for row in self.store.rows("SELECT * FROM faults ORDER BY id")
            )
            or "żadne",
            address=exchange.base_url,
            merchants=[_merchant(merchant) for merchant in self.store.merchants()],
        )
        brand = self.operator.brand
        whole = page(title="Panel emulatora", brand=brand, tag=TAG, note=NOTE, content=content, kind="panel")
        return HTMLResponse(whole, headers={"Cache-Control": "no-store"})

    def act(self, exchange: Exchange) -> Response:
        transaction = self.store.transaction(exchange.params["ref"])
        if transaction is None:
            return Response("Nie ma takiej transakcji", status_code=404)
        match exchange.form().get("action"):
            case "pay":
                self.operator.pay(transaction, transaction.method or self.operator.default_bank)
                self.notifier.settle(timeout=10)
            case "failed":
                self.operator.fail(transaction)
            case "abandoned":
                self.operator.abandon(transaction)
            case "notify" if transaction.url_notify:
                state = State.PAID if transaction.state is State.CONFIRMED else transaction.state
                self.notifier.send_now(transaction, state.value, None)
            case "return":
                self.operator.give_back(transaction)
        return RedirectResponse("/", status_code=303)

    def advance(self, exchange: Exchange) -> Response:
        seconds = exchange.form().get("s", "0")
        if seconds in dict(_STEPS):
            self.notifier.advance(float(seconds))
        return RedirectResponse("/", status_code=303)

    def switch(self, exchange: Exchange) -> Response:
        self.store.write("UPDATE methods SET active = 1 - active WHERE id = ?", exchange.form().get("id", ""))
        return RedirectResponse("/", status_code=303)

    def order_fault(self, exchange: Exchange) -> Response:
        form = exchange.form()
        place, _, mode = form.get("fault", "").partition(" ")
        times = form.get("times", "1")
        if mode not in self.operator.modes.get(place, ()) or not times.isdecimal() or int(times) < 1:
            return Response(f"no such fault: {place} {mode} {times}", status_code=400)
        faults.order(self.store, place, mode, int(times), None, {})
        return RedirectResponse("/", status_code=303)

    def _table(self, names: dict[str, str]) -> Html:
        transactions = self.store.transactions(limit=_SHOWN)
        if not transactions:
            return html('<p class="empty">{words}</p>', words="Nie ma jeszcze żadnej transakcji.")
        answers: dict[int, list[str]] = {}
        for row in self.store.rows(
            "SELECT transaction_id, answer FROM notifications WHERE sent_at IS NOT NULL ORDER BY id"
        ):
            answers.setdefault(row["transaction_id"], []).append(row["answer"] or "pominięte")
        return html(_TABLE, rows=[self._row(found, names, answers) for found in transactions])

    def _row(self, found: Transaction, names: dict[str, str], answers: dict[int, list[str]]) -> Html:
        state, mood = _STATES[found.state]
        if found.state is State.PAID and "confirm" in self.operator.places:
            state, mood = _UNCONFIRMED
        if found.has_expired(self.store.now()):
            state, mood = _STATES[State.EXPIRED]
        return html(
            _ROW,
            number=found.operator_tx_id,
            at=clock_text(datetime.fromtimestamp(found.registered_at, _WARSAW)),
            receiver=names.get(found.merchant, found.merchant),
            title=found.title,
            ref=found.ref,
            amount=zloty(found.amount_gr),
            state=state,
            mood=mood,
            last_try=html("<br><span class='soft'>{w}</span>", w=_TRIES[found.last_try])
            if found.last_try in _TRIES
            else "",
            answers="; ".join(answers.get(found.id, [])) or "—",
            buttons=self._buttons(found),
        )

    def _buttons(self, found: Transaction) -> list[Html]:
        choices = [("notify", "Powiadom")]
        if found.state is State.STARTED:
            choices = [("pay", "Zapłać"), ("failed", "Odrzuć"), ("abandoned", "Porzuć")]
        elif found.state in HAS_MONEY:
            choices.append(("return", "Zwróć"))
        subject = f"transakcja {found.operator_tx_id}"
        return [_button("action", value, words, subject) for value, words in choices]


def _merchant(merchant: Merchant) -> Html:
    ids = [
        html("{name}: <code>{value}</code><br>", name=name, value=value)
        for name, value in merchant.ids.items()
    ]
    row = "<tr><td>{name}</td><td><code>{account}</code></td><td>{ids}</td></tr>"
    return html(row, name=merchant.name, account=merchant.account, ids=ids)


def _button(name: str, value: str, words: str, subject: str = "") -> Html:
    # Buttons of a table repeat: the accessible name says which row they belong to, and begins with the
    # visible words.
    label = html(' aria-label="{words}, {subject}"', words=words, subject=subject) if subject else Html("")
    return html(_BUTTON, name=name, value=value, words=words, extra=label)
