"""Which pg_dump records the schema: the server's own version, and the folder that the settings name before all others."""

from pathlib import Path

import pytest

from portal.embedded.postgres import POSTGRES_BIN_PATH
from tenants.schemas import recording
from tenants.schemas.dumping import NoDump


def program(folder: Path, lines: str) -> Path:
    path = folder / "pg_dump"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return path


def test_the_folder_that_the_settings_name_is_used(provisioning, tmp_path: Path, settings):
    program(tmp_path, f'echo "$@" >> {tmp_path}/asked; exec {POSTGRES_BIN_PATH}/pg_dump "$@"')
    settings.POSTGRESQL_BIN = str(tmp_path)
    assert recording.record(provisioning).fingerprint
    assert "--schema=" in (tmp_path / "asked").read_text()


def test_no_other_is_taken_where_that_folder_holds_an_older_one(provisioning, tmp_path: Path, settings):
    program(tmp_path, 'echo "pg_dump (PostgreSQL) 9.6"')
    settings.POSTGRESQL_BIN = str(tmp_path)
    with pytest.raises(NoDump, match=r"pg_dump \(9\).*POSTGRESQL_BIN"):
        recording.record(provisioning)
