"""Addresses of a gmina's host: public pages, resident, office, API, notifications of operators."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.pages.urls")),
    path("", include("frontend.resident.urls")),
    path("urzad/", include("frontend.desk.urls", namespace="desk")),
    path("api/v1/", include("services.api.v1.urls", namespace="api")),
    path("webhooks/", include("services.payments.webhooks", namespace="webhooks")),
]
handler404 = "frontend.pages.views.not_found"
handler500 = "frontend.pages.views.server_error"
