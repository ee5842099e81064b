"""PgBouncer is off; when it is on, it shares connections by transaction (tests/isolation shows that nothing mixes)."""

from __future__ import annotations

import configparser
from typing import Any

import pytest

from tests.helm.rendering import Render, Rendered, changed, values_of


def settings(rendered: Rendered) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(comment_prefixes=(";",), delimiters=("=",))
    parser.read_string(rendered.one("ConfigMap", "-pooler")["data"]["pgbouncer.ini"])
    return parser


def database_key(pod: dict[str, Any]) -> str:
    """Key of the Secret that a pod reads its DATABASE_URL from."""
    (secret,) = [volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume]
    (item,) = [item for item in secret["items"] if item["path"] == "DATABASE_URL"]
    return item["key"]


def test_it_is_off_unless_asked_for(minimal: Rendered) -> None:
    assert "pooler" not in minimal.pods()
    assert {database_key(pod) for pod in minimal.pods().values()} == {"DATABASE_URL"}


def test_it_pools_by_transaction(everything: Rendered) -> None:
    assert settings(everything)["pgbouncer"]["pool_mode"] == "transaction"


def test_what_hears_of_changed_gminas_goes_past_it(everything: Rendered, minimal: Rendered) -> None:
    for name in ("web", "worker"):
        pod = everything.pods()[name]
        (secret,) = [volume["secret"] for volume in pod["spec"]["volumes"] if "secret" in volume]
        keys = {item["path"]: item["key"] for item in secret["items"]}
        environment = {one["name"]: one["value"] for one in pod["spec"]["containers"][0]["env"]}
        path = environment["DIRECTORY_DATABASE_URL_FILE"].rpartition("/")[2]
        assert (keys[path], keys["DATABASE_URL"]) == ("DATABASE_URL", "POOLED_DATABASE_URL")
    assert "DIRECTORY_DATABASE_URL" not in str(minimal.pods())


def test_it_asks_for_a_password_and_checks_the_certificate_of_the_database(everything: Rendered) -> None:
    pooler = settings(everything)["pgbouncer"]
    (secret,) = [v["secret"] for v in everything.pods()["pooler"]["spec"]["volumes"] if "secret" in v]
    files = {f"/run/secrets/pgbouncer/{item['path']}" for item in secret["items"]}

    assert pooler["auth_type"] == "scram-sha-256"
    assert pooler["server_tls_sslmode"] == "verify-full"
    assert {pooler["auth_file"], pooler["server_tls_ca_file"]} == files
    assert secret["secretName"] == "skarbnik-pooler"


def test_without_a_certificate_to_check_no_file_of_it_is_needed(render: Render) -> None:
    rendered = render(changed(values_of("everything"), {"pooler": {"serverTls": "require"}}))
    (secret,) = [v["secret"] for v in rendered.pods()["pooler"]["spec"]["volumes"] if "secret" in v]

    assert [item["path"] for item in secret["items"]] == ["userlist.txt"]
    assert "server_tls_ca_file" not in settings(rendered)["pgbouncer"]


def test_web_and_worker_go_through_it_and_migrations_do_not(everything: Rendered) -> None:
    pods = everything.pods()

    assert {name: database_key(pods[name]) for name in ("web", "worker", "beat", "migrate")} == {
        "web": "POOLED_DATABASE_URL",
        "worker": "POOLED_DATABASE_URL",
        "beat": "DATABASE_URL",
        "migrate": "DATABASE_URL",
    }


def test_only_web_and_worker_may_reach_it(everything: Rendered) -> None:
    (rule,) = everything.one("NetworkPolicy", "-pooler")["spec"]["ingress"]
    (peer,) = rule["from"]

    assert peer["podSelector"]["matchExpressions"] == [
        {"key": "app.kubernetes.io/component", "operator": "In", "values": ["web", "worker"]}
    ]
    assert rule["ports"] == [{"port": 6432, "protocol": "TCP"}]


def test_a_changed_setting_restarts_it(render: Render) -> None:
    def checksum(changes: dict[str, Any]) -> str:
        pod = render(changed(values_of("everything"), changes)).pods()["pooler"]
        return pod["metadata"]["annotations"]["checksum/settings"]

    assert checksum({}) == checksum({"settings": {"logLevel": "DEBUG"}})
    assert checksum({}) != checksum({"pooler": {"defaultPoolSize": 41}})


@pytest.mark.parametrize("mode", ["session", "statement"])
def test_another_way_of_pooling_cannot_even_be_asked_for(render: Render, mode: str) -> None:
    with pytest.raises(Exception, match="additional properties 'poolMode' not allowed"):
        render(changed(values_of("everything"), {"pooler": {"poolMode": mode}}))
