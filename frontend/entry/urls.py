"""Addresses of entering, the same below each surface."""

from django.urls import URLPattern, path

from frontend.entering import recently_entered
from frontend.entry.surfaces import Surface
from frontend.entry.views import again, enrolment, safety, second_step, signing_in, staying
from frontend.guards import View, guarded


def entry_patterns(surface: Surface, *, own: str) -> list[URLPattern]:
    """Signing in, and the pages of one's own account below `own`, guarded by the surface's verb."""
    guard = guarded(surface.own_verb)

    def sensitive(view: View) -> View:
        return guard(recently_entered(view))

    return [
        path("logowanie/", signing_in.sign_in, name="sign_in"),
        path("logowanie/klucz/", signing_in.passkey_sign_in, name="passkey_sign_in"),
        path("logowanie/kod/", second_step.second_step, name="second_step"),
        path("logowanie/drugi-klucz/", second_step.passkey_step, name="passkey_step"),
        path("logowanie/kod-zapasowy/", second_step.recovery_step, name="recovery_step"),
        path("logowanie/ustaw/", enrolment.enrol, name="enrol"),
        path("logowanie/ustaw/klucz/", enrolment.enrol_passkey, name="enrol_passkey"),
        path("wyloguj/", signing_in.sign_out, name="sign_out"),
        path(f"{own}potwierdz/", guard(again.confirm_again), name="confirm_again"),
        path(f"{own}potwierdz/klucz/", guard(again.confirm_by_passkey), name="confirm_by_passkey"),
        path(f"{own}zostaje/", guard(staying.stay), name="stay"),
        path(f"{own}bezpieczenstwo/", guard(safety.safety), name="safety"),
        path(f"{own}haslo/", sensitive(safety.change_password), name="change_password"),
        path(f"{own}aplikacja/", sensitive(safety.add_app), name="add_app"),
        path(f"{own}aplikacja/usun/", sensitive(safety.remove_app), name="remove_app"),
        path(f"{own}klucze/nowy/", sensitive(safety.add_passkey), name="add_passkey"),
        path(f"{own}klucze/<uuid:passkey_id>/usun/", sensitive(safety.remove_passkey), name="remove_passkey"),
        path(f"{own}kody-zapasowe/nowe/", sensitive(safety.new_codes), name="new_codes"),
        path(f"{own}kody-zapasowe/", guard(safety.codes), name="codes"),
        path(f"{own}sesje/<uuid:session_id>/zakoncz/", sensitive(safety.end_one), name="end_session"),
        path(f"{own}sesje/inne/zakoncz/", sensitive(safety.end_others), name="end_other_sessions"),
    ]
