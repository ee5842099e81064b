"""What Django's own password login needs and no more, with the portal's Argon2id."""

SECRET_KEY = "only-for-a-benchmark"  # noqa: S105
ALLOWED_HOSTS = ["testserver"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PASSWORD_HASHERS = ["portal.hashers.Argon2id"]
ROOT_URLCONF = "benchmarks.bare.login_urls"
LOGIN_REDIRECT_URL = "/"
USE_TZ = True
