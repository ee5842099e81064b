"""What the payer sees: the operator's page with the banks, and what happens after each button."""

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.emulators.markup import Html, html, nrb, page, zloty
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import HAS_MONEY, Merchant, State, Transaction
from integrations.emulators.serving import Exchange, endpoint

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
{fee}<dt>Numer transakcji</dt><dd>{number}</dd>
</dl>
</section>
{notice}
<form method="post" action="{to}">
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
zrezygnował. {told} Można też
<button class="small" name="action" value="pay_and_leave">zapłacić i nie wracać do urzędu</button></p>
</form>
"""
_TOLD = {
    True: "Operator powiadamia urząd o odmowie.",
    False: "Operator nie powiadamia urzędu o żadnym z tych zdarzeń.",
}
_FEE = "<dt>Opłata operatora</dt><dd>{fee}</dd>\n"
_BANK = """<li><label class="bank{off}">
<input type="radio" name="method" value="{id}"{checked}{disabled}>
<img src="{logo}" alt="" width="40" height="28">
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
    """The payer's pages at the operator's `payer_path`."""

    def __init__(self, operator: EmulatedOperator) -> None:
        self.operator = operator
        self.store = operator.store

    def routes(self) -> list[Route]:
        return [
            Route(self.operator.payer_path, endpoint(self.show), methods=["GET"]),
            Route(self.operator.payer_path, endpoint(self.choose), methods=["POST"]),
            Route(self.operator.logo_path, endpoint(self.logo), methods=["GET"]),
        ]

    def show(self, exchange: Exchange) -> Response:
        found = self._find(exchange)
        if found is None:
            return self._missing()
        return self._over(*found) or self._choice(*found, Html(""))

    def choose(self, exchange: Exchange) -> Response:
        found = self._find(exchange)
        if found is None:
            return self._missing()
        transaction, merchant = found
        form = exchange.form()
        action = form.get("action", "")
        if transaction.has_expired(self.store.now()):
            return self._expired(transaction, merchant)
        if action == "abandon":
            self.operator.abandon(transaction)
            return self._ended(transaction, merchant, "Karta zamknięta", "", "Nic nie zapłacono.", back=False)
        method = self.store.row("SELECT id, active FROM methods WHERE id = ?", form.get("method", ""))
        if method is None or not method["active"]:
            return self._choice(transaction, merchant, Html(_CHOOSE_A_BANK))
        if action == "fail":
            self.operator.fail(transaction)
            heading, words = "Bank odrzucił płatność", "Nic nie zapłacono."
            return self._ended(transaction, merchant, heading, "bad", words, again=self._takes_another_try())
        paid = self.operator.pay(transaction, method["id"])
        if paid is None:
            return self._over(*(self._find(exchange) or found)) or self._missing()
        if action == "pay_and_leave":
            words = "Możesz zamknąć tę kartę bez powrotu do urzędu."
            return self._ended(paid, merchant, "Zapłacono", "good", words)
        return RedirectResponse(self.operator.return_url(paid), status_code=303)

    def logo(self, exchange: Exchange) -> Response:
        row = self.store.row("SELECT position, name FROM methods WHERE id = ?", exchange.params["id"])
        if row is None:
            return Response(status_code=404)
        letters = "".join(word[0] for word in row["name"].split())[:2].upper()
        drawing = html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 28" width="40" height="28">'
            '<rect width="40" height="28" rx="6" fill="{colour}"/><text x="20" y="19" text-anchor="middle"'
            ' font-family="system-ui" font-size="13" font-weight="700" fill="#fff">{letters}</text>'
            "</svg>",
            colour=_COLOURS[row["position"] % len(_COLOURS)],
            letters=letters,
        )
        return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})

    def _takes_another_try(self) -> bool:
        return self.operator.tries_again or not self.operator.failure_ends

    def _find(self, exchange: Exchange) -> tuple[Transaction, Merchant] | None:
        transaction = self.store.transaction(exchange.params["token"])
        if transaction is None or transaction.token != exchange.params["token"]:
            return None
        merchant = self.store.merchant(transaction.merchant)
        return (transaction, merchant) if merchant else None

    def _over(self, transaction: Transaction, merchant: Merchant) -> Response | None:
        """The page of a transaction that nobody can pay any more; None while somebody can."""
        if transaction.state in (*HAS_MONEY, State.RETURNED):
            heading = "Ta płatność jest już opłacona"
            return self._ended(transaction, merchant, heading, "good", "Nie płać drugi raz.")
        if transaction.has_expired(self.store.now()):
            return self._expired(transaction, merchant)
        if transaction.state is State.CANCELLED:
            words = "Wróć do urzędu i zacznij płatność od nowa."
            return self._ended(transaction, merchant, "Płatność anulowana", "bad", words)
        if transaction.state is State.FAILED and not self.operator.tries_again:
            words = "Nic nie zapłacono. Wróć do urzędu i zacznij płatność od nowa."
            return self._ended(transaction, merchant, "Bank odrzucił płatność", "bad", words)
        return None

    def _choice(self, transaction: Transaction, merchant: Merchant, notice: Html) -> Response:
        banks = []
        for row in self.store.rows("SELECT * FROM methods ORDER BY position"):
            fits = (row["min_gr"] or 0) <= transaction.amount_gr <= (row["max_gr"] or transaction.amount_gr)
            usable = bool(row["active"]) and fits
            banks.append(
                html(
                    _BANK,
                    id=row["id"],
                    name=row["name"],
                    logo=self.operator.logo_path.replace("{id}", row["id"]),
                    off="" if usable else " off",
                    checked=Html(" checked" if usable and row["id"] == transaction.method else ""),
                    disabled=Html("" if usable else " disabled"),
                    hint=Html("" if usable else "<small>chwilowo niedostępny</small>"),
                )
            )
        fee_gr = self.operator.payer_fee_gr(transaction)
        content = html(
            _CHOICE,
            receiver=merchant.name,
            amount=zloty(transaction.amount_gr),
            title=transaction.title,
            account=nrb(transaction.account or merchant.account) or "—",
            fee=html(_FEE, fee=zloty(fee_gr)) if fee_gr else "",
            number=transaction.operator_tx_id,
            to=self._address(transaction),
            banks=banks,
            notice=notice,
            told=_TOLD["failed" in self.operator.told],
        )
        return self._page("Wybierz sposób płatności", content)

    def _address(self, transaction: Transaction) -> str:
        return self.operator.payer_path.replace("{token}", transaction.token)

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
            address = self._address(transaction)
            links.append(html('<a class="button main" href="{to}">Spróbuj ponownie</a>', to=address))
        if back:
            address = self.operator.return_url(transaction)
            links.append(html('<a class="button" href="{to}">Wróć do urzędu</a>', to=address))
        content = html(
            _ENDED,
            heading=heading,
            mood=mood,
            words=words,
            receiver=merchant.name,
            amount=zloty(transaction.amount_gr),
            title=transaction.title,
            links=links,
        )
        return self._page(heading, content)

    def _expired(self, transaction: Transaction, merchant: Merchant) -> Response:
        words = "Minął czas na zapłatę. Wróć do urzędu i zacznij płatność od nowa."
        return self._ended(transaction, merchant, "Link do płatności wygasł", "bad", words)

    def _missing(self) -> Response:
        content = Html("<h1>Nie ma takiej płatności</h1><p>Sprawdź adres albo wróć do urzędu.</p>")
        return self._page("Nie ma takiej płatności", content, status=404)

    def _page(self, title: str, content: Html, status: int = 200) -> Response:
        brand = self.operator.brand
        whole = page(title=title, brand=brand, tag=TAG, note=NOTE, content=content, kind="payer")
        return HTMLResponse(whole, status_code=status, headers={"Cache-Control": "no-store"})
