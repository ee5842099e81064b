"""`skarbnik calculate`: the bulk door to the engine. JSON Lines in, JSON Lines out, in order; no settings, no database."""

import os
import sys
from collections.abc import Sequence

from services.payments.calculate import answer

HELP = """usage: skarbnik calculate < questions.jsonl > answers.jsonl

Answers each line of standard input (one JSON object) with one line of JSON on standard output, in order. A bad line is
answered with its error and the run goes on. The operations and their fields: docs/money.md.
"""


def main(arguments: Sequence[str] = ()) -> None:
    """Answer each line of standard input on standard output. Exit status 0 unless the input cannot be read at all.

    It takes no arguments: any is answered with the help, and with exit status 2 unless help was what it asked for.
    """
    if arguments:
        wanted = arguments[0] in ("-h", "--help")
        print(HELP, end="", file=sys.stdout if wanted else sys.stderr)
        sys.exit(0 if wanted else 2)
    if sys.stdin is None:
        sys.exit("the input cannot be read: there is no standard input")
    try:
        _answer_all()
    except BrokenPipeError:
        # Whoever read the answers has enough of them (`| head`): no news, and nothing more may be written at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        sys.exit(f"the input cannot be read: {error}")


def _answer_all() -> None:
    output = sys.stdout.buffer
    for line in sys.stdin.buffer:
        output.write(answer(line).encode() + b"\n")
    output.flush()
