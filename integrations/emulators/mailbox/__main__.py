"""`python -m integrations.emulators.mailbox --smtp-port 1025 --http-port 8025 --folder DIR`."""

import argparse
from pathlib import Path

from integrations.emulators.mailbox.server import application
from integrations.emulators.serving import LOOPBACK, listen, serve_together, server


def main() -> None:
    parser = argparse.ArgumentParser(prog="integrations.emulators.mailbox")
    parser.add_argument("--smtp-port", type=int, required=True, help="SMTP on loopback; 0 takes a free port")
    parser.add_argument("--http-port", type=int, required=True, help="pages on loopback; 0 takes a free port")
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    parser.add_argument("--returns", type=Path, help="Maildir for reports of what became of the mails")
    arguments = parser.parse_args()
    smtp_socket, http_socket = listen(arguments.smtp_port), listen(arguments.http_port)
    running = server(application(arguments.folder, smtp_socket, arguments.returns))
    smtp_port, http_port = smtp_socket.getsockname()[1], http_socket.getsockname()[1]
    print(f"mailbox ready http://{LOOPBACK}:{http_port}/ smtp://{LOOPBACK}:{smtp_port}", flush=True)
    serve_together([(running, http_socket)])


if __name__ == "__main__":
    main()
