"""Pages of the console: its own host, public schema, accounts of the platform's operators."""

from django.urls import path

from frontend.console.views import (
    entry,
    events,
    onboarding,
    rate_changes,
    rate_import,
    rates,
    states,
    tenants,
)

app_name = "console"

urlpatterns = [
    path("", tenants.fleet, name="start"),
    path("gminy/nowa/", onboarding.new_tenant, name="new_tenant"),
    path("gminy/<str:teryt>/", tenants.tenant, name="tenant"),
    path("gminy/<str:teryt>/zakladanie/", onboarding.progress, name="setup_progress"),
    path("gminy/<str:teryt>/zawies/", states.suspend, name="suspend"),
    path("gminy/<str:teryt>/wznow/", states.resume, name="resume"),
    path("gminy/<str:teryt>/komunikaty/", events.events, name="events"),
    path("stopy/", rates.tables, name="rates"),
    path("stopy/nowy/<slug:kind>/", rate_changes.new_row, name="new_rate"),
    path("stopy/popraw/<slug:kind>/", rate_changes.correct_row, name="correct_rate"),
    path("stopy/potwierdz/", rate_changes.confirm, name="confirm_rates"),
    path("stopy/import/", rate_import.propose_rows, name="import_rates"),
    path("stopy/import/zapisz/", rate_import.apply_rows, name="apply_rates"),
    path("logowanie/", entry.sign_in, name="sign_in"),
    path("wyloguj/", entry.sign_out, name="sign_out"),
    path("haslo/<uuid:user_id>/<str:token>/", entry.set_new_password, name="set_password"),
]
