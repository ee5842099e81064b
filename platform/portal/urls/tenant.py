"""Addresses of a gmina's host."""

urlpatterns = []
