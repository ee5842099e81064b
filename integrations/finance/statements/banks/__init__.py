"""Profiles that come with the portal: one folder for each, with the profile, a sample file and what is read from it."""

import json
from functools import cache
from pathlib import Path

from integrations.finance.statements.profiles import Profile, profile_of
from integrations.finance.statements.samples import Sample

_HERE = Path(__file__).parent


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by their code, in the order of their codes. The codes are the names of the folders."""
    return {folder.name: _profile(folder) for folder in _folders()}


@cache
def samples() -> dict[str, Sample]:
    """The sample file of each profile, by the profile's code."""
    return {folder.name: _sample(folder) for folder in _folders()}


def _folders() -> list[Path]:
    return sorted(path.parent for path in _HERE.glob("*/profile.json"))


def _profile(folder: Path) -> Profile:
    return profile_of(json.loads((folder / "profile.json").read_text(encoding="utf-8")))


def _sample(folder: Path) -> Sample:
    (file,) = folder.glob("sample.*")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return Sample(file.read_bytes(), expected.pop("account_nrb"), expected)
