"""`skarbnik reconcile [<gmina>…] [--day DAY] [--dry-run]`: close what no message told, and compare with the operators."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel import tenancy
from kernel.errors import NotFound
from services.payments.actions import reconcile_account, try_account
from services.payments.models import Discrepancy, DiscrepancyState, Reconciliation
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_accounts
from tenants.directory.queries import scope_named, working_tenants


class Command(BaseCommand):
    """The daily run, now. One line for each operator account, one for each thing that does not agree."""

    help = "Reconcile the operator accounts of the given gminas (TERYT, host or label), or of all, with their operators."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas, which day's payouts, and whether to write anything."""
        parser.add_argument("gmina", nargs="*", help="TERYT, host name or its first label")
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="read the payouts of this day only (YYYY-MM-DD); by default those since the last good run",
        )
        parser.add_argument("--dry-run", action="store_true", help="ask and compare, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises CommandError for an unknown gmina and when an operator could not be asked about everything."""
        try:
            scopes = [scope_named(name) for name in options["gmina"]] or working_tenants()
        except NotFound as error:
            raise CommandError(f"no such gmina: {error.params.get('teryt')}") from error
        days = [options["day"]] if options["day"] else None
        run = self._try if options["dry_run"] else self._run
        unfinished = 0
        for scope in scopes:
            with tenancy.enter(scope):
                for account in operator_accounts():
                    unfinished += not run(scope, account, days)
        if unfinished:
            raise CommandError(f"not asked about everything: {unfinished} operator accounts")

    def _run(self, scope: tenancy.Scope, account: OperatorAccount, days: list[date] | None) -> bool:
        if not reconcile_account(account.public_id, timezone.localdate(), days):
            self.stdout.write(f"{scope.tenant_id} {account.label}: another worker is at it")
            return True
        code = Reconciliation.objects.get(operator_account=account).failure_code
        found = Discrepancy.objects.filter(operator_account=account, state=DiscrepancyState.OPEN)
        self._tell(scope, account, code, list(found))
        return not code

    def _try(self, scope: tenancy.Scope, account: OperatorAccount, days: list[date] | None) -> bool:
        trial = try_account(account.public_id, timezone.localdate(), days)
        self._tell(scope, account, trial.failure_code, list(trial.open))
        for payment, remote in trial.paid:
            self.stdout.write(f"  would be paid: {payment.reference} {remote.amount_gr} gr")
        return not trial.failure_code

    def _tell(
        self, scope: tenancy.Scope, account: OperatorAccount, code: str, found: list[Discrepancy]
    ) -> None:
        outcome = code or "complete"
        self.stdout.write(f"{scope.tenant_id} {account.label}: {outcome}, {len(found)} discrepancies")
        for row in found:
            reference = row.payment.reference if row.payment else ""
            self.stdout.write(f"  {row.kind} {reference} {row.details}")
