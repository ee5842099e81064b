"""`make run`: plain http on loopback, everything else as in production."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import INSTALLED_APPS as EVERYWHERE

INSTALLED_APPS = [*EVERYWHERE, "portal.demo"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "sesja"
CSRF_COOKIE_NAME = "csrf"
PAYMENTS_ALLOW_LOOPBACK = True
SIGNATURES_ALLOW_STAND_IN = True
SIGNATURES_REQUIRE_REVOCATION = False
LOGIN_GOV_ALLOW_STAND_IN = True
JOBS_ARE_SPREAD = False
DOMAIN_CHECK_ALLOW_PRIVATE = True
SELLER_NAME = "Operator Pokazowy sp. z o.o."
SELLER_ADDRESS = "ul. Przykładowa 1, 00-001 Warszawa"
SELLER_NIP = "1234563218"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
