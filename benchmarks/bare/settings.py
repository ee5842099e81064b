"""The portal's settings as `make run` has them, with the bare view beside its addresses and a stock connection for it."""

from portal.settings.local import *  # noqa: F403
from portal.settings.local import DATABASES

ROOT_URLCONF = "benchmarks.bare.urls"
STOCK_URLCONF = "benchmarks.bare.stock_urls"
DATABASES["stock"] = {**DATABASES["default"], "ENGINE": "django.db.backends.postgresql"}
