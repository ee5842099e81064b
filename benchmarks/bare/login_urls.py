"""The one address of a bare password login."""

from django.contrib.auth.views import LoginView
from django.urls import path

urlpatterns = [path("zaloguj/", LoginView.as_view())]
