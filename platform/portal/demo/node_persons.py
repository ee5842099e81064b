"""Who can log in at the stand-in for the national node: the demo's residents, and somebody without an account."""

import json
from collections.abc import Iterator
from itertools import islice
from random import Random

from kernel.identifiers import pesel_birth_date
from portal.demo.people import GMINAS, RESIDENTS, people
from tenants.directory.presets import load_preset

WITHOUT_ACCOUNT = {
    "key": "nowa",
    "given_names": "Nowa",
    "family_name": "Mieszkanka",
    "born_on": "1875-07-03",
    "identifier": "75870300048",
    "note": "nie ma jeszcze konta w żadnym portalu",
}


def persons() -> str:
    """The residents with a login, as JSON for the stand-in: each gmina's demo has people of its own."""
    return json.dumps([WITHOUT_ACCOUNT, *_residents()], ensure_ascii=False)


def _residents() -> Iterator[dict[str, str]]:
    for name in GMINAS:
        preset = load_preset(name)
        chance = Random(preset.teryt)  # noqa: S311 -- the same people as the demo's story
        for login, person in zip(
            RESIDENTS, islice(people(chance, preset.office.postal_address), len(RESIDENTS)), strict=True
        ):
            yield {
                "key": f"{preset.label}-{login.name}",
                "given_names": person.first_name,
                "family_name": person.last_name,
                "born_on": pesel_birth_date(person.pesel).isoformat(),
                "identifier": person.pesel,
                "note": f"{preset.name}: {login.email}",
            }
