"""Our own CPU time of a login through the national node, beside one bare Django password login with our Argon2id.

LOGINS=200 of each, by turns, in one process; the medians are compared. Ours is everything that our code does for a login:
the signed request, the signed ArtifactResolve, the call itself, both signatures, the decryption and the twelve steps. The
stand-in node is a process of its own, so its work is not counted, and nor is waiting for it. The password login is Django's
own view with its session in an SQLite in memory, through the test client. Rows of our account side are in neither.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from lxml import html

from benchmarks.harness import finish, say
from integrations.emulators.login_gov.keys import Authority
from integrations.emulators.serving import InProcess
from integrations.identity import registry
from integrations.identity.login_gov import login, receiving
from integrations.identity.login_gov.metadata import metadata
from integrations.identity.login_gov.provider import KeyPair, Node, ServiceProvider
from integrations.identity.login_gov.receiving import Attempt

GOAL = 1.0
LOGINS = int(os.environ.get("LOGINS", "200"))
PASSWORD = "Zupełnie-zwykłe-hasło-1875"  # noqa: S105


class Memory:
    """Remembers nothing: the row of the account side is in neither side of the measurement."""

    def first_time(self, issuer: str, message_id: str, until: datetime) -> bool:
        """Always."""
        return True


def cpu_ms(work: Callable[[], object]) -> float:
    """Milliseconds of processor time that this process spent on it."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def self_signed() -> KeyPair:
    """A key pair as a gmina has it."""
    keys = Authority().issue("pomiar")
    return KeyPair.load(keys.private_pem, keys.certificate_pem)


def through_the_node(node: Node, provider: ServiceProvider, web: httpx.Client) -> float:
    """CPU time of our part of one login, in milliseconds; what the browser does in between is not measured."""
    now = datetime.now(UTC)
    begin = time.process_time()
    begun = login.start(node, provider, now=now)
    ours = time.process_time() - begin
    choice = html.fromstring(web.post(begun.url, data=dict(begun.fields)).content).forms[0]
    chosen = {"login": choice.fields["login"], "persona": "anna", "means": "pz.gov.pl", "action": "confirm"}
    back = html.fromstring(web.post(str(httpx.URL(begun.url).join(choice.action)), data=chosen).content)
    fields = dict(back.forms[0].fields)
    begin = time.process_time()
    attempt = Attempt(begun.request_id, begun.relay_state, provider.entity_id, now)
    found = receiving.finish(
        node, provider, attempt, login.take_delivery(fields), seen=Memory(), now=datetime.now(UTC)
    )
    ours += time.process_time() - begin
    assert found.pesel
    return ours * 1000


def password_login() -> Callable[[], object]:
    """One login with Django's own view."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare.login_settings"
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    User.objects.create_user("anna", password=PASSWORD)

    def log_in() -> None:
        answer = Client().post("/zaloguj/", {"username": "anna", "password": PASSWORD})
        assert answer.status_code == 302

    return log_in


def main() -> None:
    """Measure and print."""
    with_password = password_login()
    process = InProcess("integrations.emulators.login_gov", ["--port", "0"])
    try:
        url = process.ready.removeprefix("login_gov ready ")
        with httpx.Client(timeout=15, trust_env=False) as web:
            node = registry.NODES[registry.STAND_IN].node(
                web.get(f"{url}/certyfikat.pem").content, base_url=url
            )
            keys = self_signed()
            provider = ServiceProvider(
                "pomiar", "Pomiar", "http://pomiar.localhost:8000/wk/", signing=keys, decryption=(keys,)
            )
            application = {"metadata": metadata(provider).decode(), "provider_name": provider.provider_name}
            assert web.post(f"{url}/__emu__/providers", json=application).status_code == 201
            for _ in range(3):  # caches are warm, as in a server that runs
                through_the_node(node, provider, web)
                with_password()
            pairs = [(through_the_node(node, provider, web), cpu_ms(with_password)) for _ in range(LOGINS)]
    finally:
        process.stop()
    node_ms, password_ms = (statistics.median(side) for side in zip(*pairs, strict=True))
    say(f"through the node {node_ms:.1f} ms, with a password {password_ms:.1f} ms of CPU time")
    finish(
        "login_gov",
        ratio=node_ms / password_ms,
        goal=GOAL,
        logins=LOGINS,
        node_cpu_ms=round(node_ms, 2),
        password_cpu_ms=round(password_ms, 2),
    )


if __name__ == "__main__":
    main()
