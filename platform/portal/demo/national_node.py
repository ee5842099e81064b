"""The demo's gminas at the stand-in for the national node: what an office and COI do in weeks, at once."""

import httpx

from kernel.actors import Actor
from services.identity import actions
from services.identity.domain import KeyPurpose, KeyState
from services.identity.models import ProviderKey
from services.identity.queries import acs_url, service_provider
from tenants.configuration.queries import office


def join(url: str, *, actor: Actor) -> None:
    """Bring the gmina that is open to the stand-in at `url`: keys and certificates once, the application every time, because
    the stand-in forgets it with its process. Raises httpx.HTTPError when it does not answer."""
    with httpx.Client(base_url=url, timeout=15, trust_env=False) as node:
        for purpose in KeyPurpose:
            _have_key(node, purpose, actor)
        provider = service_provider()
        if provider is None or not provider.is_enabled:
            row = office()
            values = {
                "entity_id": f"skarbnik-{row.public_id}",
                "provider_name": row.office_name,
                "is_enabled": True,
            }
            provider = actions.save_provider(values, version=provider.version if provider else 0, actor=actor)
        form = {
            "entity_id": provider.entity_id,
            "provider_name": provider.provider_name,
            "acs_urls": [acs_url()],
            "signing_certificate": _current(KeyPurpose.SIGNING),
            "encryption_certificate": _current(KeyPurpose.ENCRYPTION),
        }
        node.post("/__emu__/providers", json=form).raise_for_status()


def _have_key(node: httpx.Client, purpose: KeyPurpose, actor: Actor) -> None:
    if ProviderKey.objects.filter(purpose=purpose, state=KeyState.CURRENT).exists():
        return
    waiting = ProviderKey.objects.filter(purpose=purpose, state=KeyState.WAITING).first()
    key = waiting or actions.make_key(purpose, actor=actor)
    answer = node.post("/__emu__/certificates", json={"request": key.request}).raise_for_status()
    actions.certify_key(public_id=key.public_id, certificate=answer.content, actor=actor)


def _current(purpose: KeyPurpose) -> str:
    return ProviderKey.objects.get(purpose=purpose, state=KeyState.CURRENT).certificate
