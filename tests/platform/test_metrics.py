"""P15: Prometheus' metrics, for whom they are meant, and what they may say."""

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from kernel import tenancy
from portal.metrics import Seat
from tenants.archive.models import BackupRecord, RestoreDrill
from tenants.directory.models import Tenant
from tenants.jobs.actions import store_probes
from tenants.jobs.claims import add_missing, open_round
from tenants.jobs.models import JobRun
from tests.outages.processes import eventually, processes

CONSOLE = "console.localhost"
TOKEN = "only-for-this-test"


@pytest.fixture
def token(settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def ask(host: str = CONSOLE, **headers: str):
    return Client(headers={"Host": host, **headers}).get("/metrics")


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Value by name and label values."""
    return {
        (sample.name, *(sample.labels[key] for key in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped() -> dict[tuple[str, ...], float]:
    answer = ask(Authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    return samples(answer.content.decode())


def test_without_a_setting_nobody_sees_them(db):
    assert ask().status_code == 404


def test_the_token_opens_them_and_another_does_not(db, token):
    assert b"skarbnik_gminas" in ask(Authorization=f"Bearer {token}").content
    for wrong in ("Bearer x", token, f"Basic {token}", "Bearer żółw"):
        refused = ask(Authorization=wrong)
        assert refused.status_code == 404
        assert b"skarbnik_" not in refused.content


def test_the_network_decides_by_the_clients_address_and_not_by_the_proxys(db, settings):
    settings.METRICS_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1/32")]
    assert ask().status_code == 200
    assert ask(**{"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}).status_code == 404


@pytest.mark.parametrize("host", ["borki.localhost", "localhost", "nobody.localhost"])
def test_no_other_host_has_them(db, token, host):
    answer = ask(host, Authorization=f"Bearer {token}")
    assert answer.status_code in (301, 404)
    assert b"skarbnik_" not in answer.content


def test_a_pod_is_asked_by_its_bare_address(db, token):
    assert ask("10.1.2.3:8000", Authorization=f"Bearer {token}").status_code == 200


def test_requests_are_counted_by_route_and_never_by_path_or_gmina(db, token):
    before = scraped()
    browser = Client(headers={"Host": "borki.localhost"})
    assert browser.get("/haslo/nowe/MTIz/secret-token-of-a-mail/").status_code in (200, 302, 404)
    assert browser.get("/zaloguj/").status_code in (200, 302, 404)
    browser.get("/nie-ma-takiej-strony-75870300017/")
    browser.generic("BREW", "/")
    after = scraped()
    new = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
    counted = {key[1:] for key in new if key[0] == "skarbnik_request_seconds_count"}
    assert ("GET", "unmatched", "4xx") in counted
    assert any(method == "other" for method, _, _ in counted)
    told = json.dumps([list(key) for key in new])
    for secret in ("secret-token", "75870300017", "0615022", "borki", "BREW"):
        assert secret not in told


def test_queues_jobs_and_payments_of_all_gminas_are_told(db, token):
    now = timezone.now()
    an_hour_ago = now - timedelta(hours=1)
    for teryt, waiting, since in (("0615022", 3, an_hour_ago), ("2465011", 1, now - timedelta(minutes=5))):
        found = [{"queue": "messages", "waiting": waiting, "since": since, "ends_at": None}]
        store_probes(teryt, found, {"paid": 2, "booked": 5}, now)
    open_round("sweep")
    with tenancy.public():
        JobRun.objects.filter(job="sweep", tenant="0615022").update(
            round=1, done_at=an_hour_ago, finished_at=an_hour_ago, outcome="done"
        )
    found = scraped()
    assert found["skarbnik_payments", "paid"] == 4
    assert found["skarbnik_payments", "booked"] == 10
    assert found["skarbnik_queue_waiting", "messages"] == 4
    assert found["skarbnik_queue_oldest_seconds", "messages"] == pytest.approx(3600, abs=30)
    assert found["skarbnik_queue_age_seconds", "2465011", "messages"] == pytest.approx(300, abs=30)
    assert found["skarbnik_job_served", "sweep"] == 1
    assert found["skarbnik_job_gminas", "sweep"] == 2
    assert found["skarbnik_job_never_done", "sweep"] == 1
    assert found["skarbnik_job_good_age_seconds", "0615022", "sweep"] == pytest.approx(3600, abs=30)
    assert found["skarbnik_gminas", "active"] == 2


def test_a_metric_names_only_so_many_gminas_and_those_where_it_is_worst(db, token, settings):
    settings.METRICS_GMINAS = 5
    now = timezone.now()
    with tenancy.public():
        Tenant.objects.bulk_create(
            Tenant(
                teryt=str(9_000_000 + age), name="Gmina", kind="rural", state="active",
                schema_name=f"gmina_{9_000_000 + age}", data_key=b"", index_key=b"",
            )
            for age in range(40)
        )  # fmt: skip
        add_missing("sweep", [str(9_000_000 + age) for age in range(40)])
    open_round("sweep")
    for age in range(40):
        since = now - timedelta(minutes=age)
        with tenancy.public():
            JobRun.objects.filter(tenant=str(9_000_000 + age)).update(done_at=since)
        store_probes(
            str(9_000_000 + age),
            [{"queue": "events", "waiting": 1, "since": since, "ends_at": now + timedelta(days=1)}],
            {},
            now,
        )
    found = scraped()
    worst = {str(9_000_000 + age) for age in range(35, 40)}
    assert {key[1] for key in found if key[0] == "skarbnik_queue_age_seconds"} == worst
    assert {key[1] for key in found if key[0] == "skarbnik_job_good_age_seconds"} == worst
    assert len([key for key in found if key[0] == "skarbnik_ends_in_seconds"]) == 5
    assert found["skarbnik_queue_waiting", "events"] == 40


def test_seats_of_dead_processes_are_taken_again(tmp_path):
    """A web server replaces its processes all the time; their files must not fill the disk."""

    def child_seat() -> tuple[int, str]:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(writing, seat().encode())
            signal.pause()
        os.close(writing)
        name = os.read(reading, 20).decode()
        os.close(reading)
        return pid, name

    seat = Seat(str(tmp_path))
    assert seat() == seat() == "seat0"
    first, second = child_seat(), child_seat()
    try:
        assert (first[1], second[1]) == ("seat1", "seat2")
    finally:
        os.kill(first[0], signal.SIGKILL)
        os.waitpid(first[0], 0)
    third = child_seat()
    for pid in (second[0], third[0]):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert third[1] == "seat1"


@pytest.mark.xdist_group("stack")
def test_every_process_answers_for_all_of_its_machine(server, copy_database, tmp_path):
    folder = tmp_path / "metrics"
    database = copy_database("skarbnik_metrics")
    with processes(
        tmp_path / "home", server, database, METRICS_FOLDER=str(folder), METRICS_TOKEN=TOKEN
    ) as stack:
        stack.start_web(workers=2, threads=2)
        url = f"http://127.0.0.1:{stack.ports.web}"

        def counted() -> float:
            headers = {"Host": f"{CONSOLE}:{stack.ports.web}", "Authorization": f"Bearer {TOKEN}"}
            answer = httpx.get(f"{url}/metrics", headers=headers, trust_env=False)
            assert answer.status_code == 200, answer.text
            found = samples(answer.text)
            return sum(
                value for key, value in found.items() if key[:1] == ("skarbnik_request_seconds_count",)
            )

        def browse(times: int) -> None:
            for _ in range(times):
                httpx.get(f"{url}/", headers={"Host": f"borki.localhost:{stack.ports.web}"}, trust_env=False)

        browse(20)
        assert {counted() for _ in range(8)} == {20}
        assert len(list(folder.glob("histogram_seat*.db"))) <= 3
        kill_workers(stack.processes["web"].pid)
        eventually(lambda: answers(url), "new processes serve")
        browse(10)
        assert counted() == 30
        assert len(list(folder.glob("histogram_seat*.db"))) <= 3


def kill_workers(master: int) -> None:
    """kill -9 to the processes that serve; their master makes new ones."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == master:
                os.kill(int(name), signal.SIGKILL)
    time.sleep(0.5)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def backups(db, settings, tmp_path) -> Callable[[str, timedelta], None]:
    """`backups("0615022", timedelta(hours=3))`: a backup of that age is kept."""
    settings.BACKUP_DIR = str(tmp_path)

    def keep(teryt: str, age: timedelta, *, removed: bool = False) -> None:
        with tenancy.public():
            now = timezone.now()
            row = BackupRecord.objects.create(teryt=teryt, file=f"{age}.zip", sha256="0" * 64, size=1)
            gone = now if removed else None
            BackupRecord.objects.filter(pk=row.pk).update(made_at=now - age, removed_at=gone)

    return keep


def test_p6_the_age_of_the_newest_backup_is_told_for_the_fleet_and_the_gminas_furthest_behind(token, backups):
    backups("0615022", timedelta(hours=3))
    backups("0615022", timedelta(days=9))
    backups("0615022", timedelta(hours=1), removed=True)
    found = scraped()
    assert found[("skarbnik_backup_missing",)] == 1
    assert ("skarbnik_backup_drill_seconds",) not in found
    backups("2465011", timedelta(days=3))
    with tenancy.public():
        RestoreDrill.objects.create(
            teryt="2465011", backup=BackupRecord.objects.get(teryt="2465011"), passed=True, rows=1,
            started_at=timezone.now() - timedelta(days=2), milliseconds=1,
        )  # fmt: skip
    found = scraped()
    hours = {
        name: round(value / 3600) for name, value in found.items() if name[0].startswith("skarbnik_backup")
    }
    assert hours == {
        ("skarbnik_backup_newest_seconds",): 3,
        ("skarbnik_backup_oldest_seconds",): 72,
        ("skarbnik_backup_drill_seconds",): 48,
        ("skarbnik_backup_missing",): 0,
        ("skarbnik_backup_age_seconds", "2465011"): 72,
        ("skarbnik_backup_age_seconds", "0615022"): 3,
    }


def test_p6_no_more_gminas_are_named_than_the_settings_allow(token, backups, settings):
    settings.METRICS_GMINAS = 1
    backups("0615022", timedelta(hours=3))
    backups("2465011", timedelta(days=3))
    named = [name for name in scraped() if name[0] == "skarbnik_backup_age_seconds"]
    assert named == [("skarbnik_backup_age_seconds", "2465011")]


def test_p6_without_a_folder_for_backups_nothing_is_told_of_them(db, token, settings):
    settings.BACKUP_DIR = ""
    assert not [name for name in scraped() if name[0].startswith("skarbnik_backup")]
