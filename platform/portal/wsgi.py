"""WSGI entry point. Gminas are served by WSGI: Django's ASGI stack costs twenty times as much here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()
