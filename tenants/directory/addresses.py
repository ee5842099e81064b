"""Own domains of gminas: claimed by the platform's operator, shown to be the gmina's own, then served.

A sub-domain of the platform needs none of this. Proof is a TXT record or a file under the address (RFC 8555 knows the same
two ways); asking the network happens outside any transaction.
"""

import re
import secrets
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.dns_txt import DnsUnavailable, txt_records
from integrations.web_addresses import AddressUnavailable, fetch_text
from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from tenants.directory.actions import locked
from tenants.directory.models import Domain, DomainClaim

RECORD_LABEL = "_skarbnik"
RECORD_PREFIX = "skarbnik-weryfikacja="
FILE_PATH = "/.well-known/skarbnik-weryfikacja.txt"

_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


def normal_domain(text: str) -> str:
    """A host name as the directory keeps it: lower case, Polish letters as RFC 5890 writes them.

    Raises InvalidInput("domain.form") for what is no host name and ("domain.platform") for a name of the platform itself.
    """
    try:
        host = text.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InvalidInput("domain.form", field="domain") from error
    if not _HOST.fullmatch(host):
        raise InvalidInput("domain.form", field="domain")
    if host == settings.SKARBNIK_DOMAIN or host.endswith(f".{settings.SKARBNIK_DOMAIN}"):
        raise InvalidInput("domain.platform", field="domain")
    return host


def claim_domain(teryt: str, domain: str, *, actor: Actor) -> DomainClaim:
    """Write down that a gmina wants an address of its own, with the token that will show it.

    Raises what `normal_domain` raises, Conflict("domain.taken") when the address is served already and
    Conflict("domain.claimed") when this gmina has claimed it.
    """
    host = normal_domain(domain)
    if Domain.objects.filter(domain=host).exists():
        raise Conflict("domain.taken", field="domain")
    try:
        with transaction.atomic(durable=True):
            tenant = locked(teryt)
            claim = DomainClaim.objects.create(tenant=tenant, domain=host, token=secrets.token_hex(16))
            record("tenant.domain_claimed", tenant, actor=actor, domain=host)
            return claim
    except IntegrityError as error:
        raise Conflict("domain.claimed", field="domain") from error


def verify_claim(public_id: UUID, *, actor: Actor) -> DomainClaim:
    """Ask the network whether the address shows the token; if it does, serve the gmina under it from now on.

    What was found wrong stays in `problem` ("dns_away", "no_proof", "private"). Raises NotFound("domain.unknown") and
    Conflict("domain.taken") when another gmina was faster.
    """
    claim = DomainClaim.objects.filter(public_id=public_id).first()
    if claim is None:
        raise NotFound("domain.unknown")
    if claim.verified_at is not None:
        return claim
    method, problem = _proof(claim)
    try:
        with transaction.atomic(durable=True):
            claim = DomainClaim.objects.select_for_update().select_related("tenant").get(pk=claim.pk)
            claim.checked_at, claim.problem = timezone.now(), problem
            if method and claim.verified_at is None:
                claim.verified_at, claim.method = timezone.now(), method
                Domain.objects.create(domain=claim.domain, tenant=claim.tenant, is_primary=False)
                record(
                    "tenant.domain_verified", claim.tenant, actor=actor, domain=claim.domain, method=method
                )
            claim.save()
            return claim
    except IntegrityError as error:
        raise Conflict("domain.taken", field="domain") from error


def _proof(claim: DomainClaim) -> tuple[str, str]:
    """The way in which the address shows the token, or "" and why not."""
    problem = "no_proof"
    try:
        records = txt_records(f"{RECORD_LABEL}.{claim.domain}", settings.DNS_SERVERS)
        if f"{RECORD_PREFIX}{claim.token}" in records:
            return "dns", ""
    except DnsUnavailable:
        problem = "dns_away"
    try:
        text = fetch_text(
            claim.domain,
            FILE_PATH,
            port=settings.DOMAIN_CHECK_PORT,
            allow_private=settings.DOMAIN_CHECK_ALLOW_PRIVATE,
        )
        if claim.token in text.split():
            return "http", ""
    except AddressUnavailable as error:
        if str(error) == "private":
            problem = "private"
    return "", problem


def token_shown_at(host: str) -> str | None:
    """The token that we show ourselves under an address that leads here already, or None.

    An address that two gminas claim shows nothing: only its owner's DNS can tell them apart.
    """
    with tenancy.public():
        tokens = list(
            DomainClaim.objects.filter(domain=host, verified_at=None).values_list("token", flat=True)
        )
    return tokens[0] if len(tokens) == 1 else None


def make_primary(teryt: str, domain: str, *, actor: Actor) -> None:
    """Let residents be led to this address from now on: letters and links name it. Raises NotFound("domain.unknown")."""
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        row = Domain.objects.select_for_update().filter(tenant=tenant, domain=domain).first()
        if row is None:
            raise NotFound("domain.unknown")
        if row.is_primary:
            return
        Domain.objects.filter(tenant=tenant, is_primary=True).update(is_primary=False)
        row.is_primary = True
        row.save()
        record("tenant.domain_primary", tenant, actor=actor, domain=domain)


def remove_domain(teryt: str, domain: str, *, actor: Actor) -> None:
    """Stop serving a gmina under an address, and forget that it was claimed.

    Raises NotFound("domain.unknown") and Conflict("domain.primary") for the address that residents use.
    """
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        row = Domain.objects.filter(tenant=tenant, domain=domain).first()
        claims = DomainClaim.objects.filter(tenant=tenant, domain=domain)
        if row is None and not claims.exists():
            raise NotFound("domain.unknown")
        if row is not None and row.is_primary:
            raise Conflict("domain.primary")
        claims.delete()
        if row is not None:
            row.delete()
        record("tenant.domain_removed", tenant, actor=actor, domain=domain)
