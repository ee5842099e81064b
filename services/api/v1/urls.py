"""Addresses of version 1. An external id may hold slashes, so nothing hangs below it."""

from django.urls import path, re_path

from services.api.v1.base import Unknown
from services.api.v1.documentation import documentation
from services.api.v1.imports import ImportById, ImportList
from services.api.v1.liabilities import LiabilityByExternalId, LiabilityList
from services.api.v1.payments import PaymentBooking, PaymentById, PaymentList
from services.api.v1.postings import PostingList
from services.api.v1.reminder_costs import ReminderCostByExternalId
from services.api.v1.schema import openapi

app_name = "api"
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("dokumentacja/", documentation, name="documentation"),
    path("liabilities", LiabilityList.as_view(), name="liabilities"),
    path("liabilities/<path:external_id>", LiabilityByExternalId.as_view(), name="liability"),
    path("reminder-costs/<path:external_id>", ReminderCostByExternalId.as_view(), name="reminder_cost"),
    path("imports", ImportList.as_view(), name="imports"),
    path("imports/<uuid:import_id>", ImportById.as_view(), name="import"),
    path("payments", PaymentList.as_view(), name="payments"),
    path("payments/<uuid:payment_id>", PaymentById.as_view(), name="payment"),
    path("payments/<uuid:payment_id>/booking", PaymentBooking.as_view(), name="booking"),
    path("postings", PostingList.as_view(), name="postings"),
    re_path(r"^", Unknown.as_view(), name="unknown"),
]
