"""The gmina that an archiving act is about: its row, and nobody else at work on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from kernel import tenancy
from kernel.errors import Conflict, NotFound
from tenants.directory.models import Tenant
from tenants.directory.setup import only_one


@contextmanager
def alone(teryt: str) -> Iterator[None]:
    """One archiving act on a gmina at a time, over all processes. Raises Conflict("archive.busy")."""
    with only_one(f"archive {teryt}") as is_first:
        if not is_first:
            raise Conflict("archive.busy")
        yield


def tenant_of(teryt: str) -> Tenant:
    """The gmina's row with its addresses. Raises NotFound("tenant.unknown")."""
    with tenancy.public():
        tenant = Tenant.objects.prefetch_related("domains").filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant
