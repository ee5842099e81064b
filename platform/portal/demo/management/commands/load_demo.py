"""`skarbnik load_demo <gmina>`: synthetic people, dues and payments, once. Local settings only."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from kernel.errors import NotFound
from portal.demo import accounts, complaints, money, telling
from portal.demo.dues import TypeOf
from portal.demo.people import OPERATOR, PASSWORD
from portal.demo.statement import read_statement
from portal.demo.story import Story, tell_story
from portal.jobs import run_now
from services.users.operators import make_operator, operator_with
from tenants.configuration.models import PrincipalRounding
from tenants.configuration.queries import liability_types, office
from tenants.directory.queries import scope_named

ACTOR = system("command load_demo")
LOADED = "demo.loaded"
NEEDED = ("property_tax", "vehicle_tax", "lease")


class Command(BaseCommand):
    """Every step looks first what is there, so a run that was killed is simply run again."""

    help = "Load the demo data of a gmina, unless they are there."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gmina."""
        parser.add_argument("gmina", help="TERYT code, host name, or the first label of the host name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the data. Raises CommandError for an unknown gmina or one whose dues the demo does not know."""
        with tenancy.public():
            if operator_with(OPERATOR.email) is None:
                operator = make_operator(email=OPERATOR.email, full_name=OPERATOR.full_name, actor=ACTOR)
                operator.set_password(PASSWORD)
                operator.save(update_fields=["password"])
                accounts.give_app(operator)
        try:
            scope = scope_named(options["gmina"])
        except NotFound:
            raise CommandError(f"there is no gmina {options['gmina']!r}") from None
        with tenancy.enter(scope):
            if AuditEntry.objects.filter(action=LOADED).exists():
                self._tell("there already")
            else:
                self._load(scope)

    def _load(self, scope: tenancy.Scope) -> None:
        today = timezone.localdate()
        story = _story(scope, today)
        accounts.make_office(ACTOR)
        accounts.make_payers((*story.payers, story.company))
        accounts.make_cast(story)
        accounts.make_others(story)
        self._tell(f"residents: {len(story.residents)}")
        money.import_all(story, ACTOR)
        self._tell(f"dues: {len(story.dues)}, reminders: {len(story.reminders)}")
        money.post_receipts(story.receipts, ACTOR, self._tell)
        money.record_overpayments(story, ACTOR)
        accounts.make_queue(story.waiting)
        money.pay_online(story, on=today, tell=self._tell)
        self._tell(f"lines of a bank statement: {read_statement(on=today, actor=ACTOR)}")
        complaints.make_complaints(today)
        telling.tell_everybody(today)
        run_now("measure", [scope.tenant_id])  # the console shows figures at once, not a minute later
        record(LOADED, actor=ACTOR, residents=len(story.residents), dues=len(story.dues))

    def _tell(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()


def _story(scope: tenancy.Scope, today: date) -> Story:
    rows = list(liability_types(active_only=True))
    missing = set(NEEDED) - {row.code for row in rows}
    if missing:
        raise CommandError(
            f"the demo needs liability types that {scope.name} lacks: {', '.join(sorted(missing))}"
        )
    types = [TypeOf(row.code, row.name, row.principal_rounding == PrincipalRounding.ZLOTY) for row in rows]
    reminding = [row.code for row in rows if row.reminder_costs_apply]
    return tell_story(scope.tenant_id, office().postal_address, types, reminding, on=today)
