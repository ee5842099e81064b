"""A thousand reminders of one morning, worker and mail server killed in between: none lost, none doubled."""

import pytest

from kernel import tenancy
from tenants.metering import switchboard
from tenants.metering.actions import set_quota
from tests.campaign.morning import ENVIRONMENT, live_through, move_in, start_mailbox
from tests.fixtures.committed import committed_database
from tests.fixtures.database import ACTOR
from tests.outages.processes import processes

pytestmark = pytest.mark.xdist_group("stack")

LETTERS, KILLS = 1_000, 6


def test_a_thousand_reminders_arrive_once_each_although_worker_and_mail_server_are_killed(
    server, copy_database, django_db_blocker, django_db_setup, emulator, settings, tmp_path
):
    with (
        committed_database(server, copy_database, django_db_blocker, emulator) as own,
        processes(tmp_path / "home", server, own.database, **ENVIRONMENT) as stack,
    ):
        settings.PORTAL_PORT = str(stack.ports.web)
        with tenancy.public():
            set_quota("0615022", "bulk_letters", most=1_000_000, reason="Próba", actor=ACTOR)
        switchboard.forget()
        move_in(LETTERS)
        start_mailbox(stack)
        stack.start_worker()
        morning = live_through(stack, LETTERS, KILLS)
        print(morning)
    switchboard.forget()
    assert (morning.lost, morning.doubled) == (0, 0), str(morning)
    assert morning.arrived == morning.letters == LETTERS
    assert morning.kills == KILLS
