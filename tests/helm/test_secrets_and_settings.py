"""Secrets come by reference and as files; plain settings come from values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helm.rendering import Render, Rendered, changed, values_of

ALWAYS = {"SECRET_KEY", "MASTER_KEY", "PLATFORM_KEYS", "DATABASE_URL", "BROKER_URL", "EMAIL_URL"}
APPLICATION = ("web", "worker", "beat", "migrate")


def environment(pod: dict[str, Any]) -> dict[str, str]:
    (container,) = pod["spec"]["containers"]
    return {entry["name"]: entry["value"] for entry in container["env"]}


def secret_keys(pod: dict[str, Any]) -> dict[str, str]:
    """File name -> key of the Secret, for the application's Secret."""
    (secret,) = [volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume]
    assert secret["secretName"] == "skarbnik"
    return {item["path"]: item["key"] for item in secret["items"]}


def test_the_chart_makes_no_secret(every: Rendered) -> None:
    assert not every.all("Secret")


@pytest.mark.parametrize("component", APPLICATION)
def test_each_secret_is_a_file_that_a_variable_points_to(minimal: Rendered, component: str) -> None:
    pod = minimal.pods()[component]
    variables = environment(pod)

    assert secret_keys(pod).keys() >= ALWAYS
    for name, key in secret_keys(pod).items():
        assert key == name
        assert variables[f"{name}_FILE"] == f"/run/secrets/skarbnik/{name}"
        assert name not in variables
    files = {name.removesuffix("_FILE") for name in variables if name.endswith("_FILE")}
    assert files == secret_keys(pod).keys()


def test_secret_files_are_read_by_their_group_only(every: Rendered) -> None:
    for pod in every.pods().values():
        for volume in pod["spec"]["volumes"]:
            if "secret" in volume:
                assert volume["secret"]["defaultMode"] == 0o440
                assert (
                    pod["spec"]["securityContext"]["fsGroup"] == pod["spec"]["securityContext"]["runAsGroup"]
                )
                (mount,) = [
                    m for m in pod["spec"]["containers"][0]["volumeMounts"] if m["name"] == volume["name"]
                ]
                assert mount["readOnly"] is True


def test_no_variable_is_taken_from_a_secret(every: Rendered) -> None:
    assert "secretKeyRef" not in json.dumps(every.objects)
    assert "secretRef" not in json.dumps(every.objects)


def test_beat_may_not_provision_and_everybody_else_may(minimal: Rendered) -> None:
    can = {name for name, pod in minimal.pods().items() if "PROVISIONING_DATABASE_URL" in secret_keys(pod)}

    assert can == {"web", "worker", "migrate"}


def test_sentry_is_read_only_when_it_is_turned_on(minimal: Rendered, everything: Rendered) -> None:
    for component in APPLICATION:
        assert "SENTRY_DSN_FILE" not in environment(minimal.pods()[component])
        assert "SENTRY_DSN" in secret_keys(everything.pods()[component])


@pytest.mark.parametrize("component", APPLICATION)
def test_no_folder_can_hide_the_standard_library(minimal: Rendered, component: str) -> None:
    assert environment(minimal.pods()[component])["PYTHONSAFEPATH"] == "1"


def test_plain_settings_of_the_least_installation(minimal: Rendered) -> None:
    assert minimal.one("ConfigMap", "-settings")["data"] == {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SKARBNIK_DOMAIN": "skarbnik.example.pl",
        "CONSOLE_HOST": "console.skarbnik.example.pl",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "LOG_LEVEL": "INFO",
        "METRICS_FOLDER": "/tmp/metrics",  # noqa: S108 -- the pod has it for itself
        "NIGHTLY_HOUR": "1",
    }


def test_plain_settings_of_the_fullest_installation(everything: Rendered) -> None:
    assert everything.one("ConfigMap", "-settings")["data"] == {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SKARBNIK_DOMAIN": "skarbnik.example.pl",
        "CONSOLE_HOST": "operator.example.org",
        "TRUSTED_PROXIES": "10.42.0.0/16,2001:db8::/32",
        "LOG_LEVEL": "WARNING",
        "METRICS_FOLDER": "/tmp/metrics",  # noqa: S108 -- the pod has it for itself
        "METRICS_NETWORKS": "10.43.7.0/24",
        "DNS_SERVERS": "9.9.9.9,2620:fe::fe",
        "NIGHTLY_HOUR": "2",
        "BACKUP_DIR": "/backups",
        "BACKUP_KEEP": "30",
        "DEFAULT_FROM_EMAIL": "Portal podatkowy <portal@example.pl>",
        "CONN_MAX_AGE": "600",
    }


@pytest.mark.covers("S38")
def test_one_image_serves_every_part_and_all_that_differs_comes_from_outside(render: Render) -> None:
    here = render(values_of("minimal"))
    there = render(
        changed(values_of("minimal"), {"domain": "podatki.example.com", "existingSecret": "elsewhere"})
    )

    images = {pod["spec"]["containers"][0]["image"] for one in (here, there) for pod in one.pods().values()}
    assert images == {"skarbnik:0.1.0"}
    assert there.one("ConfigMap", "-settings")["data"]["SKARBNIK_DOMAIN"] == "podatki.example.com"
    assert "skarbnik.example.pl" not in json.dumps(there.objects)


def test_a_changed_setting_restarts_the_pods_and_an_unchanged_one_does_not(render: Render) -> None:
    def checksums(changes: dict[str, Any]) -> dict[str, str]:
        pods = render(changed(values_of("minimal"), changes)).pods()
        return {name: pod["metadata"]["annotations"]["checksum/settings"] for name, pod in pods.items()}

    before, same, after = checksums({}), checksums({}), checksums({"settings": {"logLevel": "DEBUG"}})
    assert before == same
    assert all(before[name] != after[name] for name in before)


def test_the_migration_job_gets_the_very_settings_of_the_others(everything: Rendered) -> None:
    settings = everything.one("ConfigMap", "-settings")["data"]

    assert settings.items() <= environment(everything.pods()["migrate"]).items()


def test_further_clusters_reach_every_component_when_they_are_asked_for(
    minimal: Rendered, everything: Rendered
) -> None:
    for component in APPLICATION:
        assert "DATABASE_CLUSTERS" not in secret_keys(minimal.pods()[component])
        assert secret_keys(everything.pods()[component])["DATABASE_CLUSTERS"] == "DATABASE_CLUSTERS"
