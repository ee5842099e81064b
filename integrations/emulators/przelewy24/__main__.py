"""`python -m integrations.emulators.przelewy24 --port 9001 --state FILE --merchants FILE`.

The merchants file is a JSON list of objects with merchant_id, pos_id, name, account, api_key and crc.
"""

import argparse
import json
from pathlib import Path

from integrations.emulators.przelewy24.server import application
from integrations.emulators.serving import LOOPBACK, listen, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="integrations.emulators.przelewy24")
    parser.add_argument("--port", type=int, required=True, help="port on loopback; 0 takes a free one")
    parser.add_argument("--state", type=Path, help="SQLite file that a restart keeps; memory when left out")
    parser.add_argument("--merchants", type=Path, help="JSON list of the merchants' accounts and keys")
    arguments = parser.parse_args()
    merchants = json.loads(arguments.merchants.read_text(encoding="utf-8")) if arguments.merchants else []
    if arguments.state:
        arguments.state.parent.mkdir(parents=True, exist_ok=True)
    running = server(application(arguments.state, merchants))
    sock = listen(arguments.port)
    # The socket already accepts: whoever reads this line can connect.
    print(f"emulator przelewy24 ready http://{LOOPBACK}:{sock.getsockname()[1]}/", flush=True)
    running.run(sockets=[sock])


if __name__ == "__main__":
    main()
