"""Telling the merchants until they have heard: a background thread over real HTTP."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from integrations.emulators.delivery import Delivered, post
from integrations.emulators.operators import faults, refunds
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.notices import Message, Notice, changed, copies, spoilt
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import Planned, Transaction

_LONGEST_SLEEP = 1.0


class Notifier:
    """Sends what is due, for one transaction one message after the other. The virtual clock decides when;
    `settle()` waits until nothing more is due.
    """

    def __init__(self, operator: EmulatedOperator) -> None:
        self._operator = operator
        self._store = operator.store
        self._store.when_planned = self.wake
        self._changed = threading.Condition()
        # An event and not the condition: whoever plans a message holds the books, and must not wait for a lock.
        self._woken = threading.Event()
        self._busy: set[int] = set()  # transactions of which a message is on its way
        self._stopped = False
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="notify")
        self._thread = threading.Thread(target=self._run, name=f"notifier-{operator.code}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._woken.set()
        self._thread.join(timeout=5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wake(self) -> None:
        """Something may have become due."""
        self._woken.set()

    def advance(self, seconds: float) -> None:
        """Move the virtual clock, stopping at every due moment on the way: 72 hours pass in milliseconds."""
        target = self._store.now() + seconds
        while True:
            pending = [moment for moment in self._operator.moments() if moment <= target]
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
            while self._busy or self._is_work_due():
                if self._stopped or time.monotonic() >= deadline:
                    return False
                self._woken.set()
                self._changed.wait(timeout=0.2)
        return True

    def send_now(self, transaction: Transaction, kind: str, mode: str | None) -> list[Delivered]:
        """One extra message, outside the schedule, with any fault: for the control API."""
        fault = Fault("notify", mode, {}) if mode else None
        return self._deliver(transaction.url_notify, self._messages(transaction, kind, None, fault))

    def _is_work_due(self) -> bool:
        now = self._store.now()
        return any(moment <= now for moment in self._operator.moments())

    def _run(self) -> None:
        while True:
            self._woken.clear()
            self._operator.do_due()
            for planned in self._store.due(self._store.now()):
                with self._changed:
                    if self._stopped:
                        return
                    if planned.transaction_id in self._busy:
                        continue
                    self._busy.add(planned.transaction_id)
                self._pool.submit(self._process, planned)
            if self._stopped:
                return
            self._woken.wait(timeout=self._sleep())
            with self._changed:
                self._changed.notify_all()  # a refund or a dead link was work, too, and is done

    def _sleep(self) -> float:
        moments = self._operator.moments()
        if not moments:
            return _LONGEST_SLEEP
        return min(_LONGEST_SLEEP, max(0.005, min(moments) - self._store.now()))

    def _process(self, planned: Planned) -> None:
        try:
            with contextlib.suppress(RuntimeError):
                if self._is_still_open(planned):
                    self._send(planned)
        finally:
            with self._changed:
                self._busy.discard(planned.transaction_id)
                self._changed.notify_all()
            self._woken.set()

    def _is_still_open(self, planned: Planned) -> bool:
        # The list of due messages may have been read before the message in front of this one was sent.
        return (
            self._store.row("SELECT 1 FROM notifications WHERE id = ? AND open = 1", planned.id) is not None
        )

    def _send(self, planned: Planned) -> None:
        transaction = self._store.by_id(planned.transaction_id)
        if self._operator.is_moot(transaction, planned.kind):
            self._store.sent(planned, [], again_in=None)
            return
        is_refund = planned.refund_id is not None
        fault = None if is_refund else faults.take(self._store, "notify", transaction.merchant)
        if fault and fault.mode == "delay":
            self._store.postpone(planned, fault.number("seconds", 60))
            return
        if fault and fault.mode == "never":
            self._store.sent(planned, [], again_in=None)
            return
        refund = refunds.by_id(self._store, planned.refund_id) if planned.refund_id is not None else None
        url = refund.url_notify if refund else transaction.url_notify
        answers = self._deliver(url, self._messages(transaction, planned.kind, planned.refund_id, fault))
        now = self._store.by_id(planned.transaction_id)
        schedule = self._operator.retries[planned.attempt :]
        is_over = not schedule or self._operator.heard(now, planned.kind, answers)
        self._store.sent(
            planned, [answer.status for answer in answers], again_in=None if is_over else schedule[0]
        )

    def _messages(
        self, transaction: Transaction, kind: str, refund_id: int | None, fault: Fault | None
    ) -> list[Message]:
        merchant = self._store.merchant(transaction.merchant)
        if merchant is None:
            return []
        notice = Notice(
            kind=kind,
            transaction=transaction,
            merchant=merchant,
            signer=merchant,
            refund=refunds.by_id(self._store, refund_id) if refund_id is not None else None,
            mode=fault.mode if fault else "",
            now=self._store.now(),
        )
        message = self._operator.message(changed(notice, self._store.merchants()))
        return [spoilt(message, notice.mode)] * copies(fault)

    def _deliver(self, url: str, messages: list[Message]) -> list[Delivered]:
        if len(messages) == 1:
            return [self._post(url, messages[0])]
        with ThreadPoolExecutor(max_workers=len(messages) or 1) as together:
            return list(together.map(lambda message: self._post(url, message), messages))

    def _post(self, url: str, message: Message) -> Delivered:
        result = post(url, message.body, {**message.headers, "Content-Type": message.content_type})
        shown = message.body[:2000].decode("utf-8", "replace")
        masked = self._operator.masked
        self._store.log("out", "POST", url, result.status, masked(shown), masked(result.body))
        return result
