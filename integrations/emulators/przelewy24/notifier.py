"""Telling the merchants, only of success, until they verify: a background thread over real HTTP."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from integrations.emulators.delivery import Delivered, post
from integrations.emulators.przelewy24 import faults
from integrations.emulators.przelewy24.faults import Fault
from integrations.emulators.przelewy24.messages import Message, payment_messages, refund_message
from integrations.emulators.przelewy24.refunds import finish_due, next_refund
from integrations.emulators.przelewy24.store import Notification, Store, Transaction

_LONGEST_SLEEP = 1.0


class Notifier:
    """Sends what is due. The virtual clock decides when; `settle()` waits until nothing more is due."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._busy: set[int] = set()
        self._stopped = False
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="notify")
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wake(self) -> None:
        """Something may have become due."""
        with self._changed:
            self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Move the virtual clock, stopping at every due moment on the way: 72 hours pass in milliseconds."""
        target = self._store.now() + seconds
        while True:
            pending = [moment for moment in self._moments() if moment <= target]
            if not pending:
                break
            self._store.advance(max(0.0, min(pending) - self._store.now()))
            if not self.settle():
                break
        self._store.advance(max(0.0, target - self._store.now()))
        self.settle()

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until all that is due has been sent and answered; False when that took too long."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._changed.notify_all()
            while self._busy or self._due_work():
                if self._stopped or not self._changed.wait(timeout=min(0.2, deadline - time.monotonic())):
                    if self._stopped or time.monotonic() >= deadline:
                        return False
                    self._changed.notify_all()
        return True

    def send_now(self, transaction: Transaction, mode: str | None) -> list[Delivered]:
        """One extra notification, outside the schedule, with any fault: for the control API."""
        fault = Fault("notify", mode, {}) if mode else None
        return self._deliver(transaction.url_status, self._messages(transaction, fault))

    def _due_work(self) -> bool:
        now = self._store.now()
        due_refund = next_refund(self._store)
        return bool(self._store.due(now)) or (due_refund is not None and due_refund <= now)

    def _run(self) -> None:
        while True:
            finish_due(self._store)
            for planned in self._store.due(self._store.now()):
                with self._changed:
                    if self._stopped:
                        return
                    if planned.id in self._busy:
                        continue
                    self._busy.add(planned.id)
                self._pool.submit(self._process, planned)
            with self._changed:
                if self._stopped:
                    return
                if not self._changed.wait(timeout=self._sleep()) and self._stopped:
                    return

    def _sleep(self) -> float:
        moments = self._moments()
        if not moments:
            return _LONGEST_SLEEP
        return min(_LONGEST_SLEEP, max(0.005, min(moments) - self._store.now()))

    def _moments(self) -> list[float]:
        candidates = (self._store.next_due(), next_refund(self._store))
        return [moment for moment in candidates if moment is not None]

    def _process(self, planned: Notification) -> None:
        try:
            with contextlib.suppress(RuntimeError):
                self._send(planned)
        finally:
            with self._changed:
                self._busy.discard(planned.id)
                self._changed.notify_all()

    def _send(self, planned: Notification) -> None:
        transaction = self._store.transaction(str(planned.order_id))
        if transaction is None or (planned.refund_id is None and transaction.state != "paid"):
            self._store.sent(planned, [], repeat=False)
            return
        if planned.refund_id is not None:
            message = refund_message(self._store, transaction, planned.refund_id)
            delivered = self._deliver(message.url, [message])
            accepted = any(result.status == 200 for result in delivered)
            self._store.sent(planned, [result.status for result in delivered], repeat=not accepted)
            return
        fault = faults.take(self._store, "notify", transaction.pos_id)
        if fault and fault.mode == "delay":
            self._store.postpone(planned, fault.number("seconds", 60))
            return
        if fault and fault.mode == "never":
            self._store.sent(planned, [], repeat=False)
            return
        delivered = self._deliver(transaction.url_status, self._messages(transaction, fault))
        now = self._store.transaction(str(planned.order_id))
        unverified = now is not None and now.state == "paid"
        self._store.sent(planned, [result.status for result in delivered], repeat=unverified)

    def _messages(self, transaction: Transaction, fault: Fault | None) -> list[Message]:
        merchant = self._store.merchant(transaction.pos_id)
        if merchant is None:
            return []
        return payment_messages(transaction, merchant, self._store.merchants(), fault)

    def _deliver(self, url: str, messages: list[Message]) -> list[Delivered]:
        targets = [replace(message, url=message.url or url) for message in messages]
        if len(targets) == 1:
            return [self._post(targets[0])]
        with ThreadPoolExecutor(max_workers=len(targets) or 1) as together:
            return list(together.map(self._post, targets))

    def _post(self, message: Message) -> Delivered:
        result = post(message.url, message.body, {"Content-Type": message.content_type})
        shown = message.body[:2000].decode("utf-8", "replace")
        self._store.log("out", "POST", message.url, result.status, shown, result.body)
        return result
