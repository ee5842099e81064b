"""`skarbnik reset_operator <email>`: an operator of the console lost phone and key, and there is no second operator."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.actors import system
from services.users.actions import password_token
from services.users.factors import RESET_REASONS, forget_all
from services.users.operators import console_address, operator_with


class Command(BaseCommand):
    """Whoever may run it has the server anyway; the audit log says that it was run."""

    help = "Take password and second factor of an operator away and print a link for a new password."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and why."""
        parser.add_argument("email")
        parser.add_argument("--reason", choices=RESET_REASONS, default=RESET_REASONS[0])

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset the account. Raises CommandError for an address that has none."""
        with tenancy.public():
            user = operator_with(options["email"])
            if user is None:
                raise CommandError("there is no such operator")
            forget_all(user, actor=system("command reset_operator"), reason=options["reason"])
            self.stdout.write(f"{options['email']} sets a password here, once, within three days:")
            self.stdout.write(f"{console_address()}/haslo/{user.public_id}/{password_token(user)}/")
