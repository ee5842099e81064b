"""The stand-in for Profil Zaufany among the processes of the embedded default: its keys, its list, the offices' access."""

import json
from dataclasses import dataclass
from pathlib import Path

from integrations.emulators.trusted_profile.authority import Authority, office_keys
from tenants.directory.presets import load_preset, names

PERSONS = (
    ("zofia", "Zofia", "Źdźbło-Próbna", "1861-05-04", "61850400015"),
    ("stanislaw", "Stanisław", "Próbny", "1852-11-12", "52911200024"),
    ("wanda", "Wanda", "Próbna", "1861-05-04", "61850400053"),
)
"""Invented people without an account in any demo gmina: they can register. Born in the 1800s, as all of ours."""


@dataclass(frozen=True)
class ProfileStandIn:
    """Where it answers, and the folder in which its keys survive a restart."""

    url: str
    folder: Path

    @property
    def port(self) -> str:
        """Of its address."""
        return self.url.rpartition(":")[2]

    @property
    def offices_file(self) -> Path:
        """JSON for the stand-in: names and certificates of the offices that may hand documents in."""
        return self.folder / "offices.json"

    @property
    def persons_file(self) -> Path:
        """JSON for the stand-in: further invented people."""
        return self.folder / "persons.json"

    def prepare(self) -> None:
        """Make what is missing: the authority's keys, and an access for each preset's office."""
        self.folder.mkdir(parents=True, exist_ok=True)
        Authority(self.url, self.folder)
        offices = []
        for preset in map(load_preset, names()):
            certificate = self.folder / f"{preset.teryt}.crt"
            if not certificate.exists():
                keys = office_keys(preset.office.office_name)
                key = self.folder / f"{preset.teryt}.key"
                key.touch(mode=0o600)
                key.write_bytes(keys.private_pem)
                certificate.write_bytes(keys.certificate_pem)
            offices.append({"name": preset.office.office_name, "certificate": certificate.read_text()})
        self.offices_file.write_text(json.dumps(offices, ensure_ascii=False))
        names_of = ("key", "given_names", "family_name", "born_on", "identifier")
        persons = [
            {**dict(zip(names_of, one, strict=True)), "note": "nie ma jeszcze konta"} for one in PERSONS
        ]
        self.persons_file.write_text(json.dumps(persons, ensure_ascii=False))

    def settings(self) -> dict[str, str]:
        """Environment variables by which the portal believes the stand-in's list."""
        issuer = Authority(self.url, self.folder).list_issuer.certificate_pem.decode()
        return {"TRUST_LOTL_URL": f"{self.url}/eu-lotl.xml", "TRUST_LOTL_ISSUERS": issuer}

    def arguments(self) -> list[str]:
        """How its process is started."""
        return [
            "-m", "integrations.emulators.trusted_profile", "--port", self.port,
            "--folder", str(self.folder), "--offices", str(self.offices_file),
            "--persons", str(self.persons_file),
        ]  # fmt: skip
