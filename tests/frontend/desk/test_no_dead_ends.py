"""Where a session ends in the middle of an act, signing in again leads to a page and not to a blank refusal."""

import pytest

from services.payments.models import Payment
from tests.access.routes import routes
from tests.factories.accounts import ResidentFactory
from tests.fixtures.signing import through_the_page

pytestmark = pytest.mark.django_db


def test_no_address_of_the_desk_is_blank_when_it_is_opened(desk, paid, due, person):
    resident = ResidentFactory(submitted=True)
    known = {
        "registration_id": str(resident.public_id), "payment_id": str(paid.public_id), "liability_id": str(due.public_id),
        "user_id": person("daria").ref, "number": "1", "operator": "przelewy24", "role": "clerk",
    }  # fmt: skip
    clients = {name: desk(name) for name in ("daria", "edyta", "filip")}
    blank = []
    for route in routes("portal.urls.tenant"):
        if not route.name.startswith("desk:") or route.name == "desk:sign_out":
            continue
        statuses = {name: client.get(route.path(**known)).status_code for name, client in clients.items()}
        if 405 in statuses.values():
            blank.append(route.name)
    assert blank == []
    assert Payment.objects.get(pk=paid.pk).state == "paid"


def test_an_act_whose_session_ended_leads_back_to_its_object(desk, paid):
    visitor = desk(None)
    way = visitor.post(f"/urzad/platnosci/{paid.public_id}/zaksieguj/", {"credited_on": "2026-11-02"})[
        "Location"
    ]
    landed = visitor.get(through_the_page(visitor, way, "daria@urzad.example")["Location"], follow=True)
    assert landed.status_code == 200
    assert landed.redirect_chain[-1][0] == f"/urzad/platnosci/{paid.public_id}/"
    assert Payment.objects.get(pk=paid.pk).state == "paid"
