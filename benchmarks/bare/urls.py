"""The addresses of a gmina, and the bare view behind the same middleware."""

from django.urls import path

from benchmarks.bare.views import insert
from portal.urls.tenant import handler404, handler500
from portal.urls.tenant import urlpatterns as of_the_portal

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [path("bare/", insert, {"alias": "default"}), *of_the_portal]
