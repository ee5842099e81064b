"""P6: the folder of backups belongs to the workers, outlives the release, and can be brought along."""

from __future__ import annotations

from typing import Any

from tests.helm.rendering import Render, Rendered, changed, values_of


def mounts(rendered: Rendered, component: str) -> dict[str, str]:
    (container,) = rendered.pods()[component]["spec"]["containers"]
    return {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}


def claims(rendered: Rendered, component: str = "worker") -> list[str]:
    volumes: list[dict[str, Any]] = rendered.pods()[component]["spec"]["volumes"]
    return [one["persistentVolumeClaim"]["claimName"] for one in volumes if "persistentVolumeClaim" in one]


def test_without_a_folder_nothing_is_claimed_and_nothing_is_backed_up(minimal: Rendered) -> None:
    assert not minimal.all("PersistentVolumeClaim")
    assert claims(minimal) == []
    assert "BACKUP_DIR" not in minimal.one("ConfigMap", "-settings")["data"]


def test_the_workers_alone_have_the_folder_that_the_settings_name(everything: Rendered) -> None:
    folder = everything.one("ConfigMap", "-settings")["data"]["BACKUP_DIR"]
    having = {name for name in ("web", "worker", "beat", "migrate") if folder in mounts(everything, name)}

    assert having == {"worker"}
    assert claims(everything) == ["portal-skarbnik-backups"]


def test_the_claim_outlives_the_release(everything: Rendered) -> None:
    claim = everything.one("PersistentVolumeClaim", "-backups")

    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert claim["spec"]["storageClassName"] == "shared"
    assert claim["spec"]["resources"]["requests"]["storage"] == "500Gi"


def test_a_claim_can_be_brought_along(render: Render) -> None:
    rendered = render(
        changed(values_of("minimal"), {"backup": {"enabled": True, "existingClaim": "our-backups"}})
    )

    assert not rendered.all("PersistentVolumeClaim")
    assert claims(rendered) == ["our-backups"]


def test_one_worker_is_enough_for_a_disk_of_one_node(render: Render) -> None:
    one = {"backup": {"enabled": True, "accessMode": "ReadWriteOnce"}, "worker": {"replicas": 1}}

    assert claims(render(changed(values_of("minimal"), one))) == ["portal-skarbnik-backups"]
