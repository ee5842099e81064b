"""`python -m integrations.emulators.trusted_profile --port 8041 --folder DIR --offices FILE --persons FILE`.

The files are JSON lists: of offices (name, certificate in PEM) and of further persons.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from integrations.emulators.serving import LOOPBACK, listen, serve_together, server
from integrations.emulators.trusted_profile.server import application, new_state


def main() -> None:
    parser = argparse.ArgumentParser(prog="integrations.emulators.trusted_profile")
    parser.add_argument("--port", type=int, required=True, help="port on loopback; 0 takes a free one")
    parser.add_argument("--folder", type=Path, help="where the keys are kept; new ones when left out")
    parser.add_argument("--offices", type=Path, help="JSON with the certificates of offices")
    parser.add_argument("--persons", type=Path, help="JSON with further invented persons")
    arguments = parser.parse_args()
    sock = listen(arguments.port)
    url = f"http://{LOOPBACK}:{sock.getsockname()[1]}"
    state = new_state(url, arguments.folder, _list(arguments.offices), _list(arguments.persons))
    # The socket already accepts: whoever reads this line can connect.
    print(f"trusted_profile ready {url}", flush=True)
    serve_together([(server(application(state)), sock)])


def _list(path: Path | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path else []
    return found


if __name__ == "__main__":
    main()
