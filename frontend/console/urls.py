"""Pages of the console: its own host, public schema, accounts of the platform's operators."""

from django.urls import path

from frontend.console.views import (
    announcements,
    audit,
    domains,
    entry,
    events,
    fleet_jobs,
    offboarding,
    onboarding,
    overview,
    rate_changes,
    rate_import,
    rates,
    states,
    tenants,
)

app_name = "console"

urlpatterns = [
    path("", tenants.fleet, name="start"),
    path("przeglad/", overview.overview, name="overview"),
    path("gminy/nowa/", onboarding.new_tenant, name="new_tenant"),
    path("gminy/<str:teryt>/", tenants.tenant, name="tenant"),
    path("gminy/<str:teryt>/zakladanie/", onboarding.progress, name="setup_progress"),
    path("gminy/<str:teryt>/zawies/", states.suspend, name="suspend"),
    path("gminy/<str:teryt>/wznow/", states.resume, name="resume"),
    path("gminy/<str:teryt>/uruchomienie/", states.readiness, name="readiness"),
    path("gminy/<str:teryt>/uruchomienie/potwierdz/", states.go_live, name="go_live"),
    path("gminy/<str:teryt>/limity-proby/", states.trial_limits, name="trial_limits"),
    path("gminy/<str:teryt>/adresy/", domains.domains, name="domains"),
    path("gminy/<str:teryt>/odejscie/", offboarding.leaving, name="leaving"),
    path("gminy/<str:teryt>/odejscie/dowod.pdf", offboarding.deletion_proof, name="deletion_proof"),
    path("gminy/<str:teryt>/komunikaty/", events.events, name="events"),
    path("prace/", fleet_jobs.jobs, name="fleet_jobs"),
    path("prace/<uuid:job_id>/", fleet_jobs.job, name="fleet_job"),
    path("ogloszenia/", announcements.announcements, name="announcements"),
    path("ogloszenia/nowe/", announcements.new_announcement, name="new_announcement"),
    path("dziennik/", audit.audit, name="audit"),
    path("dziennik/plik.csv", audit.audit_file, name="audit_file"),
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
