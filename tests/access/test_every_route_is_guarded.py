"""A route without a decision about who may open it cannot be added."""

import pytest

from services.users.domain import Verb
from tests.access.routes import MISSING, routes

BY_SIGNATURE = {"webhooks:payment_notification", "webhooks:payment_notification_without_slash"}
"""The operator's signature decides; tests/services/payments shows it."""

STEPS = {
    "passkey_sign_in", "second_step", "passkey_step", "recovery_step", "enrol", "enrol_passkey",
}  # fmt: skip
"""Of signing in: tests/frontend/entry shows that each opens only to whose password was right."""

STEPS_OF_SIGNING_IN = (
    "sign_in", "sign_out", "second_step", "recovery_step", "passkey_sign_in", "passkey_step", "enrol", "enrol_passkey",
)  # fmt: skip


def test_every_page_of_a_gmina_says_who_may_open_it():
    undecided = {
        route.name
        for route in routes("portal.urls.tenant")
        if route.guard is MISSING and not route.name.startswith("api:")
    }
    assert undecided == BY_SIGNATURE


def test_every_page_of_the_console_says_who_may_open_it():
    undecided = {route.name for route in routes("portal.urls.public") if route.guard is MISSING}
    assert undecided == set()


def test_the_console_shows_nothing_to_people_of_gminas():
    guards = {route.guard for route in routes("portal.urls.public")}
    assert guards <= {None, Verb.OPERATE_PLATFORM}


@pytest.mark.covers("D8", "D9")
def test_only_these_pages_of_a_gmina_are_public():
    public = {route.name for route in routes("portal.urls.tenant") if route.guard is None}
    assert public == {
        "start", "regulation", "regulation_version", "regulation_text", "regulation_pdf",
        "privacy", "accessibility", "contact", "calculator",
        "brand_css", "crest", "security_txt", "register", "check_mail", "confirm_address", "confirm_own_email",
        "appearance", "leave_letters",
        "password_reset", "password_reset_sent", "set_password",
        "news", "news_item", "questions",
        "login_gov_leave", "login_gov_answer", "login_gov_finish", "login_gov_failed", "login_gov_metadata",
        "sign_registration", "signing", "signing_hand_in", "signing_back", "signing_declined", "signing_file", "signing_pdf",
        "signing_xml", "signing_drop", "confirm_first",
        "desk:enter_support", "desk:leave_support", "desk:support_over",
    } | {f"{surface}{step}" for surface in ("", "desk:") for step in STEPS_OF_SIGNING_IN}  # fmt: skip
