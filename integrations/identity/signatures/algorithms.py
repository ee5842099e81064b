"""What we still believe in (ETSI TS 119 312): SHA-2, RSA from 2048 bits, elliptic curves from 256 bits."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from integrations.identity.base import Rejected
from integrations.identity.signatures.reasons import Reason

DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
SIGNATURES = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
CANONICALISATIONS = frozenset(
    {
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    }
)
PDF_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_RSA_BITS = 2048
_CURVE_BITS = 256


def check_key(certificate: x509.Certificate) -> None:
    """Rejected for a key that is too short or of another kind."""
    try:
        key = certificate.public_key()
    except Exception as error:
        raise Rejected(type(error).__name__, code=Reason.CERTIFICATE_MALFORMED) from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= _CURVE_BITS:
        return
    raise Rejected("the key", code=Reason.SIGNATURE_ALGORITHM)
