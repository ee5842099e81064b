"""The control API as an object, for tests and scripts. It is the same for every operator."""

from typing import Any

import httpx


class Control:
    """Drives a running emulator at `url`.

    A transaction is named by our reference, the operator's id or the token of the payer's link, and told as
    a dict: operator_tx_id, ref, merchant, state (started, paid, confirmed, failed, cancelled, expired,
    returned), amount_gr, paid_gr, currency, title, method, paid_method, account, url_return, url_notify,
    registered_at, expires_at, paid_at, confirmed_at, fee_gr, last_try, token, and the protocol's `details`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url + "/__emu__", timeout=90, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def state(self, merchant: str | None = None) -> dict[str, Any]:
        """The books: now, merchants, methods, transactions, notifications, refunds, faults."""
        return self._call("GET", "/state", params=None if merchant is None else {"merchant": merchant})

    def transactions(self, ref: str | None = None) -> list[dict[str, Any]]:
        """The operator's own records, newest first; of one reference, or all."""
        found = self.state()["transactions"]
        return [dict(one) for one in found if ref is None or ref in (one["ref"], one["operator_tx_id"])]

    def transaction(self, ref: str) -> dict[str, Any]:
        """The record of one transaction, of several the paid one, else the newest; LookupError for none."""
        found = self.transactions(ref)
        if not found:
            raise LookupError(ref)
        return next((one for one in found if one["paid_at"] is not None), found[0])

    def log(self) -> list[dict[str, Any]]:
        """Every request and answer, in both directions."""
        return list(self._call("GET", "/log")["log"])

    def add_merchant(self, **merchant: Any) -> None:
        """Open an account (name, account, ids, secrets), or give an existing one new keys."""
        self._call("POST", "/merchants", merchant)

    def pay(self, ref: str, **wish: Any) -> dict[str, Any]:
        """Pay as the payer: `method`, `late`, `amount_gr`, `again`. Tells `paid` and `operator_tx_id`."""
        return self._call("POST", f"/pay/{ref}", wish)

    def fail(self, ref: str) -> None:
        """The bank refuses."""
        self._call("POST", f"/fail/{ref}")

    def abandon(self, ref: str) -> None:
        """The payer leaves."""
        self._call("POST", f"/abandon/{ref}")

    def cancel(self, ref: str) -> bool:
        """An unpaid transaction is withdrawn at the operator; whether it was unpaid."""
        return bool(self._call("POST", f"/cancel/{ref}")["cancelled"])

    def give_back(self, ref: str) -> None:
        """The operator returns the money on its own side."""
        self._call("POST", f"/refund/{ref}")

    def notify(self, ref: str, mode: str | None = None, *, kind: str | None = None) -> list[dict[str, Any]]:
        """What the merchant answered to an extra notification."""
        return list(self._call("POST", f"/notify/{ref}", {"mode": mode, "kind": kind})["answers"])

    def advance(self, seconds: float) -> None:
        """Move the operator's clock; all that is due on the way is sent."""
        self._call("POST", "/clock/advance", {"s": seconds})

    def settle(self) -> bool:
        """Wait until all that is due has been sent."""
        return bool(self._call("POST", "/settle")["settled"])

    def reset(self) -> None:
        """Forget everything except the merchants."""
        self._call("POST", "/reset")

    def switch_method(self, method: str, *, active: bool) -> None:
        """Let a bank work or not."""
        self._call("POST", f"/methods/{method}", {"active": active})

    def revoke_tokens(self) -> None:
        """Let every bearer token be dead before its time."""
        self._call("DELETE", "/tokens")

    def fault(self, where: str, mode: str, times: int = 1, **options: Any) -> None:
        """Order a fault: the options are `merchant`, `seconds` and `copies`."""
        self._call("POST", "/faults", {"where": where, "mode": mode, "times": times, **options})

    def forget_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._call("DELETE", "/faults")

    def _call(
        self, method: str, path: str, body: Any = None, *, params: dict[str, str] | None = None
    ) -> dict[str, Any]:
        response = self._http.request(method, path, json=body, params=params)
        response.raise_for_status()
        return dict(response.json())
