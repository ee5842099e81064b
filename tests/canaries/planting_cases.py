"""Planting, second half: what people and the office write to each other, files of the bank and of dues, the counter."""

from dataclasses import replace
from io import BytesIO

import httpx
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.documents import Document
from tests.canaries.planting import Planting
from tests.fixtures.cast import PASSWORD
from tests.fixtures.committed import Gmina
from tests.integrations.finance.making import ANNA, MadeStatement, mt940

PAGES = {
    "anna": ("/naleznosci/", "/platnosci/", "/konto/", "/konto/moje-dane/", "/konto/reklamacje/"),
    "daria": (
        "/urzad/",
        "/urzad/reklamacje/",
        "/urzad/wiadomosci/",
        "/urzad/naleznosci/",
        "/urzad/platnosci/",
    ),
}
"""What each of them reads in this process."""


class Cases:
    """The same day of Borki, as far as it is about cases, files and visits."""

    def __init__(self, planting: Planting) -> None:
        self.planting, self.cage, self.scope = planting, planting.cage, planting.scope

    def everything(self) -> None:
        """All of it, in order."""
        with tenancy.enter(self.scope):
            self.due_id = self._due()
            self.accounts = {
                name: Gmina(self.scope, None).person(name)  # type: ignore[arg-type]
                for name in ("anna", "celina", "daria", "edyta")
            }
        with self.planting.browser(193) as http:
            self.planting.post(http, "/logowanie/", email="anna@mieszkaniec.example", password=PASSWORD)
            self.resident_writes(http)
        with tenancy.enter(self.scope):
            self.office_answers()
            self.representation()
            self.bank()
            self.large_file()
            self.counter()
        self.pages()

    def actor(self, name: str) -> Actor:
        """One of the cast."""
        return self.accounts[name].actor

    def document(self) -> bytes:
        """A small PDF that names somebody."""
        return b"%PDF-1.7\n" + f"{self.cage.name('ska')} {self.cage.pesel()}".encode() + b"\n%%EOF\n"

    def _due(self) -> str:
        from services.accounts.models import Payer
        from tests.factories.liabilities import LiabilityFactory

        payer = Payer.objects.get(external_id="K-anna")
        due = LiabilityFactory(external_id="KAN-99", payer=payer, title=f"Garaż {self.cage.name('ów')}")
        return str(due.public_id)

    def resident_writes(self, http: httpx.Client) -> None:
        """A complaint with a document, a report about a due, a question about it: by the pages, so by the web's logs."""
        answer = self.planting.post(
            http,
            "/konto/reklamacje/nowa/inna/",
            files={"document": (f"{self.cage.name('dowód')}.pdf", self.document(), "application/pdf")},
            about="office",
            subject=f"Sprawa {self.cage.name('skiej')}",
            description=f"Zapłaciła {self.cage.name('ska')}, tel. {self.cage.phone()}.",
        )
        assert answer.status_code == 302, answer.text
        due = f"/naleznosci/{self.due_id}"
        answer = self.planting.post(
            http, f"{due}/niezgodnosc/", matter="amount", description=f"Decyzja {self.cage.name('owej')}."
        )
        assert answer.status_code == 302, answer.text
        answer = self.planting.post(
            http, f"{due}/wiadomosci/", body=f"Pyta {self.cage.name('ska')}, {self.cage.pesel()}."
        )
        assert answer.status_code == 302, answer.text

    def office_answers(self) -> None:
        """Answers, a report to the moderator, a hidden text, a saved view, a reveal."""
        from services.accounts.models import Payer
        from services.complaints.actions import answer_report, request_data
        from services.complaints.models import Complaint, DiscrepancyReport
        from services.correspondence.actions import answer_about_due
        from services.correspondence.models import DueMessage, DueThread
        from services.moderation.actions import hide_text, report_text
        from services.moderation.domain import Ground
        from services.safeguards.domain import RevealReason
        from services.safeguards.reveals import reveal
        from services.worklists.actions import save_view

        daria, edyta, now = self.actor("daria"), self.actor("edyta"), timezone.now()
        complaint, report = Complaint.objects.get(), DiscrepancyReport.objects.get()
        request_data(
            complaint_id=complaint.public_id,
            text=f"Proszę o dowód {self.cage.name('skiej')}.",
            version=complaint.version,
            actor=daria,
        )
        answer_report(
            report_id=report.public_id,
            text=f"Tak, {self.cage.name('ska')} ma rację.",
            version=report.version,
            actor=daria,
        )
        thread, question = DueThread.objects.get(), DueMessage.objects.get()
        answer_about_due(
            thread_id=thread.public_id, body=f"Odpowiada {self.cage.name('owa')}.", seen=1, actor=daria
        )
        case = report_text(
            kind="correspondence-duemessage",
            subject_ref=question.public_id,
            field="body",
            ground=Ground.OTHERS_DATA,
            note=f"Chodzi o {self.cage.name('ską')}.",
            actor=daria,
        )
        hide_text(
            case_id=case.public_id,
            ground=Ground.OTHERS_DATA,
            reason=f"Nazwisko {self.cage.name('skiej')}.",
            actor=edyta,
        )
        save_view(
            queue="complaints",
            name=self.cage.name("ów"),
            query="state=open",
            is_shared=False,
            is_default=False,
            now=now,
            actor=daria,
        )
        reveal(
            Payer.objects.get(external_id="K-anna"),
            "identifier",
            reason=RevealReason.CASE,
            note=f"Sprawa {self.cage.name('skiej')}",
            now=now,
            actor=daria,
        )

    def representation(self) -> None:
        """A request to act for a company, with its document."""
        from services.accounts.actions.representing import Represented, request_representation
        from services.accounts.domain.representation import Level, Scope, Title

        asked = Represented(
            name=f"Zakład {self.cage.name('ski')} sp. z o.o.",
            identifier=self.cage.pesel(),
            title=Title.ATTORNEY,
            scope=Scope(Level.PAY, timezone.localdate()),
            note=f"Pełnomocnictwo od {self.cage.name('skiego')}",
        )
        document = Document(f"{self.cage.name('akt')}.pdf", self.document())
        request_representation(asked, document, actor=self.actor("celina"))

    def bank(self) -> None:
        """A statement that is read, a line of it left with a note, and a second one that waits for its confirmation."""
        from services.banking import actions
        from services.banking.models import BankAccount, StatementLine
        from tenants.configuration.models import LiabilityType

        daria = self.actor("daria")
        nrb = LiabilityType.objects.get(code="property_tax").account_nrb
        account = BankAccount.objects.create(label="Podatki", account_nrb=nrb, profile_code="pko_mt940")
        for number, is_read in (("183", True), ("184", False)):
            entries = tuple(
                replace(
                    ANNA,
                    name=f"Ewa {self.cage.name('ska')}",
                    account=self.cage.nrb(),
                    title=(f"za {self.cage.name('ską')}",),
                    reference=f"20260921{number}{place:05d}",
                )
                for place in range(20)
            )
            content = mt940(MadeStatement(nrb, number, 1_000_000, entries), encoding="iso-8859-2")
            file = actions.check_statements(
                content, account_id=account.public_id, file_name="wyciag.sta", actor=daria
            )
            if is_read:
                actions.confirm_file(file_id=file.public_id, actor=daria)
                actions.carry_on(file.public_id)
        line = StatementLine.objects.filter(state="to_clarify").earliest("id")
        note = f"Dzwoniła {self.cage.name('ska')}"
        actions.leave_line(line_id=line.public_id, note=note, version=line.version, actor=daria)

    def large_file(self) -> None:
        """A large file of dues that is checked and waits, staged row by row, with a row that is refused."""
        from services.liabilities.actions.import_files import take_file
        from services.liabilities.actions.import_work import work_on
        from services.liabilities.models import ImportFinding, ImportSource, StagedDue, StagedPayer
        from tests.services.liabilities.large import table
        from tests.services.liabilities.rows import due

        rows = [
            due(
                external_id=f"S-{number}",
                payer_external_id=f"SP-{number}",
                payer_name=f"Adam {self.cage.name('ski')}",
                payer_identifier=self.cage.pesel() if number else "12345678901",
                payer_address=f"ul. {self.cage.name('owa')} 3, 21-345 Borki",
                title=f"Podatek, {self.cage.name('ów')}",
                document_number=f"FN.3120.{number}.2026",
            )
            for number in range(20)
        ]
        run = take_file(
            BytesIO(table(rows)),
            "duzy.csv",
            source=ImportSource.DESK,
            is_dry_run=True,
            actor=self.actor("daria"),
        )
        assert work_on(run.public_id, waits=True)
        assert StagedDue.objects.exists()
        assert StagedPayer.objects.exists()
        assert ImportFinding.objects.exists()

    def counter(self) -> None:
        """Somebody comes to the office and asks for something."""
        from services.accounts.models import Payer
        from services.counter.actions import open_visit, record_request
        from services.counter.domain import Shown

        daria, now = self.actor("daria"), timezone.now()
        payer = Payer.objects.get(external_id="K-anna")
        visit = open_visit(payer_id=payer.public_id, shown=Shown.IDENTITY_CARD, now=now, actor=daria)
        record_request(visit_id=visit.public_id, text=f"Prosi {self.cage.name('ska')}.", now=now, actor=daria)

    def pages(self) -> None:
        """Pages that show people what was planted, drawn in this process: what they put by lies in its cache."""
        from services.users.models import User
        from tests.fixtures.signing import sign_in

        for name, paths in PAGES.items():
            client = Client(headers={"host": self.scope.host}, SERVER_NAME=self.scope.host)
            with tenancy.enter(self.scope):
                sign_in(client, User.objects.get(pk=self.accounts[name].user_id))
            for path in paths:
                assert client.get(path).status_code == 200, path
