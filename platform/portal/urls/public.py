"""Addresses of the console's host."""

urlpatterns = []
