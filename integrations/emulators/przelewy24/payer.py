"""What the payer sees: the operator's page with the banks, and what happens after each button."""

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.markup import Html, html, nrb, page, zloty
from integrations.emulators.przelewy24.notifier import Notifier
from integrations.emulators.przelewy24.store import Merchant, Store, Transaction
from integrations.emulators.serving import Exchange, endpoint

BRAND = "Przelewy24"
TAG = "emulator operatora"
NOTE = (
    "To jest emulator operatora płatności do prób i pokazów. Żadne prawdziwe pieniądze nie zmieniają "
    "właściciela, a banki na liście są wymyślone."
)
_COLOURS = ("#1a56c4", "#0e6b3a", "#8a2b6e", "#9a4a00", "#5b3fb0", "#0b6a80", "#a3201d", "#4a5a1c", "#2b3a67")

_CHOICE = """
<h1>Wybierz sposób płatności</h1>
<section class="card" aria-labelledby="zamowienie">
<h2 id="zamowienie" style="margin-top:0">Płatność dla: {receiver}</h2>
<p class="amount" data-testid="amount">{amount}</p>
<dl class="facts">
<dt>Tytuł</dt><dd>{title}</dd>
<dt>Rachunek odbiorcy</dt><dd>{account}</dd>
<dt>Numer transakcji</dt><dd>{order_id}</dd>
</dl>
</section>
{notice}
<form method="post" action="/trnRequest/{token}">
<fieldset>
<legend>Bank lub BLIK</legend>
<ul class="banks">{banks}</ul>
</fieldset>
<div class="actions">
<button class="main" name="action" value="pay">Zapłać</button>
<button class="bad" name="action" value="fail">Odrzuć</button>
<button name="action" value="abandon">Zamknij kartę</button>
</div>
<p class="soft" style="margin-top:1rem">„Odrzuć” udaje odmowę banku, „Zamknij kartę” płacącego, który
zrezygnował. Operator nie powiadamia urzędu o żadnym z tych zdarzeń. Można też
<button class="small" name="action" value="pay_and_leave">zapłacić i nie wracać do urzędu</button></p>
</form>
"""
_BANK = """<li><label class="bank{off}">
<input type="radio" name="method" value="{id}"{checked}{disabled}>
<img src="/payment-form-logo/svg/{id}" alt="" width="40" height="28">
<span>{name}{hint}</span></label></li>
"""
_CHOOSE_A_BANK = '<div class="notice bad" role="alert">Wybierz bank, który teraz działa.</div>'
_ENDED = """
<h1>{heading}</h1>
<div class="notice {mood}" role="status">{words}</div>
<dl class="facts card">
<dt>Odbiorca</dt><dd>{receiver}</dd>
<dt>Kwota</dt><dd>{amount}</dd>
<dt>Tytuł</dt><dd>{title}</dd>
</dl>
<div class="actions">{links}</div>
"""


class Payer:
    """The payer's pages under `/trnRequest/{token}`."""

    def __init__(self, store: Store, notifier: Notifier) -> None:
        self.store = store
        self.notifier = notifier

    def routes(self) -> list[Route]:
        return [
            Route("/trnRequest/{token}", endpoint(self.show), methods=["GET"]),
            Route("/trnRequest/{token}", endpoint(self.choose), methods=["POST"]),
            Route("/payment-form-logo/svg/{id:int}", endpoint(self.logo), methods=["GET"]),
            Route("/payment-form-logo/svg/mobile/{id:int}", endpoint(self.logo), methods=["GET"]),
        ]

    def show(self, exchange: Exchange) -> Response:
        found = self._find(exchange)
        if found is None:
            return self._missing()
        transaction, merchant = found
        if transaction.state != "registered":
            return self._already_paid(transaction, merchant)
        if transaction.expired(self.store.now()):
            return self._expired(transaction, merchant)
        return self._choice(transaction, merchant, Html(""))

    def choose(self, exchange: Exchange) -> Response:
        found = self._find(exchange)
        if found is None:
            return self._missing()
        transaction, merchant = found
        form = exchange.form()
        action = form.get("action", "")
        if transaction.state == "registered" and transaction.expired(self.store.now()):
            return self._expired(transaction, merchant)
        if action == "abandon":
            self.store.note_try(transaction.order_id, "abandoned")
            return self._ended(transaction, merchant, "Karta zamknięta", "", "Nic nie zapłacono.", back=False)
        method = self.store.row(
            "SELECT id, active FROM methods WHERE id = ?",
            int(form["method"]) if form.get("method", "").isdecimal() else -1,
        )
        if method is None or not method["active"]:
            return self._choice(transaction, merchant, Html(_CHOOSE_A_BANK))
        if action == "fail":
            self.store.note_try(transaction.order_id, "failed")
            return self._ended(
                transaction, merchant, "Bank odrzucił płatność", "bad", "Nic nie zapłacono.", again=True
            )
        paid_now = self.store.pay(transaction.order_id, method["id"])
        self.notifier.wake()
        if not paid_now:
            return self._already_paid(transaction, merchant)
        if action == "pay_and_leave":
            return self._ended(
                transaction, merchant, "Zapłacono", "good", "Możesz zamknąć tę kartę bez powrotu do urzędu."
            )
        return RedirectResponse(transaction.url_return, status_code=303)

    def logo(self, exchange: Exchange) -> Response:
        row = self.store.row("SELECT id, name FROM methods WHERE id = ?", int(exchange.params["id"]))
        if row is None:
            return Response(status_code=404)
        letters = "".join(word[0] for word in row["name"].split())[:2].upper()
        drawing = html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 28" width="40" height="28">'
            '<rect width="40" height="28" rx="6" fill="{colour}"/><text x="20" y="19" text-anchor="middle"'
            ' font-family="system-ui" font-size="13" font-weight="700" fill="#fff">{letters}</text>'
            "</svg>",
            colour=_COLOURS[row["id"] % len(_COLOURS)],
            letters=letters,
        )
        return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})

    def _find(self, exchange: Exchange) -> tuple[Transaction, Merchant] | None:
        row = self.store.row("SELECT order_id FROM transactions WHERE token = ?", exchange.params["token"])
        transaction = self.store.transaction(str(row["order_id"])) if row else None
        merchant = self.store.merchant(transaction.pos_id) if transaction else None
        return (transaction, merchant) if transaction and merchant else None

    def _choice(self, transaction: Transaction, merchant: Merchant, notice: Html) -> Response:
        rows = self.store.rows("SELECT * FROM methods ORDER BY id != 154, name")
        wanted = transaction.method
        banks = []
        for row in rows:
            fits = (row["min_gr"] or 0) <= transaction.amount <= (row["max_gr"] or transaction.amount)
            usable = bool(row["active"]) and fits
            banks.append(
                html(
                    _BANK,
                    id=row["id"],
                    name=row["name"],
                    off="" if usable else " off",
                    checked=Html(" checked" if usable and row["id"] == wanted else ""),
                    disabled=Html("" if usable else " disabled"),
                    hint=Html("" if usable else "<small>chwilowo niedostępny</small>"),
                )
            )
        content = html(
            _CHOICE,
            receiver=merchant.name,
            amount=zloty(transaction.amount),
            title=transaction.description,
            account=nrb(merchant.account) or "—",
            order_id=transaction.order_id,
            token=transaction.token,
            banks=banks,
            notice=notice,
        )
        return self._page("Wybierz sposób płatności", content)

    def _ended(
        self,
        transaction: Transaction,
        merchant: Merchant,
        heading: str,
        mood: str,
        words: str,
        *,
        back: bool = True,
        again: bool = False,
    ) -> Response:
        links = []
        if again:
            address = f"/trnRequest/{transaction.token}"
            links.append(html('<a class="button main" href="{to}">Spróbuj ponownie</a>', to=address))
        if back:
            links.append(html('<a class="button" href="{to}">Wróć do urzędu</a>', to=transaction.url_return))
        content = html(
            _ENDED,
            heading=heading,
            mood=mood,
            words=words,
            receiver=merchant.name,
            amount=zloty(transaction.amount),
            title=transaction.description,
            links=links,
        )
        return self._page(heading, content)

    def _already_paid(self, transaction: Transaction, merchant: Merchant) -> Response:
        heading = "Ta płatność jest już opłacona"
        return self._ended(transaction, merchant, heading, "good", "Nie płać drugi raz.")

    def _expired(self, transaction: Transaction, merchant: Merchant) -> Response:
        words = "Minął czas na zapłatę. Wróć do urzędu i zacznij płatność od nowa."
        return self._ended(transaction, merchant, "Link do płatności wygasł", "bad", words)

    def _missing(self) -> Response:
        content = Html("<h1>Nie ma takiej płatności</h1><p>Sprawdź adres albo wróć do urzędu.</p>")
        return self._page("Nie ma takiej płatności", content, status=404)

    def _page(self, title: str, content: Html, status: int = 200) -> Response:
        whole = page(title=title, brand=BRAND, tag=TAG, note=NOTE, content=content, kind="payer")
        return HTMLResponse(whole, status_code=status, headers={"Cache-Control": "no-store"})
