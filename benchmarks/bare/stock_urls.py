"""The bare view alone."""

from django.urls import path

from benchmarks.bare.views import insert

urlpatterns = [path("stock/", insert, {"alias": "stock"})]
