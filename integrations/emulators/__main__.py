"""`python -m integrations.emulators --listen przelewy24=8001 --state FOLDER --merchants FILE`.

All operators live in one process, each on a port of its own, because their addresses begin at the root of a
host. The merchants file is a JSON object: by operator a list of objects with name, account, ids and secrets.
"""

import argparse
import json
from pathlib import Path

from integrations.emulators.operators.server import application
from integrations.emulators.registry import EMULATORS
from integrations.emulators.serving import LOOPBACK, listen, serve_together, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="integrations.emulators")
    parser.add_argument(
        "--listen", action="append", required=True, type=_listening, metavar="OPERATOR=PORT",
        help="an operator and its port on loopback, 0 for a free one; may be repeated",
    )  # fmt: skip
    parser.add_argument("--state", type=Path, help="folder that a restart keeps; memory when left out")
    parser.add_argument("--merchants", type=Path, help="JSON with the merchants' accounts and keys")
    arguments = parser.parse_args()
    merchants = json.loads(arguments.merchants.read_text(encoding="utf-8")) if arguments.merchants else {}
    if arguments.state:
        arguments.state.mkdir(parents=True, exist_ok=True)
    running = []
    for code, port in arguments.listen:
        state = arguments.state / f"{code}.sqlite" if arguments.state else None
        running.append((server(application(EMULATORS[code], state, merchants.get(code, ()))), listen(port)))
    # The sockets already accept: whoever reads this line can connect.
    ready = (
        f"{code}=http://{LOOPBACK}:{sock.getsockname()[1]}"
        for (code, _), (_, sock) in zip(arguments.listen, running, strict=True)
    )
    print("emulators ready", *ready, flush=True)
    serve_together(running)


def _listening(text: str) -> tuple[str, int]:
    code, _, port = text.partition("=")
    if code not in EMULATORS or not port.isdecimal():
        raise argparse.ArgumentTypeError(f"not an emulated operator with a port: {text}")
    return code, int(port)


if __name__ == "__main__":
    main()
