"""Web, worker, beat and the migration job: what they run and how they start and stop."""

from __future__ import annotations

from typing import Any

import click
import pytest
from celery.bin.celery import celery
from gunicorn.config import Config

from tests.helm.rendering import Render, Rendered, changed, values_of


def container(rendered: Rendered, component: str) -> dict[str, Any]:
    (found,) = rendered.pods()[component]["spec"]["containers"]
    return found


@pytest.mark.parametrize(
    ("component", "command"),
    [
        ("web", ["gunicorn", "portal.wsgi:application", "--bind=0.0.0.0:8000"]),
        ("worker", ["celery", "--app=portal.celery", "worker", "--concurrency=2"]),
        ("beat", ["celery", "--app=portal.celery", "beat", "--schedule=/tmp/schedule"]),
        ("migrate", ["skarbnik", "fleet_migrate"]),
    ],
)
def test_each_part_runs_its_command(minimal: Rendered, component: str, command: list[str]) -> None:
    assert container(minimal, component)["command"][: len(command)] == command


def test_gunicorn_knows_the_options_it_is_given(minimal: Rendered) -> None:
    program, *arguments = container(minimal, "web")["command"]
    parsed, unknown = Config().parser().parse_known_args(arguments)

    assert program == "gunicorn"
    assert unknown == []
    assert (parsed.args, parsed.bind) == (["portal.wsgi:application"], ["0.0.0.0:8000"])
    assert parsed.control_socket_disable is True  # it would be a file in a read-only place


@pytest.mark.parametrize("component", ["worker", "beat"])
def test_celery_knows_the_options_it_is_given(minimal: Rendered, component: str) -> None:
    program, app, name, *arguments = container(minimal, component)["command"]
    command = celery.get_command(click.Context(celery), name)
    _, left_over, _ = command.make_parser(click.Context(command)).parse_args(arguments)

    assert (program, app, name) == ("celery", "--app=portal.celery", component)
    assert left_over == []


def test_web_is_alive_by_its_process_and_ready_by_what_it_needs(minimal: Rendered) -> None:
    web = container(minimal, "web")

    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert web["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert web["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_web_leaves_the_ingress_first_and_has_time_to_end_what_it_has_begun(minimal: Rendered) -> None:
    web = container(minimal, "web")
    (graceful,) = [
        int(argument.partition("=")[2])
        for argument in web["command"]
        if argument.startswith("--graceful-timeout=")
    ]
    pause = web["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert pause >= 5
    assert minimal.pods()["web"]["spec"]["terminationGracePeriodSeconds"] > pause + graceful


def test_an_upgrade_never_leaves_fewer_web_pods(minimal: Rendered) -> None:
    strategy = minimal.one("Deployment", "-web")["spec"]["strategy"]

    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}


def test_gunicorn_takes_its_processes_from_the_environment(render: Render) -> None:
    web = container(render(changed(values_of("minimal"), {"web": {"concurrency": 7}})), "web")

    assert {"name": "WEB_CONCURRENCY", "value": "7"} in web["env"]
    assert not [argument for argument in web["command"] if argument.startswith(("--workers", "-w"))]


def test_beat_is_one_and_the_old_one_ends_before_the_new_one_starts(every: Rendered) -> None:
    spec = every.one("Deployment", "-beat")["spec"]

    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}
    assert not [
        scaler for scaler in every.all("HorizontalPodAutoscaler") if "beat" in scaler["metadata"]["name"]
    ]


def test_the_probe_of_beat_watches_the_file_that_beat_writes(minimal: Rendered) -> None:
    beat = container(minimal, "beat")
    (schedule,) = [argument for argument in beat["command"] if argument.startswith("--schedule=")]
    folder, name = schedule.removeprefix("--schedule=").rsplit("/", 1)

    assert f'find {folder} -maxdepth 1 -name "{name}*"' in beat["livenessProbe"]["exec"]["command"][2]


def test_migrations_run_before_every_install_and_upgrade_and_are_not_repeated_for_ever(
    minimal: Rendered,
) -> None:
    job = minimal.one("Job", "-migrate")

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["metadata"]["annotations"]["helm.sh/hook-delete-policy"] == "before-hook-creation"
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert job["spec"]["backoffLimit"] <= 3
    assert job["spec"]["activeDeadlineSeconds"] > 0


def test_the_migration_job_needs_nothing_that_a_first_install_does_not_have_yet(everything: Rendered) -> None:
    job = everything.one("Job", "-migrate")
    pod = job["spec"]["template"]["spec"]
    account = everything.one("ServiceAccount", pod["serviceAccountName"])

    assert account["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    weights = [int(found["metadata"]["annotations"]["helm.sh/hook-weight"]) for found in (account, job)]
    assert weights[0] < weights[1]
    assert "envFrom" not in pod["containers"][0]
    assert not [volume for volume in pod["volumes"] if "configMap" in volume]


def test_migrations_can_be_left_to_somebody_else(render: Render) -> None:
    rendered = render(values_of("bare"))

    assert not rendered.all("Job")
    assert {account["metadata"]["name"] for account in rendered.all("ServiceAccount")} == {"portal-skarbnik"}


@pytest.mark.parametrize("component", ["web", "worker"])
def test_pods_are_spread_over_zones_and_nodes(minimal: Rendered, component: str) -> None:
    constraints = minimal.pods()[component]["spec"]["topologySpreadConstraints"]

    assert [constraint["topologyKey"] for constraint in constraints] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    for constraint in constraints:
        assert (
            constraint["labelSelector"]["matchLabels"].items()
            <= minimal.pods()[component]["metadata"]["labels"].items()
        )


def test_a_node_is_emptied_one_pod_at_a_time_and_beat_stops_nobody(minimal: Rendered) -> None:
    budgets = {budget["metadata"]["name"]: budget["spec"] for budget in minimal.all("PodDisruptionBudget")}

    assert budgets.keys() == {"portal-skarbnik-web", "portal-skarbnik-worker"}
    assert {spec["maxUnavailable"] for spec in budgets.values()} == {1}


def test_scaling_takes_the_number_of_pods_out_of_the_deployment(
    minimal: Rendered, everything: Rendered
) -> None:
    assert not minimal.all("HorizontalPodAutoscaler")
    for component, bounds in {"web": (3, 12), "worker": (2, 8)}.items():
        assert minimal.one("Deployment", f"-{component}")["spec"]["replicas"] == 2
        assert "replicas" not in everything.one("Deployment", f"-{component}")["spec"]
        spec = everything.one("HorizontalPodAutoscaler", f"-{component}")["spec"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == bounds


def test_placement_reaches_every_pod(everything: Rendered) -> None:
    for pod in everything.pods().values():
        assert pod["spec"]["nodeSelector"] == {"kubernetes.io/os": "linux"}
        assert pod["spec"]["tolerations"][0]["value"] == "gminas"
        assert pod["spec"]["priorityClassName"] == "high"
        assert pod["spec"]["imagePullSecrets"] == [{"name": "registry"}]
