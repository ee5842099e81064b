"""The ways in: all gminas by one wildcard, the console, and domains that gminas bring themselves."""

from __future__ import annotations

import pytest

from tenants.directory.addresses import FILE_PATH
from tests.helm.rendering import Render, Rendered, changed, values_of


def hosts(rendered: Rendered, suffix: str) -> list[str]:
    return [rule["host"] for rule in rendered.one("Ingress", suffix)["spec"]["rules"]]


def certificates(rendered: Rendered) -> dict[str, str]:
    entries = [entry for ingress in rendered.all("Ingress") for entry in ingress["spec"].get("tls", [])]
    return {host: entry["secretName"] for entry in entries for host in entry["hosts"]}


@pytest.mark.covers("S62")
def test_every_gmina_is_reached_by_the_wildcard_without_a_change_of_the_chart(minimal: Rendered) -> None:
    ingress = minimal.one("Ingress", "portal-skarbnik")

    assert hosts(minimal, "portal-skarbnik") == ["*.skarbnik.example.pl"]
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/", "Prefix")
    assert path["backend"]["service"] == {"name": "portal-skarbnik-web", "port": {"name": "http"}}
    assert certificates(minimal)["*.skarbnik.example.pl"] == "portal-skarbnik-wildcard-tls"


def test_every_host_has_a_certificate(render: Render) -> None:
    for name in ("minimal", "everything", "own-domains"):
        rendered = render(values_of(name))
        named = [rule["host"] for ingress in rendered.all("Ingress") for rule in ingress["spec"]["rules"]]
        assert set(named) == set(certificates(rendered))


def test_a_gmina_brings_its_own_domain_with_a_certificate_of_its_own(render: Render) -> None:
    rendered = render(values_of("own-domains"))

    assert hosts(rendered, "portal-skarbnik") == [
        "*.skarbnik.example.pl",
        "ekasa.dg.example",
        "podatki.borki.example",
    ]
    assert certificates(rendered)["ekasa.dg.example"] == "portal-skarbnik-ekasa-dg-example-tls"
    assert certificates(rendered)["podatki.borki.example"] == "borki-certificate"


def test_the_console_is_apart_and_can_be_closed_to_the_world(everything: Rendered) -> None:
    portal, console = everything.one("Ingress", "portal-skarbnik"), everything.one("Ingress", "-console")
    fence = "nginx.ingress.kubernetes.io/whitelist-source-range"

    assert hosts(everything, "-console") == ["operator.example.org"]
    assert console["metadata"]["annotations"][fence] == "192.0.2.0/24"
    assert fence not in portal["metadata"]["annotations"]
    assert portal["metadata"]["annotations"].items() <= console["metadata"]["annotations"].items()


@pytest.mark.parametrize(
    ("host", "certificate"),
    [
        ("", "portal-skarbnik-wildcard-tls"),
        ("admin.skarbnik.example.pl", "portal-skarbnik-wildcard-tls"),
        ("a.b.skarbnik.example.pl", "portal-skarbnik-console-tls"),  # a wildcard stands for one label only
        ("skarbnik.example.pl", "portal-skarbnik-console-tls"),
        ("operator.example.org", "portal-skarbnik-console-tls"),
        ("operatorskarbnik.example.pl", "portal-skarbnik-console-tls"),
    ],
)
def test_the_console_uses_the_wildcard_certificate_only_where_it_answers_for_the_host(
    render: Render, host: str, certificate: str
) -> None:
    rendered = render(changed(values_of("minimal"), {"consoleHost": host}))

    assert certificates(rendered)[host or "console.skarbnik.example.pl"] == certificate


def test_annotations_of_the_console_do_not_leak_into_the_next_rendering(render: Render) -> None:
    render(values_of("everything"))
    rendered = render(values_of("minimal"))

    assert rendered.one("Ingress", "portal-skarbnik")["metadata"]["annotations"] == {
        "nginx.ingress.kubernetes.io/proxy-body-size": "36m"
    }


def test_without_the_ingress_there_is_only_the_service(render: Render) -> None:
    rendered = render(values_of("bare"))

    assert not rendered.all("Ingress")
    assert rendered.one("Service", "-web")["spec"]["type"] == "ClusterIP"


@pytest.mark.covers("D6")
def test_the_proof_of_an_own_domain_is_reached_without_a_certificate(render: Render) -> None:
    rendered = render(values_of("own-domains"))
    proof = rendered.one("Ingress", "-proof")

    assert hosts(rendered, "-proof") == ["ekasa.dg.example", "podatki.borki.example"]
    paths = {
        (path["path"], path["pathType"]) for rule in proof["spec"]["rules"] for path in rule["http"]["paths"]
    }
    assert paths == {(FILE_PATH, "Exact")}
    assert proof["metadata"]["annotations"]["nginx.ingress.kubernetes.io/ssl-redirect"] == "false"
    assert "tls" not in proof["spec"]


def test_without_own_domains_nothing_is_served_by_plain_http(minimal: Rendered) -> None:
    assert {found["metadata"]["name"] for found in minimal.all("Ingress")} == {
        "portal-skarbnik",
        "portal-skarbnik-console",
    }


def test_the_status_page_is_open_where_the_console_is_closed(everything: Rendered, render: Render) -> None:
    status = everything.one("Ingress", "-status")

    assert hosts(everything, "-status") == ["operator.example.org"]
    (rule,) = status["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/stan/", "/static/"]
    assert "nginx.ingress.kubernetes.io/whitelist-source-range" not in status["metadata"]["annotations"]
    closed = render(changed(values_of("everything"), {"ingress": {"console": {"publicStatus": False}}}))
    assert not [one for one in closed.all("Ingress") if one["metadata"]["name"].endswith("-status")]
