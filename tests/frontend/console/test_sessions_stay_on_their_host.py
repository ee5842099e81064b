"""A session of a gmina opens nothing on the console, and the console's session opens nothing in a gmina."""

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from kernel import tenancy
from services.users.models import User
from tests.frontend.console.conftest import browser

CONSOLE_PAGES = ("/", "/gminy/nowa/", "/gminy/0615022/", "/gminy/0615022/zawies/", "/stopy/")
GMINA_PAGES = ("/urzad/", "/naleznosci/", "/konto/")


def with_cookies_of(client, host):
    stolen = browser(host)
    for name, morsel in client.cookies.items():
        stolen.cookies[name] = morsel.value
    return stolen


@pytest.mark.parametrize("name", ["anna", "daria", "filip"])
def test_a_session_of_a_gmina_is_worthless_on_the_console(name, client_for, borki):
    signed_in = client_for(name, borki)
    assert settings.SESSION_COOKIE_NAME in signed_in.cookies
    stolen = with_cookies_of(signed_in, "console.localhost")
    for page in CONSOLE_PAGES:
        assert stolen.get(page)["Location"].startswith("/logowanie/"), page
    answer = stolen.post("/gminy/0615022/zawies/", {"reason": "bo tak", "is_sure": "on"})
    assert answer["Location"].startswith("/logowanie/")
    assert browser("borki.localhost").get("/").status_code == 200


@pytest.mark.parametrize("host", ["borki.localhost", "dabrowa-gornicza.localhost"])
def test_a_session_of_the_console_is_worthless_in_a_gmina(host, operator):
    stolen = with_cookies_of(operator, host)
    for page in GMINA_PAGES:
        assert stolen.get(page).status_code == 302, page
        assert "logowanie" in stolen.get(page)["Location"], page
    assert operator.get("/").status_code == 200


def test_even_a_session_row_copied_into_the_platform_opens_nothing(client_for, borki, person):
    """The numbers of accounts repeat in every schema; the hash of the password tells them apart."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with tenancy.enter(borki):
        filip = User.objects.get(pk=person("filip").user_id)
    with tenancy.public():
        session = store()
        session[SESSION_KEY] = str(User.objects.get().pk)
        session[BACKEND_SESSION_KEY] = "services.users.authentication.EmailBackend"
        session[HASH_SESSION_KEY] = filip.get_session_auth_hash()
        session.create()
    client = browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert client.get("/").status_code == 302
