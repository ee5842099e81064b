"""Planting: each way by which words about people come into a gmina, with words that can be told from all others."""

import re
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
from django.utils import timezone

from integrations.emulators.operators.control_client import Control
from kernel import tenancy
from portal.embedded.children import ChildEnded
from portal.embedded.stack import Stack
from tests.fixtures.canaries import Cage
from tests.fixtures.cast import PASSWORD
from tests.fixtures.committed import Gmina

REGISTERED, PAYERS = 30, 260
PATIENCE = 90.0
HEADER = (
    "external_id;payer_external_id;payer_kind;payer_name;payer_identifier;payer_address;"
    "liability_type;title;year;due_on;principal"
)


class Planting:
    """One day of Borki."""

    def __init__(self, stack: Stack, cage: Cage, scope: tenancy.Scope, url: str) -> None:
        self.stack, self.cage, self.scope, self.url = stack, cage, scope, url

    def everything(self) -> None:
        """All of it, in order."""
        self.dues()
        self.registrations()
        self.money()
        self.requests()
        self.api()
        self.failures()

    def browser(self, number: int = 0) -> httpx.Client:
        """Somebody's browser, from an address of its own."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.stack.ports.web}",
            trust_env=False,
            timeout=30,
            follow_redirects=False,
            headers={
                "Host": self.stack.portal("borki").removeprefix("http://"),
                "X-Forwarded-For": f"203.0.113.{number % 200 + 1}",
            },
        )

    def post(
        self,
        http: httpx.Client,
        path: str,
        files: dict[str, tuple[str, bytes, str]] | None = None,
        **values: str,
    ) -> httpx.Response:
        """Send a form as its page would."""
        page = http.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        assert token, (path, page.status_code)
        return http.post(
            path,
            data={**hidden, **values, "csrfmiddlewaretoken": token[1]},
            files=files,
        )

    def dues(self) -> None:
        """A file of the finance system, with rejected lines in it."""
        lines = [HEADER]
        for number in range(PAYERS):
            who, where, title = (self.cage.name(part) for part in ("ński", "owa", "ów"))
            identifier = self.cage.pesel() if number % 20 else "12345678901"
            lines.append(
                f"N-{number};P-{number};person;Jan {who};{identifier};ul. {where} {number}, 21-345 Borki;property_tax;"
                f"Podatek od nieruchomości, {title};2026;2026-09-15;{number + 100}"
            )
        file = self.stack.home / "import.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        with suppress(ChildEnded):  # rejected lines end the command with status 1
            self.stack.manage("import_dues", "borki", str(file))
        file.unlink()

    def registrations(self) -> None:
        """People who register by the form, some of them with mistakes."""
        for number in range(REGISTERED):
            with self.browser(number) as http:
                first, last, street = (self.cage.name(part) for part in ("sława", "ska", "owa"))
                mail = self.cage.name("a").casefold()
                values = {
                    "first_name": first,
                    "last_name": last,
                    "pesel": self.cage.pesel(),
                    "address": f"ul. {street} 1, 21-345 Borki",
                    "email": f"{mail}@mieszkaniec.example",
                    "phone": self.cage.phone(),
                    "password": "cztery zwykle slowa razem",
                    "password_again": "cztery zwykle slowa razem" if number % 10 else "inne",
                    "accepts_regulation": "on",
                }
                answer = self.post(http, "/rejestracja/", **values)
                assert answer.status_code in (200, 302, 422), answer.status_code
                self.post(http, "/logowanie/", email=values["email"], password=values["pesel"])

    def money(self) -> None:
        """A payment at the operator's emulator for a due with a canary in its title, and what the desk writes about it."""
        from services.accounts.models import Payer
        from services.payments.actions import refresh_payment
        from tests.factories.liabilities import LiabilityFactory
        from tests.factories.ordering import started

        control = Control(self.stack.emulator_urls["przelewy24"])
        with tenancy.enter(self.scope):
            anna = Gmina(self.scope, None).person("anna")  # type: ignore[arg-type]
            payer = Payer.objects.get(external_id="K-anna")
            payer.name = f"Anna {self.cage.name('ska')}"
            payer.save()
            for number in range(3):
                due = LiabilityFactory(
                    external_id=f"KAN-{number}", payer=payer, title=f"Dom {self.cage.name('owa')}"
                )
                payment = started(anna, due)
                control.pay(payment.reference)
                refresh_payment(payment.public_id)
        control.close()

    def requests(self) -> None:
        """What a resident and the office write: requests, answers, disclosures, breaches, a copy of all data."""
        with self.browser(190) as http:
            self.post(http, "/logowanie/", email="anna@mieszkaniec.example", password=PASSWORD)
            answer = self.post(
                http,
                "/konto/moje-dane/",
                kind="rectification",
                text=f"Moje nazwisko to {self.cage.name('ska')}.",
            )
            assert answer.status_code == 302
            assert http.get("/konto/moje-dane/kopia.json").status_code == 200
            assert http.get("/naleznosci/").status_code == 200
        from services.privacy.actions import record_breach
        from services.privacy.actions.registers import NewDisclosure, record_disclosure

        with tenancy.enter(self.scope):
            filip = Gmina(self.scope, None).person("filip").actor  # type: ignore[arg-type]
            record_disclosure(
                NewDisclosure(
                    "", self.cage.name("sąd"), self.cage.name("dane"), "art. 299", "", timezone.localdate()
                ),
                actor=filip,
            )
            record_breach(
                noticed_at=timezone.now(),
                description=f"List {self.cage.name('skiej')}",
                people=1,
                actor=filip,
            )

    def api(self) -> None:
        """A finance system without the right token, and with a body that is refused."""
        with self.browser(191) as http:
            for path in ("liabilities", "payers"):
                http.put(
                    f"/api/v1/{path}/N-1/",
                    headers={"Authorization": f"Bearer {self.cage.name('token')}"},
                    json={"title": self.cage.name("ów"), "payer": {"identifier": self.cage.pesel()}},
                )

    def failures(self) -> None:
        """The program breaks in the middle of an act: the table of letters is away while somebody registers."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            table = f"{self.scope.schema_name}.notices_message"
            connection.execute(f"ALTER TABLE {table} RENAME TO notices_away")
            try:
                with self.browser(192) as http:
                    answer = self.post(
                        http,
                        "/rejestracja/",
                        first_name=self.cage.name("sława"),
                        last_name=self.cage.name("ska"),
                        pesel=self.cage.pesel(),
                        address=f"ul. {self.cage.name('owa')} 1",
                        email=f"{self.cage.name('a').casefold()}@mieszkaniec.example",
                        phone=self.cage.phone(),
                        password="cztery zwykle slowa razem",
                        password_again="cztery zwykle slowa razem",
                        accepts_regulation="on",
                    )
                    assert answer.status_code == 500, answer.status_code
            finally:
                connection.execute(
                    f"ALTER TABLE {self.scope.schema_name}.notices_away RENAME TO notices_message"
                )

    def letters_have_left(self) -> None:
        """The worker hands everything over to the real mail server."""
        from services.notices.models import Message

        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with tenancy.enter(self.scope):
                if not Message.objects.filter(state="waiting").exists():
                    return
            time.sleep(0.5)
        raise AssertionError("letters do not leave")


def files_under(folder: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
