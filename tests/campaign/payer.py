"""Payers: each of them orders through the portal's pages and pays on the operator's page, in the way the plan says."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

import httpx

from integrations.emulators.registry import EMULATORS
from tests.campaign.browser import Browser, GaveUp
from tests.campaign.pages import Form, form_with, forms_of
from tests.campaign.plan import Behaviour, Visit
from tests.campaign.tally import Link, Tally
from tests.campaign.world import World

ORDERS = 3
"""How often a payer orders anew after the operator has not taken the order."""
TRIES = 4
"""How often a payer comes back to an operator who has no banks to show."""
CARD, BLIK = "4111111111111111", "777123"
"""Typed by nobody and believed by nobody: they come back in the address from the operator."""
FALSE_NEWS = {"status": "SUCCESS", "p24_order_id": "1", "blik_code": BLIK, "card_number": CARD}


class Payers:
    """All payers of a campaign. `visit` may be called by several threads."""

    def __init__(self, world: World, tally: Tally) -> None:
        self.world = world
        self.tally = tally
        self.begun = 0
        self._browsers: dict[tuple[str, int], Browser] = {}
        self._lock = threading.Lock()
        self._operators = httpx.Client(timeout=40, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Close all browsers."""
        self._operators.close()
        for browser in self._browsers.values():
            browser.close()

    def visit(self, visit: Visit) -> None:
        """One visit from the order to what the payer does at the operator."""
        time.sleep(visit.pause)
        with self._lock:
            self.begun += 1
        for fault in visit.faults:
            self.world.controls[visit.operator].fault(fault.place, fault.mode, **dict(fault.options))
            self.tally.count(f"ordered.{fault}")
        try:
            links = self._ordered(visit)
            self.tally.count(f"behaviour.{visit.behaviour}")
            if len(links) > 1:
                self.tally.complain(f"visit {visit.number}: {len(links)} links for the same dues")
            for link in links:
                self._at_operator(visit, link)
        except GaveUp as error:
            self.tally.count(f"gave_up.{error}")

    # --- at the portal ----------------------------------------------------------------------------------------------
    def _ordered(self, visit: Visit) -> list[str]:
        """The operator's links that the order brought: mostly one; none when it did not begin."""
        browser = self._browser(visit)
        for _ in range(ORDERS):
            form = self._confirming(browser, visit)
            if form is None:
                self.tally.count("order.no_banks")
                return []
            if visit.behaviour in (Behaviour.DOUBLE_CLICK, Behaviour.TWO_BROWSERS):
                return self._pressed_twice(browser, visit, form)
            answer = browser.send(form.action, form.filled())
            if self._is_begun(browser, answer):
                return self._link(browser, answer)
            self.tally.count("order.refused")
        return []

    def _pressed_twice(self, browser: Browser, visit: Visit, form: Form) -> list[str]:
        other = form.filled()
        if visit.behaviour == Behaviour.TWO_BROWSERS:
            other["start_key"] = str(uuid4())
        with ThreadPoolExecutor(2) as both:
            pressed = [both.submit(browser.send, form.action, sent) for sent in (form.filled(), other)]
        return list({link: 1 for one in pressed for link in self._link(browser, one.result())})

    def _browser(self, visit: Visit) -> Browser:
        key = (visit.gmina, visit.resident)
        with self._lock:
            if key not in self._browsers:
                email = self.world.towns[visit.gmina].emails[visit.resident]
                self._browsers[key] = Browser(self.world.stack.ports.web, visit.gmina, email, self.tally)
            return self._browsers[key]

    def _confirming(self, browser: Browser, visit: Visit) -> Form | None:
        """The form with the exact amounts, or None when there is nothing to choose, or no operator."""
        ids = self.world.towns[visit.gmina].due_ids
        chosen = [("naleznosc", str(ids[visit.due_id(place)])) for place in range(len(visit.principals))]
        for _ in range(TRIES):
            page = browser.get(f"/platnosci/nowa/?{urlencode(chosen)}")
            banks = form_with(page.text, "metoda")
            if banks is not None and banks.choices["metoda"]:
                known = banks.choices["metoda"]
                query = urlencode(banks.filled(metoda=known[int(visit.bank * len(known))]), doseq=True)
                form = form_with(browser.get(f"{banks.action}?{query}").text, "start_key")
                if form is not None:
                    return form
            time.sleep(0.3)
        return None

    def _link(self, browser: Browser, answer: httpx.Response) -> list[str]:
        """Where the payer is led: to the operator, or to a page of the portal that leads there or says why not."""
        target = answer.headers.get("location", "")
        if target and not browser.is_ours(target):
            return [target]
        page = browser.followed(answer)
        leading = next((form for form in forms_of(page.text) if "//" in form.action), None)
        if leading is not None and not browser.is_ours(leading.action):
            return [self._brought(leading)]
        self.tally.count("order.without_link" if _is_payment(page.url.path) else "order.refused")
        return []

    def _is_begun(self, browser: Browser, answer: httpx.Response) -> bool:
        """Whether a payment has begun, with a link or without one; else the payer is shown why not."""
        target = answer.headers.get("location", "")
        return not browser.is_ours(target) or _is_payment(urlsplit(target).path)

    def _brought(self, form: Form) -> str:
        """The operator's page after the browser has brought the order to it; a reload where it did not take it."""
        for _ in range(TRIES):
            try:
                answer = self._operators.post(form.action, data=form.filled())
            except httpx.TransportError:
                continue
            if answer.is_redirect:
                return urljoin(form.action, answer.headers["location"])
        return ""

    # --- at the operator --------------------------------------------------------------------------------------------
    def _at_operator(self, visit: Visit, link: str) -> None:
        token = urlsplit(link).path.rstrip("/").rpartition("/")[2]
        if not token:
            self.tally.count("order.not_brought")
            return
        control = self.world.controls[visit.operator]
        match visit.behaviour:
            case Behaviour.NEVER_OPEN:
                return
            case Behaviour.LATE | Behaviour.LATE_AND_AGAIN:
                self.tally.keep(Link(visit, token))
            case Behaviour.ABANDON:
                self._press(visit, link, "abandon")
            case Behaviour.REFUSED:
                self._press(visit, link, "fail")
            case Behaviour.REFUSED_THEN_PAY:
                self._press(visit, link, "fail")
                self._press(visit, link, "pay")
            case Behaviour.OTHER_AMOUNT:
                known = next(one for one in control.transactions() if one["token"] == token)
                amount_gr = known["amount_gr"] + visit.surplus_gr
                if control.pay(token, amount_gr=amount_gr)["paid"]:
                    self.tally.paid_otherwise(known["ref"], amount_gr)
            case Behaviour.PAY_TWICE:
                self._press(visit, link, "pay")
                if EMULATORS[visit.operator].tries_again:
                    control.pay(token, again=True)
                else:
                    self._press(visit, link, "pay")
            case Behaviour.PAY_AND_LEAVE:
                self._press(visit, link, "pay_and_leave")
            case _:
                self._come_back(visit, self._press(visit, link, "pay"))

    def _press(self, visit: Visit, link: str, action: str) -> str:
        """Press a button on the operator's page; the address to which it leads back."""
        page = self._operators.get(link)
        form = next((one for one in forms_of(page.text) if "method" in one.choices), None)
        if form is None:
            self.tally.count("operator.no_form")
            return ""
        known = form.choices["method"]
        method = known[int(visit.bank * len(known))]
        target = urljoin(link, form.action)
        answer = self._operators.post(target, data=form.filled(method=method, action=action))
        self.tally.count(f"operator.{action}")
        return answer.headers.get("location", "")

    def _come_back(self, visit: Visit, address: str) -> None:
        """Back at the portal, which is told lies in the address and believes none of it."""
        if not address:
            return
        lies = urlencode(FALSE_NEWS) if visit.number % 3 == 0 else ""
        mark = "&" if "?" in address else "?"
        self._browser(visit).get(f"{address}{mark}{lies}" if lies else address)


def _is_payment(path: str) -> bool:
    """Whether the address is the page of one payment, or of its way to the operator."""
    return re.match(r"/platnosci/[0-9a-f-]{36}/", path) is not None
