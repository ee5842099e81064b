"""P15: Prometheus may ask each web pod from its own networks only, and a pod answers for all of its processes."""

from __future__ import annotations

from tests.helm.rendering import Rendered


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
