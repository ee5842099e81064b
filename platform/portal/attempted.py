"""Commands that act: what was refused to them, or failed, stays in the platform's audit log as it does for a page."""

import re
from collections.abc import Sequence

from django.core.management import execute_from_command_line

from kernel.audit import attempts

ACTS = frozenset({
    "back_up_gmina", "delete_gmina", "drill_restore", "export_gmina", "fleet_migrate", "import_dues", "import_gmina",
    "install_signing_access", "make_operator", "move_gmina", "provision", "reconcile", "reset_operator",
    "restore_gmina", "rotate_keys", "rotate_master_key",
})  # fmt: skip
"""What changes something, or takes data out. `verify_audit` does only with --accept."""
READS = frozenset({
    "access_matrix", "api_document", "compare_schemas", "join_node", "lint_migrations", "load_demo", "open_archive",
    "prepare_local", "verify_ledger",
})  # fmt: skip
"""What only looks, and the commands of the demo."""
TERYT = re.compile(r"\d{7}")
TYPED_WRONG = 2
"""Exit status of a command line that could not be read: nothing was attempted."""


def is_act(arguments: Sequence[str]) -> bool:
    """Whether the command line (without the program's name) asks for an act."""
    name = arguments[0] if arguments else ""
    is_asking = "--help" in arguments or "-h" in arguments or "--dry-run" in arguments
    return not is_asking and (name in ACTS or (name == "verify_audit" and "--accept" in arguments))


def attempt(arguments: list[str]) -> None:
    """Run the command; afterwards the platform's log says when it was refused or failed, and at which gmina."""
    name = f"command {arguments[1]}"
    with attempts.background(name) as watch:
        watch.route = name
        watch.subject_ref = next((one for one in arguments[2:] if TERYT.fullmatch(one)), "")
        try:
            execute_from_command_line(arguments)
        except SystemExit as end:
            if end.code not in (None, 0, TYPED_WRONG):
                attempts.note_failed(_reason(end))
            raise
        except Exception as error:
            attempts.note_failed(error)
            raise


def _reason(end: SystemExit) -> BaseException:
    """Django tells the person and leaves; what led to that stands behind it, our own error first."""
    told = end.__context__ or end
    return told.__cause__ or told
