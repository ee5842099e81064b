"""`python -m integrations.emulators.login_gov --port 8040 --folder DIR --providers FILE --persons FILE`.

The files are JSON lists: of gminas' applications (entity_id, provider_name, acs_urls, signing_certificate,
encryption_certificate in PEM; or metadata and provider_name) and of further persons.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from integrations.emulators.login_gov.server import application, new_state
from integrations.emulators.serving import LOOPBACK, listen, serve_together, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="integrations.emulators.login_gov")
    parser.add_argument("--port", type=int, required=True, help="port on loopback; 0 takes a free one")
    parser.add_argument("--folder", type=Path, help="where the keys are kept; new ones when left out")
    parser.add_argument("--providers", type=Path, help="JSON with the applications of gminas")
    parser.add_argument("--persons", type=Path, help="JSON with further invented persons")
    arguments = parser.parse_args()
    state = new_state(arguments.folder, _list(arguments.providers), _list(arguments.persons))
    sock = listen(arguments.port)
    # The socket already accepts: whoever reads this line can connect.
    print(f"login_gov ready http://{LOOPBACK}:{sock.getsockname()[1]}", flush=True)
    serve_together([(server(application(state)), sock)])


def _list(path: Path | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path else []
    return found


if __name__ == "__main__":
    main()
