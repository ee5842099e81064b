"""Every pod of every rendering keeps the restricted profile of Kubernetes, and a little more."""

from __future__ import annotations

from typing import Any

from tests.helm.rendering import Rendered


def test_no_pod_runs_as_root_or_can_become_root(every: Rendered) -> None:
    for pod in every.pods().values():
        security = pod["spec"]["securityContext"]
        assert security["runAsNonRoot"] is True
        assert security["runAsUser"] > 0
        assert security["runAsGroup"] > 0
        for container in _containers(pod):
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert not container["securityContext"].get("privileged", False)
            assert "runAsUser" not in container["securityContext"]


def test_every_container_drops_all_capabilities_and_adds_none(every: Rendered) -> None:
    for pod in every.pods().values():
        for container in _containers(pod):
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_every_pod_has_the_default_seccomp_profile(every: Rendered) -> None:
    for pod in every.pods().values():
        assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_the_file_system_is_read_only_but_for_a_bounded_tmp(every: Rendered) -> None:
    for component, pod in every.pods().items():
        empty = {
            volume["name"]: volume["emptyDir"] for volume in pod["spec"]["volumes"] if "emptyDir" in volume
        }
        assert list(empty) == ["tmp"]
        assert empty["tmp"]["sizeLimit"]
        for container in _containers(pod):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            writable = [
                mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")
            ]
            backups = ["/backups"] if component == "worker" and every.all("PersistentVolumeClaim") else []
            assert writable == ["/tmp", *backups]  # noqa: S108


def test_no_pod_can_talk_to_the_cluster_or_share_the_node(every: Rendered) -> None:
    for account in every.all("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False
    for pod in every.pods().values():
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["serviceAccountName"] != "default"
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        assert not [volume for volume in spec["volumes"] if "hostPath" in volume]
    assert not every.all("Role")
    assert not every.all("ClusterRole")


def test_every_container_says_what_it_needs_and_cannot_take_more_memory(every: Rendered) -> None:
    for pod in every.pods().values():
        for container in _containers(pod):
            assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"]["requests"].keys()
            assert {"memory", "ephemeral-storage"} <= container["resources"]["limits"].keys()


def test_every_image_is_named_by_a_version_or_digest(every: Rendered) -> None:
    for pod in every.pods().values():
        for container in _containers(pod):
            name, _, version = container["image"].partition("@" if "@" in container["image"] else ":")
            assert name
            assert version not in {"", "latest"}


def test_service_links_set_no_variables(every: Rendered) -> None:
    for pod in every.pods().values():
        assert pod["spec"]["enableServiceLinks"] is False


def _containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]
