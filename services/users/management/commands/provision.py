"""`skarbnik provision <preset>`: one of the prepared gminas, from nothing to an open portal."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.actors import system
from kernel.errors import NotFound, SkarbnikError
from tenants.directory import actions, presets, setup
from tenants.directory.presets.shapes import Preset
from tenants.directory.queries import scope_of

ACTOR = system("command provision")


class Command(BaseCommand):
    """Registers, builds, configures and opens the gmina; each step that is done already is passed over."""

    help = "Set up a gmina from tenants/directory/presets. Safe to repeat: it completes what is missing."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which preset, and what a preset never holds: the operator's address on this machine and its secrets."""
        parser.add_argument("preset", choices=presets.names())
        parser.add_argument(
            "--operator-url",
            action="append",
            default=[],
            metavar="OPERATOR=URL",
            help="address of a payment operator's emulator; may be repeated",
        )
        parser.add_argument(
            "--cluster",
            default="",
            help="where its data will be; else the least filled that takes new gminas",
        )
        parser.add_argument(
            "--operator-secrets",
            type=Path,
            metavar="FILE",
            help='JSON: {"<bank account or posId>": {"crc": "…", "api_key": "…"}}',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the gmina up. Raises CommandError with the reason that the configuration gave."""
        preset = presets.load_preset(options["preset"])
        secrets = _read_secrets(options["operator_secrets"])
        try:
            with setup.only_one(f"setup {preset.teryt}", wait=True):
                self._set_up(preset, secrets, _read_urls(options["operator_url"]), options["cluster"])
        except SkarbnikError as error:
            raise CommandError(f"{error.code} {error.params or ''}".strip()) from error

    def _set_up(
        self, preset: Preset, secrets: setup.Secrets, operator_urls: Mapping[str, str], cluster: str
    ) -> None:
        _register(preset, secrets, operator_urls, cluster)
        self.stdout.write(f"{preset.name}: registered")
        scope = actions.build_tenant(preset.teryt)
        self.stdout.write(f"{preset.name}: tables ready")
        left_out = setup.install_preset(
            scope, preset, operator_secrets=secrets, operator_api_urls=operator_urls, actor=ACTOR
        )
        for label in left_out:
            self.stdout.write(f"{preset.name}: {label} left out, it has no secrets; enter it in the desk")
        actions.activate_tenant(preset.teryt, actor=ACTOR)
        self.stdout.write(f"{preset.name}: open at {scope.host}")


def _register(preset: Preset, secrets: setup.Secrets, operator_urls: Mapping[str, str], cluster: str) -> None:
    """Record the gmina unless it is there. What it is to be set up with is kept, so the sweep could finish a killed run."""
    try:
        scope_of(preset.teryt)
    except NotFound:
        kept = {"preset": preset.slug, "operator_secrets": secrets, "operator_api_urls": dict(operator_urls)}
        with tenancy.public():
            actions.register_tenant(
                teryt=preset.teryt,
                name=preset.name,
                kind=preset.kind,
                label=preset.label,
                cluster=cluster,
                setup=kept,
                actor=ACTOR,
            )


def _read_urls(given: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(code and url for code, _, url in pairs):
        raise CommandError("--operator-url: OPERATOR=URL is expected")
    return {code: url for code, _, url in pairs}


def _read_secrets(path: Path | None) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    is_right = isinstance(found, dict) and all(isinstance(one, dict) for one in found.values())
    if not is_right:
        raise CommandError(f"{path}: an object of objects is expected")
    return dict(found)
