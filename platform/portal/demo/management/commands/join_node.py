"""`skarbnik join_node <gmina> --url URL`: register a gmina at the stand-in for the national node. Local settings only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kernel import tenancy
from kernel.actors import system
from portal.demo.national_node import join
from tenants.directory.queries import scope_named

ACTOR = system("command join_node")


class Command(BaseCommand):
    """Keys and certificates are made once; the application is sent every time."""

    help = "Register a gmina at the stand-in for the national node (login.gov.pl)."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gmina, and where the stand-in answers."""
        parser.add_argument("gmina", help="TERYT code, host name, or the first label of the host name")
        parser.add_argument("--url", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        with tenancy.enter(scope_named(options["gmina"])):
            join(options["url"], actor=ACTOR)
