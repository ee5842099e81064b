"""The office's people: invited with a role and its authorisation, given work to handle, and taken off it."""

import re

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.models import DepartmentGrant, LiabilityTypeGrant
from services.notices.models import Message
from services.users.models import StaffRole, User
from tenants.configuration.models import Department, LiabilityType
from tenants.configuration.queries import current_regulation
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import first_time
from tests.frontend.reading import error_beside, hidden, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/pracownicy/"
AUTHORISATION = {"number": "OR.077.9.2026", "on": "2026-01-02", "issuer": "Wójt", "valid_from": "2026-01-02"}
NEW = {"full_name": "Grażyna Nowa", "email": "grazyna@urzad.example", "role": "clerk", **AUTHORISATION}


def find(email="grazyna@urzad.example") -> User:
    return User.objects.find(email, "staff")


def page_of(name) -> str:
    return f"{LIST}{find(f'{name}@urzad.example').public_id}/"


def roles(user) -> set[str]:
    return set(StaffRole.objects.filter(user=user, revoked_at__isnull=True).values_list("role", flat=True))


@pytest.mark.covers("S7", "S30", "S33")
def test_an_invited_person_sets_a_password_and_works(desk):
    desk("filip").post(f"{LIST}zapros/", NEW)
    letter = Message.objects.get(kind="staff_invited")
    assert letter.recipient == "grazyna@urzad.example"
    link = re.search(r"/haslo/\S+", letter.body)[0]
    visitor = desk(None)
    secret = "cztery zwykle slowa"
    visitor.post(link, {"password": secret, "password_again": secret})
    entered = first_time(visitor, "/urzad/logowanie/", NEW["email"], secret)
    assert entered["Location"] == "/urzad/konto/kody-zapasowe/"
    assert visitor.get("/urzad/").status_code == 200
    grant = StaffRole.objects.get(user=find())
    assert (grant.role, grant.authorisation_number, grant.issuer) == ("clerk", "OR.077.9.2026", "Wójt")


@pytest.mark.parametrize("missing", ["number", "on", "issuer", "valid_from", "role", "email", "full_name"])
@pytest.mark.covers("S33")
def test_without_a_whole_authorisation_nobody_is_invited(missing, desk):
    page = desk("filip").post(f"{LIST}zapros/", NEW | {missing: ""})
    assert page.status_code == 422
    assert error_beside(page, missing)
    assert find() is None
    assert not Message.objects.filter(kind="staff_invited").exists()


def test_a_validity_that_ends_before_it_begins_is_refused(desk):
    page = desk("filip").post(f"{LIST}zapros/", NEW | {"valid_to": "2025-12-31"})
    assert error_beside(page, "valid_to")
    assert find() is None


def test_an_address_that_has_an_account_is_refused_and_nothing_is_mailed(desk):
    page = desk("filip").post(f"{LIST}zapros/", NEW | {"email": "Daria@urzad.example"})
    assert "ma już konto w urzędzie" in words(page)
    assert roles(find("daria@urzad.example")) == {"clerk"}
    assert not Message.objects.filter(kind="staff_invited").exists()


def test_a_resident_may_be_invited_under_the_same_address(desk):
    desk("filip").post(f"{LIST}zapros/", NEW | {"email": "anna@mieszkaniec.example"})
    assert User.objects.find("anna@mieszkaniec.example", "staff") is not None
    assert User.objects.find("anna@mieszkaniec.example", "resident").check_password(PASSWORD)


def test_a_lost_invitation_is_sent_again(desk):
    client = desk("filip")
    client.post(f"{LIST}zapros/", NEW)
    client.post(f"{LIST}{find().public_id}/zaproszenie/")
    assert [letter.recipient for letter in Message.objects.filter(kind="staff_invited")] == [NEW["email"]] * 2
    assert AuditEntry.objects.filter(action="staff.invited_again").count() == 1


@pytest.mark.covers("S29", "S31", "S32")
def test_one_person_can_hold_all_three_roles(desk):
    client = desk("filip")
    for role in ("moderator", "admin"):
        client.post(f"{page_of('daria')}role/", AUTHORISATION | {"role": role})
    assert roles(find("daria@urzad.example")) == {"clerk", "moderator", "admin"}
    seen = words(desk("daria").get("/urzad/pracownicy/"))
    assert "Daria Urzędowa" in seen
    page = client.post(f"{page_of('daria')}role/", AUTHORISATION | {"role": "clerk"})
    assert page.status_code == 422


@pytest.mark.covers("S30")
def test_taking_a_role_asks_first_and_works_at_once(desk):
    clerk = desk("daria")
    assert clerk.get("/urzad/naleznosci/").status_code == 200
    address = f"{page_of('daria')}role/clerk/odbierz/"
    assert "Osoba straci dostęp od razu" in words(desk("filip").get(address))
    assert roles(find("daria@urzad.example")) == {"clerk"}
    desk("filip").post(address)
    assert roles(find("daria@urzad.example")) == set()
    answer = clerk.get("/urzad/naleznosci/")  # who has no role left is signed out, too
    assert (answer.status_code, answer["Location"]) == (302, "/urzad/logowanie/?next=/urzad/naleznosci/")


def test_the_last_administrator_cannot_be_taken_away(desk):
    page = desk("filip").post(f"{page_of('filip')}role/admin/odbierz/", follow=True)
    assert "To ostatni administrator lokalny." in words(page)
    assert roles(find("filip@urzad.example")) == {"admin"}


def test_a_role_that_the_person_does_not_hold_is_a_404(desk):
    assert desk("filip").post(f"{page_of('daria')}role/admin/odbierz/").status_code == 404
    assert desk("filip").get(f"{page_of('daria')}role/krol/odbierz/").status_code == 404


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_nobody_else_gives_roles(name, desk):
    client = desk(name)
    assert client.post(f"{LIST}zapros/", NEW).status_code == 403
    assert client.post(f"{page_of('edyta')}role/", AUTHORISATION | {"role": "admin"}).status_code == 403
    assert client.post(f"{page_of('daria')}przydzial/", {}).status_code == 403
    assert find() is None
    assert roles(find("edyta@urzad.example")) == {"moderator"}


def granted(name) -> tuple[set[str], set[str]]:
    user = find(f"{name}@urzad.example")
    return (
        set(DepartmentGrant.objects.filter(user=user).values_list("content_object__code", flat=True)),
        set(LiabilityTypeGrant.objects.filter(user=user).values_list("content_object__code", flat=True)),
    )


def choice(departments=(), types=()):
    return {
        "departments": [str(Department.objects.get(code=code).public_id) for code in departments],
        "liability_types": [str(LiabilityType.objects.get(code=code).public_id) for code in types],
    }


def shown(client, name) -> str:
    from html import unescape

    return unescape(hidden(client.get(page_of(name)), "shown")[0])


@pytest.mark.covers("S27")
def test_work_is_given_and_taken_with_an_entry_for_each(desk, due, lease):
    client, clerk = desk("filip"), desk("daria")
    sent = choice(["GN"], ["property_tax"]) | {"shown": shown(client, "daria")}
    client.post(f"{page_of('daria')}przydzial/", sent)
    assert granted("daria") == ({"GN"}, {"property_tax"})
    acts = set(AuditEntry.objects.filter(action__startswith="staff.").values_list("action", flat=True))
    assert {"staff.department_revoked", "staff.liability_type_granted"} <= acts
    assert clerk.get(f"/urzad/naleznosci/{due.public_id}/").status_code == 200
    client.post(f"{page_of('daria')}przydzial/", choice(["GN"]) | {"shown": shown(client, "daria")})
    assert granted("daria") == ({"GN"}, set())
    assert clerk.get(f"/urzad/naleznosci/{due.public_id}/").status_code == 404


@pytest.mark.covers("S35")
def test_what_somebody_else_granted_meanwhile_stays(desk):
    client = desk("filip")
    before = shown(client, "daria")
    client.post(f"{page_of('daria')}przydzial/", choice(["FN", "GN"], ["lease"]) | {"shown": before})
    client.post(f"{page_of('daria')}przydzial/", choice(["FN", "GN"], ["forest_tax"]) | {"shown": before})
    assert granted("daria") == ({"FN", "GN"}, {"lease", "forest_tax"})


@pytest.mark.parametrize("sent", ["", "nic", "[]", '{"departments": ["x"], "liability_types": []}'])
def test_a_forged_record_of_what_was_shown_changes_nothing(sent, desk):
    before = granted("daria")
    page = desk("filip").post(f"{page_of('daria')}przydzial/", choice(["GN"]) | {"shown": sent})
    assert page.status_code == 422
    assert granted("daria") == before


def test_a_department_that_does_not_exist_is_refused(desk):
    client = desk("filip")
    before, known = granted("daria"), shown(client, "daria")
    sent = {"departments": ["01930000-0000-7000-8000-000000000000"], "shown": known}
    assert client.post(f"{page_of('daria')}przydzial/", sent).status_code == 422
    assert granted("daria") == before


@pytest.mark.covers("S33")
def test_the_list_says_whose_authorisation_has_run_out(desk):
    StaffRole.objects.filter(role="moderator").update(valid_to="2026-01-31")
    assert "moderator wygasła" in words(desk("filip").get(LIST))


@pytest.mark.covers("S27")
def test_every_role_and_the_rules_of_the_portal_cite_the_act_on_which_they_rest(desk, person):
    """Org 1: a role is granted by an order of the office, the rules of the portal hold by an act of it; both are shown."""
    client = desk("filip")
    order = {"number": "Zarządzenie nr 12/2026", "on": "2026-03-02", "issuer": "Wójt Gminy Borki"}
    without = NEW | order | {"number": ""}
    assert client.post(f"{LIST}zapros/", without).status_code == 422
    assert find() is None

    client.post(f"{LIST}zapros/", NEW | order)

    listed = words(client.get(f"{LIST}upowaznienia/"))
    assert "Zarządzenie nr 12/2026 z dnia 02.03.2026 Wójt Gminy Borki" in listed
    entry = AuditEntry.objects.filter(action="role.granted", subject_ref=str(find().public_id)).latest("id")
    assert entry.details["authorisation"] == "Zarządzenie nr 12/2026"
    regulation = current_regulation(timezone.localdate())
    shown = words(desk(None).get("/regulamin/"))
    assert f"{regulation.act_number}" in shown
    assert f"{regulation.act_issuer}" in shown
