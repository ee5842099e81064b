"""`skarbnik calculate`: the bulk door to the engine. JSON Lines in, JSON Lines out, in order; no settings, no database."""

import sys

from services.payments.calculate import answer


def main() -> None:
    """Answer each line of standard input on standard output. Exit status 0 unless the input cannot be read at all."""
    output = sys.stdout.buffer
    try:
        for line in sys.stdin.buffer:
            output.write(answer(line).encode() + b"\n")
    except OSError as error:
        sys.exit(f"the input cannot be read: {error}")
    output.flush()
