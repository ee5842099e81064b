"""Django's own backend on the schema of one gmina, without any middleware."""

import os

from portal.settings.local import *  # noqa: F403
from portal.settings.local import DATABASES

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.tenancy.urls"
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "OPTIONS": {"options": f"-c search_path={os.environ['PLAIN_SCHEMA']}"},
}
