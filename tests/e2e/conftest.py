"""The journeys run on the whole platform: real processes, real browser, one worker of the test run."""

import time
from collections.abc import Callable

import httpx
import pytest

from portal.embedded.stack import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that use the running platform go to one worker, which starts it once."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture
def mailbox(stack: Stack) -> Callable[..., dict]:
    """`mailbox("anna@…", "fragment of the subject")` waits for an e-mail and returns it."""

    def wait(recipient: str, subject: str, seconds: float = 30) -> dict:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = httpx.get(f"{stack.mailbox_url}/api/messages", trust_env=False).json()["messages"]
            for message in found:
                if recipient in str(message["to"]) and subject in message["subject"]:
                    return message
            time.sleep(0.2)
        raise AssertionError(f"no mail to {recipient} about {subject!r} in {seconds} s")

    return wait
