"""The broker that needs no installation, as kombu has it, with messages that are there as a whole or not at all.

kombu writes a message in its place, and its reader takes what is there: a message that was begun and not ended (a moment
later it would be, or its writer was killed) ends the worker.
"""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes beside the queue and renames."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu's bases disagree
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        folder = Path(self.data_folder_out)
        begun = folder / f"{name}.part"
        try:
            begun.write_text(dumps(payload))
            os.replace(begun, folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"cannot add a message to {folder}") from error


class Transport(filesystem.Transport):
    """`filesystem://` with the channel above."""

    Channel = Channel


def use() -> None:
    """Let every `filesystem://` of this process be ours."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
