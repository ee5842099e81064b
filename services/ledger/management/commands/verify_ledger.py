"""`skarbnik verify_ledger [<gmina>…]`: does every entry stand as it was written, and is the chain whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.errors import NotFound
from services.ledger.verification import verify
from tenants.directory.queries import scope_named, working_tenants


class Command(BaseCommand):
    """Reads and compares; writes nothing. One line for each gmina, one for each place that is wrong."""

    help = "Check the ledgers of the given gminas (TERYT, host or label), or of all. Fails when a place is wrong."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas, and a seal that was noted down earlier."""
        parser.add_argument("gmina", nargs="*", help="TERYT, host name or its first label")
        parser.add_argument(
            "--head",
            metavar="SEAL:DIGEST",
            default="",
            help="a seal of this one gmina as an earlier run or the log gave it; it must still stand",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify. Raises CommandError when a gmina is unknown or any place is wrong."""
        scopes = _scopes(options["gmina"])
        kept = _kept_head(options["head"], len(scopes))
        wrong = 0
        for scope in scopes:
            with tenancy.enter(scope):
                outcome = verify(kept)
            self.stdout.write(
                f"{scope.tenant_id} {scope.name}: {outcome.entries} entries, {outcome.seals} seals, "
                f"{outcome.unsealed} not sealed yet, {len(outcome.findings)} wrong"
                + (f"; head {outcome.seals}:{outcome.head}" if outcome.head else "")
            )
            for finding in outcome.findings:
                self.stdout.write(f"  {finding}")
            wrong += len(outcome.findings)
        if wrong:
            raise CommandError(f"the ledger does not stand as it was written: {wrong} places")


def _scopes(names: list[str]) -> list[tenancy.Scope]:
    try:
        return [scope_named(name) for name in names] or working_tenants()
    except NotFound as error:
        raise CommandError(f"no such gmina: {error.params.get('teryt')}") from error


def _kept_head(text: str, gminas: int) -> tuple[int, str] | None:
    if not text:
        return None
    number, colon, digest = text.partition(":")
    if not (colon and number.isdigit() and gminas == 1):
        raise CommandError("--head takes SEAL:DIGEST of the one gmina that is named")
    return int(number), digest
