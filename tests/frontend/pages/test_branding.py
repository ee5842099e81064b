"""A gmina's colour and crest reach the page as files of their own, never as markup."""

import pytest

from kernel import tenancy
from tenants.configuration.models import Office
from tenants.configuration.queries import office

pytestmark = pytest.mark.django_db
HOSTILE = (
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9" height="9"/></svg>'
)


@pytest.mark.covers("D2")
def test_each_gmina_has_its_own_colour(client_for, borki, dabrowa):
    one, other = (client_for(None, scope).get("/marka.css") for scope in (borki, dabrowa))
    assert one["Content-Type"].startswith("text/css")
    assert "--brand: #1f6b3b;" in one.content.decode()
    assert "--brand: #123f7a;" in other.content.decode()


def test_the_crest_runs_nothing_even_when_it_is_opened_by_itself(client_for, borki):
    with tenancy.enter(borki):
        Office.objects.update(crest_svg=HOSTILE)
    crest = client_for(None, borki).get("/herb.svg")
    assert crest["Content-Type"] == "image/svg+xml"
    assert crest["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert crest["X-Content-Type-Options"] == "nosniff"


def test_the_crest_is_never_written_into_a_page(client_for, borki):
    with tenancy.enter(borki):
        Office.objects.update(crest_svg=HOSTILE)
        version = office().version
    html = client_for(None, borki).get("/").content.decode()
    assert "alert(1)" not in html
    assert f'<img src="/herb.svg?v={version}" alt=""' in html


def test_a_gmina_without_a_crest_gets_the_neutral_emblem(client_for, borki):
    with tenancy.enter(borki):
        Office.objects.update(crest_svg="")
    client = client_for(None, borki)
    assert client.get("/herb.svg").status_code == 404
    assert "crest-default" in client.get("/").content.decode()


def test_addresses_change_with_the_setting_so_that_nobody_keeps_an_old_crest(client_for, borki):
    client = client_for(None, borki)
    before = client.get("/").content.decode()
    with tenancy.enter(borki):
        Office.objects.update(version=77)
    after = client.get("/").content.decode()
    assert "/marka.css?v=77" not in before
    assert "/marka.css?v=77" in after
    assert "/herb.svg?v=77" in after
