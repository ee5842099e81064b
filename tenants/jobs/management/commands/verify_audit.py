"""`skarbnik verify_audit [<gmina>… | --all] [--platform]`: does every entry of the audit log stand as it was written?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.actors import system
from kernel.audit import verification
from kernel.audit.verification import Head, Verified
from kernel.errors import NotFound, SkarbnikError
from tenants.directory.queries import scope_named, working_tenants
from tenants.jobs import chains
from tenants.jobs.accepting import accept_head

ACTOR = system("command verify_audit")


class Command(BaseCommand):
    """Reads and compares; only --accept writes. One line for each log, one for each place that is wrong."""

    help = (
        "Check the audit logs of the given gminas (TERYT, host or label), or of all and the platform's own."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which logs, and a seal that was noted down earlier."""
        parser.add_argument("gmina", nargs="*", help="TERYT, host name or its first label")
        parser.add_argument(
            "--all", action="store_true", help="the platform and every gmina; so without names"
        )
        parser.add_argument("--platform", action="store_true", help="the platform's own log")
        parser.add_argument(
            "--head",
            metavar="SEAL:CODE",
            default="",
            help="a seal of this one log as an earlier run or the program's log gave it; it must still stand",
        )

        parser.add_argument(
            "--accept",
            metavar="REASON",
            default="",
            help="note the present end of this one gmina's log: a restore was killed before it did (see docs/audit.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify. Raises CommandError when a gmina is unknown or any place is wrong."""
        scopes = _scopes(options["gmina"], options["platform"], options["all"])
        kept = _kept_head(options["head"], len(scopes))
        if options["accept"]:
            self._accept(scopes, options["accept"])
        wrong = 0
        for scope in scopes:
            with tenancy.enter(scope):
                outcome = verification.verify(kept) if scope.is_public else chains.verify(kept)
            self.stdout.write(_line(scope, outcome))
            for finding in outcome.findings:
                self.stdout.write(f"  {finding}")
            wrong += len(outcome.findings)
        if wrong:
            raise CommandError(f"the audit log does not stand as it was written: {wrong} places")

    def _accept(self, scopes: list[tenancy.Scope], reason: str) -> None:
        if len(scopes) != 1 or scopes[0].is_public:
            raise CommandError("--accept is for the log of one gmina, by its name")
        try:
            accept_head(scopes[0].tenant_id, reason=reason, actor=ACTOR)
        except SkarbnikError as error:
            raise CommandError(f"not accepted: {error.code}") from error


def _line(scope: tenancy.Scope, outcome: Verified) -> str:
    name = "platform" if scope.is_public else f"{scope.tenant_id} {scope.name}"
    return (
        f"{name}: {outcome.entries} entries, {outcome.seals} seals, {outcome.unsealed} not sealed yet, "
        f"{outcome.purged} removed after their time, {len(outcome.findings)} wrong"
        + (f"; head {outcome.head.number}:{outcome.head.mac}" if outcome.head else "")
    )


def _scopes(names: list[str], platform: bool, everything: bool) -> list[tenancy.Scope]:
    if everything or not (names or platform):
        return [tenancy.PUBLIC, *working_tenants()]
    try:
        return [*([tenancy.PUBLIC] if platform else []), *(scope_named(name) for name in names)]
    except NotFound as error:
        raise CommandError(f"no such gmina: {error.params.get('teryt')}") from error


def _kept_head(text: str, logs: int) -> Head | None:
    if not text:
        return None
    number, colon, code = text.partition(":")
    if not (colon and number.isdigit() and logs == 1):
        raise CommandError("--head takes SEAL:CODE of the one log that is named")
    return Head(int(number), code)
