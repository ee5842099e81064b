"""The control API as an object, for tests and scripts."""

from typing import Any

import httpx


class Control:
    """Drives a running emulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url + "/__emu__", timeout=90, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def state(self, pos_id: int | None = None) -> dict[str, Any]:
        return self._call("GET", "/state" if pos_id is None else f"/state?pos_id={pos_id}")

    def transaction(self, session_id: str) -> dict[str, Any]:
        """The operator's own record of one transaction; LookupError when there is none."""
        for found in self.state()["transactions"]:
            if found["session_id"] == session_id:
                return dict(found)
        raise LookupError(session_id)

    def log(self) -> list[dict[str, Any]]:
        return list(self._call("GET", "/log")["log"])

    def add_merchant(self, **merchant: Any) -> None:
        self._call("POST", "/merchants", merchant)

    def pay(self, ref: str, **wish: Any) -> dict[str, Any]:
        return self._call("POST", f"/pay/{ref}", wish)

    def fail(self, ref: str) -> None:
        self._call("POST", f"/fail/{ref}")

    def abandon(self, ref: str) -> None:
        self._call("POST", f"/abandon/{ref}")

    def give_back(self, ref: str) -> None:
        self._call("POST", f"/refund/{ref}")

    def notify(self, ref: str, mode: str | None = None) -> list[dict[str, Any]]:
        """What the merchant answered to an extra notification."""
        return list(self._call("POST", f"/notify/{ref}", {"mode": mode})["answers"])

    def advance(self, seconds: float) -> None:
        self._call("POST", "/clock/advance", {"s": seconds})

    def settle(self) -> bool:
        return bool(self._call("POST", "/settle")["settled"])

    def reset(self) -> None:
        """Forget everything except the merchants."""
        self._call("POST", "/reset")

    def switch_method(self, method: int, *, active: bool) -> None:
        self._call("POST", f"/methods/{method}", {"active": active})

    def fault(self, where: str, mode: str, times: int = 1, **options: Any) -> None:
        self._call("POST", "/faults", {"where": where, "mode": mode, "times": times, **options})

    def forget_faults(self) -> None:
        self._call("DELETE", "/faults")

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        response = self._http.request(method, path, json=body)
        response.raise_for_status()
        return dict(response.json())
