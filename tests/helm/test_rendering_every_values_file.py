"""Each values file in ci/ lints and renders, and its objects are valid and fit one another."""

from __future__ import annotations

from typing import Any

import helm_python
import kubernetes_validate
import pytest

from tests.helm.rendering import CHART, VALUES_FILES, Rendered, values_of

DEFINED_ELSEWHERE = {"monitoring.coreos.com/v1"}
"""Kinds that Kubernetes itself does not know; their operator brings their schema."""
NAMES = [path.name.removesuffix("-values.yaml") for path in VALUES_FILES]


def test_the_values_files_are_the_four_that_we_know() -> None:
    assert NAMES == ["bare", "everything", "minimal", "own-domains"]


@pytest.mark.parametrize("name", NAMES)
def test_the_strict_linter_finds_nothing_but_the_missing_icon(name: str) -> None:
    report = helm_python.lint(CHART, values_of(name), strict=True, kube_version="v1.30.0")

    assert report["total_charts_linted"] == 1
    assert report["errors"] == []
    assert [message["error"] for message in report["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", ["1.30", kubernetes_validate.latest_version()])
def test_every_object_is_valid_for_the_oldest_and_the_newest_kubernetes(
    every: Rendered, version: str
) -> None:
    assert every.objects
    for found in every.objects:
        if found["apiVersion"] in DEFINED_ELSEWHERE:
            continue
        assert version.startswith(kubernetes_validate.validate(found, version, strict=True))


def test_no_two_objects_have_the_same_kind_and_name(every: Rendered) -> None:
    names = [(found["kind"], found["metadata"]["name"]) for found in every.objects]

    assert len(set(names)) == len(names)


def test_whatever_one_object_names_another_one_is(every: Rendered) -> None:
    for pod in every.pods().values():
        spec = pod["spec"]
        every.one("ServiceAccount", spec["serviceAccountName"])
        for source in spec["containers"][0].get("envFrom", []):
            every.one("ConfigMap", source["configMapRef"]["name"])
        for volume in spec["volumes"]:
            if "configMap" in volume:
                every.one("ConfigMap", volume["configMap"]["name"])
            if "persistentVolumeClaim" in volume:
                every.one("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
    for scaler in every.all("HorizontalPodAutoscaler"):
        every.one("Deployment", scaler["spec"]["scaleTargetRef"]["name"])
    for rule in [rule for ingress in every.all("Ingress") for rule in ingress["spec"]["rules"]]:
        service = rule["http"]["paths"][0]["backend"]["service"]
        ports = every.one("Service", service["name"])["spec"]["ports"]
        assert service["port"]["name"] in {port["name"] for port in ports}


def test_every_selector_finds_exactly_the_pods_of_its_component(every: Rendered) -> None:
    labels = {component: pod["metadata"]["labels"] for component, pod in every.pods().items()}
    for found in every.objects:
        if (selector := _selector_of(found)) is not None:
            component = found["metadata"]["labels"]["app.kubernetes.io/component"]
            assert [name for name, own in labels.items() if selector.items() <= own.items()] == [component]


def _selector_of(found: dict[str, Any]) -> dict[str, str] | None:
    """Labels by which an object of one component selects pods; None if it selects none."""
    if "app.kubernetes.io/component" not in found["metadata"]["labels"]:
        return None  # the network policy over all pods
    if found["kind"] == "Service":
        return found["spec"]["selector"]
    if found["kind"] in {"Deployment", "PodDisruptionBudget"}:
        return found["spec"]["selector"]["matchLabels"]
    return found["spec"]["podSelector"]["matchLabels"] if found["kind"] == "NetworkPolicy" else None


def test_web_serves_the_port_that_its_service_and_probes_name(every: Rendered) -> None:
    (container,) = every.pods()["web"]["spec"]["containers"]

    assert container["ports"] == [{"name": "http", "containerPort": 8000}]
    assert every.one("Service", "-web")["spec"]["ports"][0]["targetPort"] == "http"
    assert {
        container[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    } == {"http"}


def test_the_package_holds_no_values_of_the_tests(tmp_path: object) -> None:
    with helm_python.Chart.load(helm_python.package(CHART, destination=str(tmp_path))) as packed:
        names = {found["name"] for found in packed.files}

    assert "README.md" in names
    assert not [name for name in names if name.startswith("ci/")]
