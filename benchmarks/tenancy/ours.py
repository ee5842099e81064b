"""Our middleware and database backend."""

from portal.settings.local import *  # noqa: F403

MIDDLEWARE = ["portal.middleware.TenantMiddleware"]
ROOT_URLCONF = "benchmarks.tenancy.urls"
