"""Settings of the office: saved with a history, looked at before saving, never over somebody else's change unseen."""

import pytest

from frontend.desk.forms.office import OfficeForm
from tenants.configuration.models import Department, Office, Revision
from tests.frontend.reading import error_beside, hidden, main, words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/ustawienia/urzad/"
FIELDS = [name for name in OfficeForm.base_fields if name != "version"]


def values(**changes) -> dict[str, str]:
    row = Office.objects.get()
    return {name: getattr(row, name) for name in FIELDS} | {"version": row.version} | changes


@pytest.mark.covers("S60", "D104")
def test_what_is_saved_is_on_the_public_pages_at_once(desk):
    desk("filip").post(PAGE, values(portal_name="Kasa Borki", portal_url="https://kasa.borki.example"))
    row = Office.objects.get()
    assert (row.portal_name, row.portal_url) == ("Kasa Borki", "https://kasa.borki.example")
    assert "Kasa Borki" in desk(None).get("/").content.decode()


def test_every_change_leaves_who_when_and_what(desk, person):
    desk("filip").post(PAGE, values(portal_name="Kasa Borki"))
    revision = Revision.objects.filter(kind="office").order_by("-version").first()
    assert revision.changed_by == person("filip").ref
    page = words(desk("filip").get(PAGE))
    assert "Wersja 2 Nazwa portalu: Portal eNALEŻNOŚCI → Kasa Borki" in page
    assert "Filip Urzędowa" in page


@pytest.mark.covers("S35")
def test_somebody_elses_change_is_shown_before_it_is_replaced(desk):
    mine = values(portal_name="Moja nazwa")
    Office.objects.update(portal_name="Cudza nazwa", version=mine["version"] + 1)
    client = desk("filip")
    page = client.post(PAGE, mine)
    assert page.status_code == 422
    assert "Ktoś był szybszy" in words(page)
    assert "Nazwa portalu Cudza nazwa Moja nazwa" in words(page)
    assert Office.objects.get().portal_name == "Cudza nazwa"
    again = mine | {"version": hidden(page, "version")[0]}
    client.post(PAGE, again)
    assert Office.objects.get().portal_name == "Moja nazwa"


def test_a_colour_can_be_looked_at_without_saving_it(desk):
    page = desk("filip").post(PAGE, values(brand_colour="#FFEE00", preview="1"))
    assert "Podgląd koloru, którego jeszcze nie ma w portalu." in words(page)
    assert "Napis czarny" in words(page)
    assert "data:image/svg+xml" in main(page)
    assert Office.objects.get().brand_colour != "#ffee00"


def test_a_name_in_the_preview_cannot_break_out_of_the_picture(desk):
    Office.objects.update(portal_name='"><script>alert(1)</script>')
    page = main(desk("filip").get(PAGE))
    assert "<script>" not in page.split("data:image/svg+xml")[1].split('"')[0]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("brand_colour", "red"),
        ("email", "nie-adres"),
        ("portal_name", ""),
        ("portal_url", "javascript:alert(1)"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(field, wrong, desk):
    before = Office.objects.get()
    page = desk("filip").post(PAGE, values(**{field: wrong}))
    assert page.status_code == 422
    assert error_beside(page, field)
    assert Office.objects.get().version == before.version


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_the_local_administrator_changes_settings(name, desk):
    before = Office.objects.get().version
    assert desk(name).post(PAGE, values(portal_name="Nie wolno")).status_code == 403
    assert Office.objects.get().version == before


@pytest.mark.covers("S15")
def test_a_department_is_added_once(desk):
    client = desk("filip")
    client.post("/urzad/ustawienia/wydzialy/", {"code": "OS", "name": "Referat Ochrony Środowiska"})
    page = client.post("/urzad/ustawienia/wydzialy/", {"code": "OS", "name": "Drugi raz"})
    assert page.status_code == 422
    assert error_beside(page, "code")
    assert Department.objects.filter(code="OS").count() == 1


def test_the_overview_names_what_is_in_force(desk):
    page = words(desk("filip").get("/urzad/ustawienia/"))
    for shown in (
        "Portal eNALEŻNOŚCI",
        "Referat Finansowy",
        "Podatek od nieruchomości",
        "Przelewy24 – podatki",
    ):
        assert shown in page
