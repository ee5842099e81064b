"""Who may reach the pods, and where the pods may go."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from tests.helm.rendering import Render, Rendered, values_of


def rules_for(rendered: Rendered, port: int) -> list[dict[str, Any]]:
    egress = rendered.one("NetworkPolicy", "portal-skarbnik")["spec"]["egress"]
    return [rule for rule in egress if port in {entry["port"] for entry in rule["ports"]}]


def allows(rule: dict[str, Any], address: str) -> bool:
    """Does a rule let a pod reach an address? A rule without "to" lets it reach any."""
    if "to" not in rule:
        return True
    wanted = ipaddress.ip_address(address)
    return any(
        wanted in ipaddress.ip_network(block["cidr"])
        and not any(wanted in ipaddress.ip_network(excluded) for excluded in block.get("except", []))
        for block in [peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer]
        if ipaddress.ip_network(block["cidr"]).version == wanted.version
    )


def test_nobody_reaches_any_pod_unless_another_policy_says_so(minimal: Rendered) -> None:
    spec = minimal.one("NetworkPolicy", "portal-skarbnik")["spec"]

    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == []
    for pod in minimal.pods().values():
        assert spec["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def test_web_is_reached_by_the_ingress_controller_on_its_port_and_by_nobody_else(minimal: Rendered) -> None:
    (rule,) = minimal.one("NetworkPolicy", "-web")["spec"]["ingress"]

    assert rule["ports"] == [{"port": "http", "protocol": "TCP"}]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    ]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.20.1.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "fd00::1", "fe80::1"],
)
def test_https_goes_to_no_private_address_and_no_metadata_service(minimal: Rendered, address: str) -> None:
    (rule,) = rules_for(minimal, 443)

    assert not allows(rule, address)


@pytest.mark.parametrize("address", ["185.11.131.1", "8.8.8.8", "2a00:1450::1"])
def test_https_goes_to_the_public_internet(minimal: Rendered, address: str) -> None:
    (rule,) = rules_for(minimal, 443)

    assert allows(rule, address)


def test_the_database_can_be_narrowed_to_its_address(everything: Rendered) -> None:
    (rule,) = rules_for(everything, 5432)

    assert allows(rule, "10.9.0.7")
    assert not allows(rule, "10.8.0.7")


def web_rules_for(rendered: Rendered, port: int) -> list[dict[str, Any]]:
    egress = rendered.one("NetworkPolicy", "-web")["spec"]["egress"]
    return [rule for rule in egress if port in {entry["port"] for entry in rule["ports"]}]


@pytest.mark.covers("D6")
def test_web_asks_own_domains_for_their_proof_and_asks_no_private_address(minimal: Rendered) -> None:
    (rule,) = web_rules_for(minimal, 80)

    assert allows(rule, "185.11.131.1")
    assert allows(rule, "2a00:1450::1")
    for address in ("10.0.0.1", "169.254.169.254", "fd00::1"):
        assert not allows(rule, address)


def test_workers_ask_issuers_of_certificates_by_plain_http_and_no_private_address(minimal: Rendered) -> None:
    """OCSP and CRL are signed themselves; identity.md 2.3 step 7."""
    (rule,) = minimal.one("NetworkPolicy", "-worker")["spec"]["egress"]

    assert [entry["port"] for entry in rule["ports"]] == [80]
    assert allows(rule, "185.11.131.1")
    assert not allows(rule, "10.0.0.1")


def test_prometheus_reaches_web_only_when_it_is_named(minimal: Rendered, everything: Rendered) -> None:
    (plain,) = minimal.one("NetworkPolicy", "-web")["spec"]["ingress"]
    (named,) = everything.one("NetworkPolicy", "-web")["spec"]["ingress"]

    assert len(plain["from"]) == 1
    assert named["from"][1]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "monitoring"
    }


@pytest.mark.parametrize("port", [22, 80, 8000, 9200])
def test_no_other_port_is_open(minimal: Rendered, port: int) -> None:
    assert rules_for(minimal, port) == []


@pytest.mark.parametrize("port", [53, 443, 465, 587, 5432, 6379])
def test_what_the_application_needs_is_open(minimal: Rendered, port: int) -> None:
    assert rules_for(minimal, port)


def test_policies_can_be_left_to_the_cluster(render: Render) -> None:
    assert not render(values_of("bare")).all("NetworkPolicy")
