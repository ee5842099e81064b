"""The offices of the demo and the stand-in for Profil Zaufany: their access to it, and its trusted list."""

from pathlib import Path

from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from services.signing.access_actions import install_access
from services.signing.models import SigningAccess
from tenants.directory.queries import scope_named
from tenants.trust_lists.actions import refresh

ACTOR = system("command prepare_local")


def give_access(gmina: str, *, url: str, folder: Path) -> None:
    """Install the office's certificate of that folder, unless it is there for this address."""
    scope = scope_named(gmina)
    with tenancy.enter(scope):
        if SigningAccess.objects.filter(base_url=url).exists():
            return
        install_access(
            environment="stand_in",
            base_url=url,
            certificate=(folder / f"{scope.tenant_id}.crt").read_bytes(),
            private_key=(folder / f"{scope.tenant_id}.key").read_bytes(),
            actor=ACTOR,
        )


def fetch_list() -> None:
    """Take the stand-in's list at once: the clock asks for it only after some minutes."""
    refresh(timezone.now())
