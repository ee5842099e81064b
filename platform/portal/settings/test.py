"""Tests: throw-away keys; the database, the broker and the mail server are real, their addresses are set by the session."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "MASTER_KEY" not in os.environ:
    from kernel import crypto

    os.environ["MASTER_KEY"] = crypto.new_master_keyset()
    os.environ["PLATFORM_KEYS"] = crypto.new_platform_keys(os.environ["MASTER_KEY"])
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ.setdefault("SKARBNIK_DOMAIN", "localhost")
os.environ.setdefault("PORTAL_SCHEME", "http")
os.environ.setdefault("TRUST_LOTL_URL", "http://127.0.0.1:1/eu-lotl.xml")
os.environ.setdefault("DATABASE_URL", "postgres://skarbnik_app:unset@127.0.0.1:1/unset")
# Each process of a parallel test run has a broker of its own: one must not find the other's messages. The first process
# hands its environment down, so the folder is made anew where it belongs to another one.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
if "BROKER_URL" not in os.environ or os.environ.get("SKARBNIK_TEST_BROKER", _worker) != _worker:
    broker = Path(tempfile.mkdtemp(prefix="skarbnik-broker-"))
    atexit.register(shutil.rmtree, broker, ignore_errors=True)
    os.environ["SKARBNIK_TEST_BROKER"] = _worker
    os.environ["BROKER_URL"] = "filesystem://"
    os.environ["BROKER_OPTIONS"] = (
        f'{{"data_folder_in": "{broker}/q", "data_folder_out": "{broker}/q", "control_folder": "{broker}/c"}}'
    )

from portal.settings.local import *  # noqa: E402, F403

COUNT_VISITS = False  # tests of visits switch it on; others count their statements
REMEMBER_DIRECTORY = False  # the database of a test is not the one of the next
