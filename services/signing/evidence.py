"""What a verification found, as columns of the signed file, and back."""

from base64 import b64decode, b64encode
from typing import Any

from integrations.identity.signatures.outcome import RevocationAnswer, SignedRegistration
from services.signing.models import SignedFile


def write(file: SignedFile, found: SignedRegistration) -> None:
    """Put the evidence into the row, unsaved."""
    kept = found.evidence
    file.signature_kind = found.kind.value
    file.signer = {
        "given_names": found.signer.given_names,
        "family_name": found.signer.family_name,
        "pesel": found.signer.pesel,
    }
    file.leaf_sha256 = kept.leaf_sha256
    file.list_number = kept.trusted_list.sequence_number
    file.list_sha256 = kept.trusted_list.sha256
    file.signature_sha256 = kept.signature_sha256
    file.evidence = {
        "chain": [b64encode(one).decode() for one in kept.chain],
        "revocation": [
            {"kind": one.kind, "url": one.url, "content": b64encode(one.content).decode()}
            for one in kept.revocation
        ],
        "service": kept.service,
        "claimed_at": kept.claimed_at.isoformat(),
        "given_sha256": kept.given_sha256,
        "list": {
            "territory": kept.trusted_list.territory,
            "number": kept.trusted_list.sequence_number,
            "issued_at": kept.trusted_list.issued_at.isoformat(),
            "next_update_at": kept.trusted_list.next_update_at.isoformat(),
        },
    }


def chain_of(file: SignedFile) -> list[bytes]:
    """Certificates in DER, the signer's first; empty for a file that proves nothing."""
    return [b64decode(one) for one in _evidence(file).get("chain", ())]


def revocation_of(file: SignedFile) -> list[RevocationAnswer]:
    """What the issuer answered about the certificates when the file was judged."""
    return [
        RevocationAnswer(one["kind"], one["url"], b64decode(one["content"]))
        for one in _evidence(file).get("revocation", ())
    ]


def _evidence(file: SignedFile) -> dict[str, Any]:
    return dict(file.evidence or {})
