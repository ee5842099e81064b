"""`skarbnik make_operator <email> <name>`: an account for the platform operator's console."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.actors import system
from kernel.errors import InvalidInput
from services.users.actions import password_token
from services.users.models import User
from services.users.operators import console_address, make_operator, operator_with


class Command(BaseCommand):
    """Makes the account; for an address that has one it only prints a new link, so it may be repeated."""

    help = "Make an account for the console; without --password print a link with which its holder sets one."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """E-mail address, name, and the password if it is not to be set from a link."""
        parser.add_argument("email")
        parser.add_argument("name", help="first and last name, in quotes")
        parser.add_argument("--password", help="only for demonstrations: it stays in the shell's history")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and say what to do with it."""
        with tenancy.public():
            user = operator_with(options["email"])
            is_new = user is None
            if user is None:
                user = self._make(options)
            if is_new and options["password"]:
                self.stdout.write(f"{options['email']} signs in at {console_address()}/")
            else:
                self.stdout.write(f"{options['email']} sets a password here, once, within three days:")
                self.stdout.write(f"{console_address()}/haslo/{user.public_id}/{password_token(user)}/")

    def _make(self, options: dict[str, Any]) -> User:
        try:
            return make_operator(
                email=options["email"],
                full_name=options["name"],
                password=options["password"],
                actor=system("command make_operator"),
            )
        except InvalidInput as error:
            raise CommandError(" ".join(error.params.get("reasons", [error.code]))) from error
