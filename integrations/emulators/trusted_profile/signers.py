"""Who signs: the minister's seal for Profil Zaufany, and invented persons with certificates of every kind."""

from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from integrations.emulators.login_gov.personas import Persona
from integrations.emulators.trusted_profile.authority import (
    ADVANCED,
    PERSON,
    PERSON_FOR_LOGIN,
    PERSON_WITHOUT_DEVICE,
    SEAL,
    Authority,
    Keys,
    Kind,
)

SEAL_NAME = "Minister do spraw informatyzacji - pieczęć podpisu zaufanego"
SEAL_ORGANIZATION = "VATPL-5252955037"
Subject = list[tuple[x509.ObjectIdentifier, str]]

PERSON_KINDS = (
    "qualified", "nip", "passport", "no_number", "revoked", "expired", "early", "foreign", "advanced",
    "no_device", "login_only", "weak_key",
)  # fmt: skip


class Signers:
    """Certificates on demand, all of one authority."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority

    @cached_property
    def seal(self) -> Keys:
        """The minister's seal: RSA, qualified."""
        return self._seal(SEAL_NAME, SEAL_ORGANIZATION, self.authority.qualified)

    @cached_property
    def foreign_seal(self) -> Keys:
        """The same names in a certificate of an issuer that is on no list."""
        return self._seal(SEAL_NAME, SEAL_ORGANIZATION, self.authority.foreign)

    @cached_property
    def company_seal(self) -> Keys:
        """A qualified seal of a company that took the minister's name."""
        return self._seal(SEAL_NAME, "VATPL-1234563218", self.authority.qualified)

    @cached_property
    def other_seal(self) -> Keys:
        """A qualified seal of the ministry for something else."""
        return self._seal(
            "Minister do spraw informatyzacji - pieczęć poczty", SEAL_ORGANIZATION, self.authority.qualified
        )

    def person(self, persona: Persona, kind: str = "qualified") -> Keys:
        """A personal certificate; `kind` is one of PERSON_KINDS. KeyError for another."""
        number = _numbers(persona)[kind] if kind in ("nip", "passport", "no_number") else _number(persona)
        certified: Kind = {
            "advanced": ADVANCED,
            "no_device": PERSON_WITHOUT_DEVICE,
            "login_only": PERSON_FOR_LOGIN,
        }.get(kind, PERSON)
        days = {"expired": (-700, -1), "early": (1, 700)}.get(kind, (-30, 700))
        if kind not in PERSON_KINDS:
            raise KeyError(kind)
        return self.authority.issue(
            _subject(persona, number),
            certified,
            by=self.authority.foreign if kind == "foreign" else None,
            from_days=days[0],
            to_days=days[1],
            private=rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- a forgery
            if kind == "weak_key"
            else None,
            is_revoked=kind == "revoked",
        )

    def _seal(self, name: str, organization: str, issuer: Keys) -> Keys:
        subject: Subject = [
            (NameOID.COUNTRY_NAME, "PL"),
            (NameOID.ORGANIZATION_NAME, "Ministerstwo Cyfryzacji"),
            (NameOID.ORGANIZATION_IDENTIFIER, organization),
            (NameOID.COMMON_NAME, name),
        ]
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self.authority.issue(subject, SEAL, by=issuer, private=key)


def _number(persona: Persona) -> str:
    return f"PNOPL-{persona.identifier}" if persona.identifier.isdecimal() else "IDCDE-T0100000X"


def _numbers(persona: Persona) -> dict[str, str]:
    return {"nip": "TINPL-1234563218", "passport": "PASPL-ZS0000177", "no_number": ""}


def _subject(persona: Persona, number: str) -> Subject:
    subject: Subject = [
        (NameOID.COUNTRY_NAME, "PL"),
        (NameOID.COMMON_NAME, persona.full_name.encode()[:64].decode(errors="ignore")),
        (NameOID.GIVEN_NAME, persona.given_names),
        (NameOID.SURNAME, persona.family_name),
    ]
    return [*subject, (NameOID.SERIAL_NUMBER, number)] if number else subject
