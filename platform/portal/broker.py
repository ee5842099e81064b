"""The broker that needs no installation, as kombu has it, with files that are there as a whole or not at all.

kombu writes messages, and the table of an exchange's queues, in their place, and its reader takes what is there: what was
begun and not ended (a moment later it would be, or its writer was killed) ends the worker, and a table so spoilt ends
every worker that starts afterwards.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

Bound = filesystem.exchange_queue_t
"""A queue in the table of an exchange: routing key, pattern, queue."""


class Channel(filesystem.Channel):
    """Writes beside the place and renames."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu's bases disagree
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        folder = Path(self.data_folder_out)
        begun = folder / f"{name}.part"
        try:
            begun.write_text(dumps(payload))
            os.replace(begun, folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"cannot add a message to {folder}") from error

    def get_table(self, exchange: str) -> list[Bound]:  # type: ignore[override]  # as the real one; the stub has plain tuples
        """The queues of an exchange, as the last one who changed them has left them."""
        try:
            return [Bound(*row) for row in loads(self._table(exchange).read_text())]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ChannelError(f"cannot read the queues of {exchange!r}") from error

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        bound = Bound(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as queues:
            if bound not in queues:
                queues.insert(0, bound)

    def _delete(
        self, queue: str, exchange: str, routing_key: str | None, pattern: str | None, *rest: Any, **more: Any
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *rest, **more)
        bound = Bound(routing_key or "", pattern or "", queue or "")
        with self._changing(exchange) as queues:
            if bound in queues:
                queues.remove(bound)

    @contextmanager
    def _changing(self, exchange: str) -> Iterator[list[Bound]]:
        """The queues of an exchange, to be changed in place; one process after the other does so. The lock of a killed one
        is freed by its end, and what it had begun is written over."""
        table = self._table(exchange)
        begun = table.with_name(f"{exchange}.part")
        try:
            self.control_folder.mkdir(exist_ok=True)
            with table.with_name(f"{exchange}.lock").open("w") as holder:
                fcntl.flock(holder, fcntl.LOCK_EX)
                before = self.get_table(exchange)
                queues = list(before)
                yield queues
                if queues != before:
                    begun.write_text(dumps(queues))
                    os.replace(begun, table)
        except OSError as error:
            raise ChannelError(f"cannot change the queues of {exchange!r}") from error

    def _table(self, exchange: str) -> Path:
        """The file of an exchange; kombu refuses a name that leads elsewhere."""
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # newer than the stub
        return file


class Transport(filesystem.Transport):
    """`filesystem://` with the channel above."""

    Channel = Channel


def use() -> None:
    """Let every `filesystem://` of this process be ours."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
