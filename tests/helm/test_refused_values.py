"""Mistakes in values are named, and nothing at all is rendered."""

from __future__ import annotations

from typing import Any

import helm_python
import pytest

from tests.helm.rendering import CHART, changed, values_of

SHAPE: list[tuple[str, dict[str, Any], str]] = [
    ("beat twice", {"beat": {"replicas": 2}}, "at '/beat/replicas': value must be 1"),
    ("no beat", {"beat": {"replicas": 0}}, "at '/beat/replicas': value must be 1"),
    ("domain with a scheme", {"domain": "https://example.pl"}, "at '/domain'"),
    ("domain with a wildcard", {"domain": "*.example.pl"}, "at '/domain'"),
    ("domain in capitals", {"domain": "Example.pl"}, "at '/domain'"),
    ("domain of one label", {"domain": "localhost"}, "at '/domain'"),
    ("empty domain", {"domain": ""}, "at '/domain'"),
    ("empty secret", {"existingSecret": ""}, "at '/existingSecret'"),
    ("misspelt value", {"replicaCount": 3}, "additional properties 'replicaCount' not allowed"),
    ("misspelt value within", {"web": {"replica": 3}}, "additional properties 'replica' not allowed"),
    ("secret as a value", {"secrets": {"SECRET_KEY": "x"}}, "additional properties 'SECRET_KEY' not allowed"),
    ("no web pods", {"web": {"replicas": 0}}, "at '/web/replicas'"),
    ("words for a number", {"web": {"replicas": "two"}}, "at '/web/replicas'"),
    ("too little time to stop", {"web": {"terminationGracePeriodSeconds": 10}}, "minimum: got 10, want 55"),
    ("no memory limit", {"web": {"resources": {"limits": {"memory": None}}}}, "missing property 'memory'"),
    ("own domain with a path", {"ownDomains": [{"host": "a.pl/x"}]}, "at '/ownDomains/0/host'"),
    ("own domain without a host", {"ownDomains": [{"tlsSecretName": "x"}]}, "missing property 'host'"),
    ("proxies by name", {"settings": {"trustedProxies": ["ingress"]}}, "at '/settings/trustedProxies/0'"),
    ("unknown log level", {"settings": {"logLevel": "LOUD"}}, "at '/settings/logLevel'"),
    ("header in the sender", {"settings": {"defaultFromEmail": "a@b.pl\nBcc: c@d.pl"}}, "defaultFromEmail'"),
    (
        "setting in small letters",
        {"settings": {"extra": {"log_level": "x"}}},
        "'log_level' does not match pattern",
    ),
    ("digest that is none", {"image": {"digest": "sha256:abc"}}, "at '/image/digest'"),
    ("nobody may come in", {"networkPolicy": {"ingressFrom": []}}, "at '/networkPolicy/ingressFrom'"),
    ("anybody may come in", {"networkPolicy": {"ingressFrom": [{}]}}, "at '/networkPolicy/ingressFrom/0'"),
    (
        "pooler without anything",
        {"pooler": {"enabled": True}},
        "missing properties 'image', 'existingSecret'",
    ),
    ("pooler as root", {"pooler": {"runAsUser": 0}}, "at '/pooler/runAsUser'"),
    ("pooler without TLS", {"pooler": {"serverTls": "disable"}}, "at '/pooler/serverTls'"),
]
POOLER = {"enabled": True, "existingSecret": "p", "database": {"host": "db"}}
SENSE: list[tuple[str, dict[str, Any], str]] = [
    (
        "no trusted proxy",
        {"settings": {"trustedProxies": []}},
        "settings.trustedProxies is empty: the ingress ends TLS",
    ),
    (
        "own domain under the domain",
        {"ownDomains": [{"host": "borki.skarbnik.example.pl"}]},
        "borki.skarbnik.example.pl belongs to domain skarbnik.example.pl already",
    ),
    (
        "own domain that is the domain",
        {"ownDomains": [{"host": "skarbnik.example.pl"}]},
        "skarbnik.example.pl belongs to domain skarbnik.example.pl already",
    ),
    (
        "own domain twice",
        {"ownDomains": [{"host": "a.example"}, {"host": "a.example", "tlsSecretName": "b"}]},
        "a.example is listed twice",
    ),
    (
        "own domain that is the console",
        {"consoleHost": "a.example", "ownDomains": [{"host": "a.example"}]},
        "a.example is listed twice or is the console's host",
    ),
    (
        "fewer at most than at least",
        {"worker": {"autoscaling": {"enabled": True, "minReplicas": 9, "maxReplicas": 3}}},
        "worker.autoscaling: maxReplicas 3 is below minReplicas 9",
    ),
    ("image that is latest", {"image": {"tag": "latest"}}, "image.tag must name a version"),
    (
        "pooler image without a version",
        {"pooler": {**POOLER, "image": {"repository": "p"}}},
        "needs a tag or a digest",
    ),
    (
        "pooler image that is latest",
        {"pooler": {**POOLER, "image": {"repository": "p", "tag": "latest"}}},
        "pooler.image.tag must name a version",
    ),
    (
        "disk of one node for several workers",
        {"backup": {"enabled": True, "accessMode": "ReadWriteOnce"}},
        "backup.accessMode ReadWriteOnce is for a single worker",
    ),
    (
        "monitor without its token",
        {"serviceMonitor": {"enabled": True}},
        "serviceMonitor needs secrets.metricsToken",
    ),
    (
        "setting that has a value of its own",
        {"settings": {"extra": {"BACKUP_DIR": "/elsewhere"}}},
        "settings.extra: BACKUP_DIR has a value of its own in this chart",
    ),
    (
        "secret among the settings",
        {"settings": {"extra": {"API_TOKEN": "x"}}},
        "settings.extra: API_TOKEN looks like a secret",
    ),
    (
        "address with a password among the settings",
        {"settings": {"extra": {"CACHE": "redis://user:word@cache:6379"}}},
        "settings.extra: CACHE looks like a secret",
    ),
    (
        "a setting of the chart itself",
        {"settings": {"extra": {"DJANGO_SETTINGS_MODULE": "portal.settings.local"}}},
        "settings.extra: DJANGO_SETTINGS_MODULE has a value of its own",
    ),
]


@pytest.mark.parametrize(
    ("changes", "message"), [case[1:] for case in SHAPE], ids=[case[0] for case in SHAPE]
)
def test_a_value_of_the_wrong_shape_is_refused_by_the_schema(
    chart: helm_python.Chart, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(helm_python.HelmValuesError) as refusal:
        chart.render(changed(values_of("minimal"), changes), name="portal")

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "message"), [case[1:] for case in SENSE], ids=[case[0] for case in SENSE]
)
def test_values_at_odds_are_refused_with_a_sentence(
    chart: helm_python.Chart, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(helm_python.HelmRenderError) as refusal:
        chart.render(changed(values_of("minimal"), changes), name="portal")

    assert message in str(refusal.value)


@pytest.mark.parametrize("missing", ["domain", "existingSecret"])
def test_what_has_no_default_must_be_given(chart: helm_python.Chart, missing: str) -> None:
    values = values_of("minimal")
    del values[missing]

    with pytest.raises(helm_python.HelmValuesError, match=f"missing property '{missing}'"):
        chart.render(values, name="portal")


def test_the_defaults_alone_install_nothing(chart: helm_python.Chart) -> None:
    with pytest.raises(helm_python.HelmValuesError, match="missing properties 'domain', 'existingSecret'"):
        chart.render({}, name="portal")


def test_the_linter_names_a_wrong_shape_too() -> None:
    report = helm_python.lint(CHART, changed(values_of("minimal"), {"beat": {"replicas": 2}}))

    assert "at '/beat/replicas': value must be 1" in " ".join(report["errors"])


def test_every_default_value_is_known_to_the_schema(chart: helm_python.Chart) -> None:
    assert chart.values.keys() <= chart.schema["properties"].keys()
    assert chart.schema["additionalProperties"] is False
