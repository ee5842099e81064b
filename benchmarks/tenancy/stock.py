"""Stock django-tenants: its middleware, its backend, and the one login that it needs, which may read everything."""

from portal.settings.local import *  # noqa: F403
from portal.settings.local import DATABASES

MIDDLEWARE = ["django_tenants.middleware.main.TenantMainMiddleware"]
ROOT_URLCONF = PUBLIC_SCHEMA_URLCONF = "benchmarks.tenancy.urls"
DATABASES["default"]["ENGINE"] = "django_tenants.postgresql_backend"
