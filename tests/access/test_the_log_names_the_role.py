"""The ratchet of `tests.fixtures.roles_in_the_log` sees an act without its role, and takes what is done in none."""

import pytest

from kernel.audit import attempts
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from services.users.models import User
from tests.fixtures.roles_in_the_log import acts_without_a_role, is_without_its_role

pytestmark = pytest.mark.django_db


@pytest.mark.covers("S32")
def test_an_act_on_a_page_says_the_role_it_was_done_in(client_for, in_borki):
    client_for("filip", in_borki).post(
        "/urzad/ustawienia/wydzialy/", {"code": "ZZ", "name": "Wydział próbny"}
    )
    entry = AuditEntry.objects.filter(action="configuration.department_added").latest("pk")
    assert (entry.actor_kind, entry.role) == ("staff", "admin")


def test_the_ratchet_takes_acts_in_a_role_and_those_on_ones_own_account(in_borki, person):
    filip, daria = (User.objects.get(pk=person(name).user_id) for name in ("filip", "daria"))
    actor = person("filip").actor
    with acts_without_a_role() as seen, attempts.watched(lambda: actor):
        record("role.granted", daria, actor=actor.in_role("admin"))
        record("password.set", filip, actor=actor)
    assert seen == []


@pytest.mark.parametrize(("action", "subject"), [("role.granted", "daria"), ("configuration.office", "")])
def test_the_ratchet_sees_an_act_without_a_role(in_borki, person, action, subject):
    ref = person(subject).ref if subject else ""
    entry = AuditEntry(actor_kind="staff", actor_ref=person("filip").ref, action=action, subject_ref=ref)
    assert is_without_its_role(entry)
    entry.role = "admin"
    assert not is_without_its_role(entry)
