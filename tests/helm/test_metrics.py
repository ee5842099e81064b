"""P15: Prometheus may ask each web pod from its own networks only, and a pod answers for all of its processes."""

from __future__ import annotations

from tests.helm.rendering import Rendered
from tests.helm.test_secrets_and_settings import secret_keys


def test_nobody_may_ask_for_metrics_unless_a_network_is_named(
    minimal: Rendered, everything: Rendered
) -> None:
    (plain,) = [one["data"] for one in minimal.all("ConfigMap") if "METRICS_FOLDER" in one["data"]]
    assert "METRICS_NETWORKS" not in plain
    (named,) = [one["data"] for one in everything.all("ConfigMap") if "METRICS_FOLDER" in one["data"]]
    assert named["METRICS_NETWORKS"] == "10.43.7.0/24"


def test_the_processes_of_a_pod_count_in_a_folder_that_they_can_write(everything: Rendered) -> None:
    (named,) = [one["data"] for one in everything.all("ConfigMap") if "METRICS_FOLDER" in one["data"]]
    (container,) = everything.pods()["web"]["spec"]["containers"]
    assert any(
        named["METRICS_FOLDER"].startswith(f"{mount['mountPath']}/") for mount in container["volumeMounts"]
    )


def test_the_prometheus_operator_finds_the_web_pods_and_brings_the_token(
    minimal: Rendered, everything: Rendered
) -> None:
    assert not minimal.all("ServiceMonitor")
    monitor = everything.one("ServiceMonitor", "-web")
    (endpoint,) = monitor["spec"]["endpoints"]
    service = everything.one("Service", "-web")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert (endpoint["path"], endpoint["interval"]) == ("/metrics", "30s")
    assert endpoint["authorization"]["credentials"] == {"name": "skarbnik", "key": "METRICS_TOKEN"}
    assert monitor["metadata"]["labels"]["release"] == "prometheus"


def test_the_token_is_a_file_of_web_alone_and_only_when_it_is_turned_on(
    minimal: Rendered, everything: Rendered
) -> None:
    readers = {name for name in ("web", "worker", "beat", "migrate")
               if "METRICS_TOKEN" in secret_keys(everything.pods()[name])}  # fmt: skip
    assert readers == {"web"}
    assert "METRICS_TOKEN" not in secret_keys(minimal.pods()["web"])
