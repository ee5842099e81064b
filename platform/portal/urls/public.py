"""Addresses of the console's host: the platform operator's pages."""

from django.urls import include, path

urlpatterns = [path("", include("frontend.console.urls", namespace="console"))]
handler404 = "frontend.pages.views.not_found"
handler500 = "frontend.pages.views.server_error"
