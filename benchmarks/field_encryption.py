"""The resident's page of dues with every personal column encrypted, beside the same page over readable columns.

Two residents of one gmina have the same dues. The rows of the one are encrypted as always. Those of the other were written
while the fields passed every text on as it is, and are read so too: that is the program without field encryption. Both pages
are drawn by the whole program (middleware, queries, template) in turns, and must look the same but for the names. `ratio` is
the processor time of the encrypted page divided by that of the readable one, medians over interleaved rounds; the
processor of PostgreSQL is not in it, which would only bring both nearer to each other.

DUES=100 a person, ROUNDS=60.
"""

import gc
import os
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import Any

from benchmarks.harness import finish, gmina, say
from benchmarks.statement import load

DUES = int(os.environ.get("DUES", "100"))
ROUNDS = int(os.environ.get("ROUNDS", "60"))
GOAL = 1.10
PLAIN, SEALED = "PLAIN", "SEALED"


@contextmanager
def readable_columns() -> Iterator[None]:
    """Fields write and read texts as they are: what the program would do without field encryption."""
    from kernel.fields import Ciphertext, EncryptedTextField

    def pre_save(self: Any, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        return (
            value
            if value is None or isinstance(value, Ciphertext)
            else Ciphertext(self.to_text(value).encode())
        )

    def open_text(self: Any, sealed: bytes, context: str) -> str:
        return sealed.decode()

    kept = EncryptedTextField.pre_save, EncryptedTextField.open_text
    EncryptedTextField.pre_save, EncryptedTextField.open_text = pre_save, open_text  # type: ignore[method-assign]
    try:
        yield
    finally:
        EncryptedTextField.pre_save, EncryptedTextField.open_text = kept  # type: ignore[method-assign]


def resident(name: str, scope: Any) -> Any:
    """A browser of a resident who acts for the payer of that name."""
    from django.test import Client
    from django.utils import timezone

    from services.accounts.models import Payer, RegulationAcceptance, Representation, Resident
    from services.users.entrance import ENTERED_KEY, Method
    from services.users.models import User
    from tenants.configuration.queries import current_regulation

    now = timezone.now()
    user = User.objects.create_user(
        email=f"{name.lower()}@x.example", kind="resident", full_name="Jan Próbny"
    )
    user.email_confirmed_at = now
    user.save()
    row = Resident.objects.create(
        user=user, state="active", first_name="Jan", last_name="Próbny", pesel=name, person_index=name.encode(),
        address="ul. Próbna 1", phone="", submitted_at=now, activated_at=now,
    )  # fmt: skip
    RegulationAcceptance.objects.create(
        user=user, regulation=current_regulation(timezone.localdate()), accepted_at=now
    )
    payer = Payer.objects.get(external_id=name)
    Representation.objects.create(resident=row, payer=payer, is_self=True, valid_from=date(2020, 1, 1))
    browser = Client(headers={"host": scope.host}, SERVER_NAME=scope.host)
    browser.force_login(user, backend="services.users.authentication.EmailBackend")
    session = browser.session
    session[ENTERED_KEY] = {
        "kind": "resident", "method": Method.PASSWORD.value, "at": time.time(), "proven_at": time.time(),
        "device": "", "address": "127.0.0.1",
    }  # fmt: skip
    session.save()
    return browser


def draw(browser: Any) -> bytes:
    """The page, and proof that it is the page."""
    answer = browser.get("/naleznosci/", secure=True)
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
    return bytes(answer.content)


def seconds(browser: Any) -> float:
    """Processor time of one page."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        draw(browser)
        return time.process_time() - start
    finally:
        gc.enable()


def comparable(page: bytes) -> str:
    """The page without ids, tokens and what names the person or the due."""
    text = re.sub(
        r"[0-9a-f]{8}-[0-9a-f-]{27}|nonce=\"[^\"]+\"|value=\"\w{64}\"|PLAIN|SEALED", "", page.decode()
    )
    return re.sub(r"Należność \d+", "", text)


def main() -> None:
    """Measure and print."""
    with gmina() as scope:
        say(f"importing {DUES} dues for each of two people")
        load([(SEALED, DUES)])
        with readable_columns():
            _load_again(PLAIN)
            plain = resident(PLAIN, scope)
        sealed = resident(SEALED, scope)
        modes = {SEALED: (sealed, nullcontext), PLAIN: (plain, readable_columns)}
        sizes = {}
        for name, (browser, mode) in modes.items():
            with mode():
                sizes[name] = len(comparable(draw(browser)))
        assert abs(sizes[SEALED] - sizes[PLAIN]) < sizes[PLAIN] * 0.02, sizes
        say("measuring")
        times: dict[str, list[float]] = {SEALED: [], PLAIN: []}
        for number in range(ROUNDS):
            for name in (SEALED, PLAIN) if number % 2 else (PLAIN, SEALED):
                browser, mode = modes[name]
                with mode():
                    times[name].append(seconds(browser))
    medians = {name: statistics.median(found) for name, found in times.items()}
    finish(
        "field_encryption",
        ratio=medians[SEALED] / medians[PLAIN],
        goal=GOAL,
        dues=DUES,
        encrypted_ms=round(medians[SEALED] * 1000, 2),
        readable_ms=round(medians[PLAIN] * 1000, 2),
        ratio_of_fastest=round(min(times[SEALED]) / min(times[PLAIN]), 3),
    )


def _load_again(payer: str) -> None:
    """The same dues once more under other ids."""
    from benchmarks import statement
    from kernel.actors import system
    from services.liabilities.actions.imports import import_dues

    rows = [{**row, "external_id": f"P{row['external_id']}"} for row in statement.rows(payer, DUES, 0)]
    run = import_dues(rows, source="command", actor=system("benchmark"))
    assert run.created == DUES, run.findings


if __name__ == "__main__":
    main()
