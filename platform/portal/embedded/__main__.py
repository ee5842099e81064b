"""`make run`: start everything, say where it is, wait, end everything.

Settings come from the environment: PORT (default 8000; the emulator and the mailbox take the next two, further emulators
PORT + 11 and those after it), SKARBNIK_HOME (default .skarbnik), and DATABASE_URL with PROVISIONING_DATABASE_URL,
BROKER_URL, EMAIL_URL for real servers.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

from integrations.emulators.registry import EMULATORS
from portal.embedded import postgres
from portal.embedded.children import ChildEnded, Interrupted
from portal.embedded.home import Home, HomeRefused, open_home
from portal.embedded.stack import Ports, Stack, is_given
from portal.embedded.welcome import welcome

DEFAULT_PORT = 8000
FURTHER_OPERATORS = 11
"""From the portal's port to the first of the emulators of operators that no preset uses."""
NODE = 40
"""From the portal's port to the stand-in of login.gov.pl."""
HIGHEST_PORT = 65490
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STARTED = time.monotonic()


class SettingsRefused(RuntimeError):
    """A setting of this run cannot be used; the text says which and what to do."""


def main() -> int:
    """Run until Ctrl-C, SIGTERM or the end of a child; the exit status for the shell."""
    try:
        home_path = Path(os.environ.get("SKARBNIK_HOME") or ".skarbnik").absolute()
        check_servers()
        with open_home(home_path) as home:
            return run(home)
    except (HomeRefused, SettingsRefused) as refusal:
        print(f"Skarbnik cannot start: {refusal}", file=sys.stderr)
    except PermissionError as error:
        print(f"Skarbnik cannot start: {error.filename} belongs to another user.", file=sys.stderr)
    return 1


def run(home: Home) -> int:
    """Start the stack in a home that is held, keep it until the end is asked for, end it."""
    if leftovers := home.end_leftovers():
        tell(f"Ended what an earlier run left behind: {', '.join(leftovers)}")
    stack = Stack(home=home.path, ports=ports(os.environ.get("PORT", "")), keeper=home)
    parent = os.getppid()
    asked_by: list[str] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        # Nothing is printed here: the signal may have come in the middle of a line.
        stack.is_interrupted = True
        asked_by.append(signal.Signals(number).name)

    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        start(stack)
        print(welcome(stack, seconds=time.monotonic() - STARTED), flush=True)
        while True:
            stack.check_interrupted()
            stack.check_children()
            if "MAKELEVEL" in os.environ and os.getppid() != parent:
                return 1  # make was killed, so nobody could end us by Ctrl-C any more
            time.sleep(0.2)
    except Interrupted:
        return 0
    except (ChildEnded, RuntimeError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        tell(f"Ending all processes {f'({asked_by[0]})' if asked_by else ''}".rstrip())
        stack.stop()
        tell("Ended. The data stay; `make run` starts again, `make reset` forgets them.")


def start(stack: Stack) -> None:
    """Start the parts in the order in which they need each other."""
    is_first = not (stack.home / "keys.json").exists()
    if not is_given("DATABASE_URL"):
        tell("Starting the database" + (" (the first time it is made)" if is_first else ""))
    stack.start_database()
    stack.prepare_environment()
    tell("Starting the payment operators' emulators and the mailbox")
    stack.start_emulators(is_waiting=False)
    stack.start_profile(is_waiting=False)
    stack.start_mailbox(is_waiting=False)
    stack.start_node()
    stack.manage(
        "prepare_local",
        *(f"--operator-url={code}={url}" for code, url in stack.emulator_urls.items()),
        *("--operator-secrets", str(stack.operator_secrets_file)),
        *("--profile-url", stack.profile.url, "--profile-folder", str(stack.profile.folder)),
        *("--node-url", stack.node_url),
        tell=tell,
    )
    tell("Starting the web server and the worker")
    stack.wait_for_emulators()
    stack.start_worker()
    stack.start_web()


def ports(wanted: str) -> Ports:
    """The port of the portal and those after it, and a free one for SMTP. Raises SettingsRefused."""
    if wanted and not wanted.isdecimal():
        raise SettingsRefused(f"PORT={wanted} is not a number.")
    port = int(wanted or DEFAULT_PORT)
    if not 1 <= port <= HIGHEST_PORT:
        raise SettingsRefused(f"PORT={port} is not between 1 and {HIGHEST_PORT}.")
    further = port + FURTHER_OPERATORS
    emulators = ((further + place, "an emulator") for place in range(len(EMULATORS) - 1))
    for one, user in (
        (port, "the portal"),
        (port + 1, "the emulator"),
        (port + 2, "the mailbox"),
        *emulators,
        (port + NODE, "the stand-in of login.gov.pl"),
    ):
        if not is_free(one):
            raise SettingsRefused(
                f"port {one}, meant for {user}, is taken by another program. "
                f"Choose another, for example: make run PORT={port + 100 if port + 100 < HIGHEST_PORT else DEFAULT_PORT}"
            )
    return Ports(
        web=port,
        emulator=port + 1,
        mailbox=port + 2,
        smtp=postgres.free_port(),
        operators=further,
        node=port + NODE,
    )


def is_free(port: int) -> bool:
    """Whether we may listen on the port of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_servers() -> None:
    """A database of one's own needs both of its roles. Raises SettingsRefused."""
    if is_given("DATABASE_URL") and not is_given("PROVISIONING_DATABASE_URL"):
        raise SettingsRefused(
            "DATABASE_URL is set but PROVISIONING_DATABASE_URL is not: gminas are made by a role of its own "
            "(docs/production.md)."
        )


def tell(line: str) -> None:
    """One line of progress with the seconds since the start. A terminal that is gone does not keep us from ending."""
    with contextlib.suppress(OSError):
        print(f"{time.monotonic() - STARTED:6.1f} s  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
