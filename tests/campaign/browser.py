"""A resident's browser, without a script: it follows redirects of the portal, and reloads a page that did not come."""

import threading
import time
from urllib.parse import urljoin, urlsplit

import httpx

from tests.campaign.pages import form_with
from tests.campaign.tally import Tally
from tests.factories.accounts import PASSWORD

PATIENCE = 45.0
"""Seconds for which a person reloads a page that does not come."""
MOST_REDIRECTS = 8


class GaveUp(RuntimeError):
    """The page did not come for longer than a person waits."""


class Browser:
    """Signed in to one gmina. May be used by several threads, as a browser with several tabs."""

    def __init__(self, port: int, label: str, email: str, tally: Tally) -> None:
        self._home = f"http://{label}.localhost:{port}"
        self._tally = tally
        self._email = email
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": f"{label}.localhost:{port}", "User-Agent": "kampania"},
            timeout=40,
            trust_env=False,
        )
        self._signing = threading.Lock()
        self._is_signed_in = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def is_ours(self, address: str) -> bool:
        """Whether the address is a page of the portal."""
        return address.startswith((self._home, "/"))

    def get(self, address: str) -> httpx.Response:
        """A page of the portal, at the end of its redirects inside the portal. Raises GaveUp."""
        self.sign_in()
        return self._followed(self._reloaded("GET", self._path(address)))

    def send(self, address: str, fields: dict[str, str | list[str]]) -> httpx.Response:
        """Send a form and return the very answer; when it does not come the browser sends the same again."""
        self.sign_in()
        return self._reloaded("POST", self._path(address), fields)

    def followed(self, answer: httpx.Response) -> httpx.Response:
        """Where an answer leads inside the portal."""
        return self._followed(answer)

    def sign_in(self) -> None:
        """Sign in with e-mail address and password, once."""
        with self._signing:
            if self._is_signed_in:
                return
            form = form_with(self._reloaded("GET", "/logowanie/").text, "email")
            assert form is not None
            values = form.filled(email=self._email, password=PASSWORD)
            answer = self._reloaded("POST", "/logowanie/", values)
            assert answer.status_code == 302, (answer.status_code, self._email)
            self._is_signed_in = True

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        for _ in range(MOST_REDIRECTS):
            if not answer.is_redirect or not self.is_ours(answer.headers["location"]):
                return answer
            answer = self._reloaded("GET", self._path(answer.headers["location"]))
        raise AssertionError(f"redirects without end at {answer.url.path}")

    def _path(self, address: str) -> str:
        parts = urlsplit(urljoin(self._home, address))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _reloaded(
        self, method: str, path: str, fields: dict[str, str | list[str]] | None = None
    ) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE
        headers = {"Referer": f"{self._home}/"}
        while True:
            try:
                answer = self._http.request(method, path, data=fields, headers=headers)
            except httpx.TransportError:
                self._tally.count("pages.not_reached")
            else:
                if answer.status_code < 500:
                    return answer
                self._tally.count(f"pages.{answer.status_code}")
            if time.monotonic() > deadline:
                raise GaveUp(path.partition("?")[0])
            time.sleep(0.4)
