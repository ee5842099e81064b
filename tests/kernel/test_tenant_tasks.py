"""A job runs in the gmina that its message names, and in none when it names none."""

from pathlib import Path

import pytest
from celery import current_app, shared_task
from django.conf import settings
from django.db import transaction

from kernel import tenancy
from kernel.errors import NotFound
from kernel.tasks import TENANT_HEADER, PlatformTask, TenantTask, enqueue
from portal.celery import app

RAN: list[str] = []


@shared_task(base=TenantTask, name="tests.where_am_i")
def where_am_i() -> str:
    RAN.append(tenancy.current_tenant_id())
    return tenancy.current_tenant_id()


@shared_task(base=PlatformTask, name="tests.on_the_platform")
def on_the_platform() -> bool:
    return tenancy.current().is_public


@pytest.fixture(autouse=True)
def nothing_ran():
    """An empty broker, in the folders that the session's settings name, asked by the program's own Celery application."""
    app.set_current()
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        Path(options[name]).mkdir(parents=True, exist_ok=True)
    RAN.clear()
    messages()


def messages() -> list[tuple[str, dict]]:
    """What waits at the broker, taken from it: name of the task and headers."""
    found = []
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        while queue.qsize():
            message = queue.get(block=False)
            message.ack()
            found.append((message.headers["task"], dict(message.headers)))
    return found


def test_a_job_runs_in_the_gmina_of_its_message(db):
    assert where_am_i.apply(headers={TENANT_HEADER: "2465011"}).get() == "2465011"
    assert tenancy.current_or_none() is None


def test_the_message_decides_and_not_what_happens_to_be_open(in_borki):
    assert where_am_i.apply(headers={TENANT_HEADER: "2465011"}).get() == "2465011"
    assert tenancy.current_tenant_id() == "0615022"


def test_a_message_without_a_gmina_fails_loudly(in_borki):
    with pytest.raises(tenancy.NoTenant, match="came without a gmina"):
        where_am_i.apply(throw=True)
    assert RAN == []


def test_a_message_of_an_unknown_gmina_fails_loudly(db):
    with pytest.raises(NotFound):
        where_am_i.apply(headers={TENANT_HEADER: "0000000"}, throw=True)
    assert RAN == []


def test_a_job_of_a_gmina_cannot_be_asked_for_outside_one(db):
    with pytest.raises(tenancy.NoTenant):
        where_am_i.delay()
    with tenancy.public(), pytest.raises(tenancy.NoTenant):
        where_am_i.delay()
    assert messages() == []


def test_called_directly_it_needs_an_open_gmina(db, borki):
    with tenancy.public(), pytest.raises(tenancy.NoTenant):
        where_am_i()
    with tenancy.enter(borki):
        assert where_am_i() == "0615022"
    assert RAN == ["0615022"]


def test_a_job_of_the_platform_runs_on_the_public_schema(in_borki):
    assert on_the_platform.apply().get() is True
    assert tenancy.current_tenant_id() == "0615022"


def test_a_message_goes_out_with_its_gmina_after_the_commit(own_borki):
    with tenancy.enter(own_borki):
        with transaction.atomic():
            enqueue("tests.where_am_i")
            assert messages() == []
        [(name, headers)] = messages()
    assert (name, headers[TENANT_HEADER]) == ("tests.where_am_i", "0615022")


def test_a_message_of_work_that_was_rolled_back_is_never_sent(own_borki):
    @transaction.atomic
    def interrupted() -> None:
        enqueue("tests.where_am_i")
        raise ZeroDivisionError

    with tenancy.enter(own_borki):
        with pytest.raises(ZeroDivisionError):
            interrupted()
        assert messages() == []


def test_every_job_of_the_program_says_whose_it_is():
    import portal.jobs  # noqa: F401 -- registers the periodic jobs

    current_app.loader.import_default_modules()
    ours = [task for name, task in current_app.tasks.items() if not name.startswith(("celery.", "tests."))]
    assert ours
    assert [task.name for task in ours if not isinstance(task, TenantTask | PlatformTask)] == []
