"""One object of every kind that an address can name, in one gmina, with a word in its texts that nobody else has."""

from datetime import timedelta
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.utils import timezone

from kernel import tenancy
from services.accounts.models import (
    Payer,
    Representation,
    RepresentationDocument,
    RepresentationRequest,
    Resident,
)
from services.api.models import ApiClient
from services.banking.models import (
    BankAccount,
    PostingRow,
    PostingRun,
    Statement,
    StatementFile,
    StatementLine,
)
from services.complaints.models import Complaint, ComplaintDocument, DiscrepancyReport
from services.correspondence.models import DueMessage, DueThread
from services.counter.models import CounterAct, Visit
from services.identity.models import LoginAttempt, ProviderKey
from services.liabilities.models import ImportRun, Liability
from services.moderation.models import ModeratedText
from services.notices.actions import write_message
from services.notices.claims import tell_undelivered
from services.notices.domain import Reason
from services.payments.models import Discrepancy, OverpaymentRequest, Refund, SettlementBatch
from services.privacy.models import Breach, DataRequest, Processor
from services.publishing.models import Publication
from services.safeguards.models import ProposedChange, SupportAccess, SupportConsent
from services.users.models import Passkey, Session, User
from services.worklists.models import SavedView
from tenants.configuration.models import LiabilityType, OperatorAccount
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.factories.signing import SignedFileFactory
from tests.fixtures.soft_key import SoftKey

NAMED_BY = {
    "letter_id": "notices.Undelivered",
    "due_id": "liabilities.Liability",
    "liability_id": "liabilities.Liability",
    "overpayment_id": "liabilities.Overpayment",
    "request_id": "payments.OverpaymentRequest",
    "payment_id": "payments.Payment",
    "registration_id": "accounts.Resident",
    "resident_id": "accounts.Resident",
    "payer_id": "accounts.Payer",
    "representation_id": "accounts.Representation",
    "representation_request_id": "accounts.RepresentationRequest",
    "refund_id": "payments.Refund",
    "discrepancy_id": "payments.Discrepancy",
    "account_id": "configuration.OperatorAccount",
    "batch_id": "payments.SettlementBatch",
    "run_id": "liabilities.ImportRun",
    "import_id": "liabilities.ImportRun",
    "entry_id": "ledger.Entry",
    "type_id": "configuration.LiabilityType",
    "login_gov_finish.attempt_id": "identity.LoginAttempt",
    "key_id": "identity.ProviderKey",
    "user_id": "users.User",
    "change_id": "safeguards.ProposedChange",
    "consent_id": "safeguards.SupportConsent",
    "access_id": "safeguards.SupportAccess",
    "client_id": "api.ApiClient",
    "attempt_id": "signing.SigningAttempt",
    "file_id": "signing.SignedFile",
    "external_id": "liabilities.Liability",
    "desk:audit_entry.entry_id": "audit.AuditEntry",
    "passkey_id": "users.Passkey",
    "session_id": "users.Session",
    "desk:remove_passkey.passkey_id": "users.Passkey",
    "desk:end_session.session_id": "users.Session",
    "complaint_id": "complaints.Complaint",
    "document_id": "complaints.ComplaintDocument",
    "report_id": "complaints.DiscrepancyReport",
    "subject_id": "accounts.Resident",
    "desk:report_text.subject_id": "privacy.DataRequest",
    "breach_id": "privacy.Breach",
    "view_id": "worklists.SavedView",
    "visit_id": "counter.Visit",
    "act_id": "counter.CounterAct",
    "publication_id": "publishing.Publication",
    "thread_id": "correspondence.DueThread",
    "case_id": "moderation.ModeratedText",
    "processor_id": "privacy.Processor",
    "desk:data_request.request_id": "privacy.DataRequest",
    "desk:data_request_json.request_id": "privacy.DataRequest",
    "desk:data_request_pdf.request_id": "privacy.DataRequest",
    "withdraw_data_request.request_id": "privacy.DataRequest",
    "bank_account_id": "banking.BankAccount",
    "statement_file_id": "banking.StatementFile",
    "line_id": "banking.StatementLine",
    "transfer_id": "banking.Statement",
    "posting_run_id": "banking.PostingRun",
}
"""Parameter of an address (of one route, where it means something else there) -> the model whose object it names."""

RIGHT_ONES = {
    "user_id": {"kind": "staff"},
    "registration_id": {"state": "submitted"},
    "resident_id": {"representations__payer__external_id": "K-anna"},
    "payer_id": {"external_id": "K-anna"},
    "representation_id": {"is_self": False},
    "entry_id": {"code": "assessment"},
    "passkey_id": {"user__kind": "resident"},
    "session_id": {"user__kind": "resident"},
    "subject_id": {"representations__payer__external_id": "K-anna"},
    "desk:remove_passkey.passkey_id": {"user__kind": "staff"},
    "desk:end_session.session_id": {"user__kind": "staff"},
}
"""Which of the model's objects the pages are about, where not any will do."""


def furnish(scope: tenancy.Scope, word: str) -> None:
    """Make the objects; Anna is the resident of them."""
    with tenancy.enter(scope):
        now = timezone.now()
        anna = Payer.objects.get(external_id="K-anna")
        resident = Resident.objects.get(representations__payer=anna)
        anna.name = resident.last_name = f"Anna {word}"
        anna.save()
        resident.save()
        resident.user.full_name = f"Anna {word}"
        resident.user.save()
        _represent(word)
        signed = ResidentFactory(submitted=True, last_name=word, user__full_name=word)
        due = LiabilityFactory(payer=anna, external_id=f"N-{word}", title=f"Podatek {word}")
        ReminderCostFactory(payer=anna, liabilities=[due], external_id=f"N-{word}", number=f"UP/{word}")
        account_nrb = due.liability_type.account_nrb
        letter = write_message(kind="address_taken", recipient=f"{word}@mieszkaniec.example", context={})
        tell_undelivered(letter, Reason.GIVEN_UP, "")
        payment = PaymentFactory(
            payer=anna,
            resident=resident,
            dues=[due],
            paid=True,
            account_nrb=account_nrb,
            title=f"Podatek {word}",
        )
        account = payment.operator_account
        clerk = str(User.objects.find("daria@urzad.example", "staff").public_id)
        overpayment = OverpaymentFactory(payer=anna, external_id=f"NP-{word}", source_ref=word)
        OverpaymentRequest.objects.create(
            overpayment=overpayment, kind="refund", resident=resident, account_nrb=account_nrb, reason=word
        )
        Refund.objects.create(
            payment=payment, amount_gr=1, paid_gr=2, refunded_gr=0, idempotency_key=uuid4().hex, reason=word
        )
        Discrepancy.objects.create(
            kind="not_settled",
            key=word,
            operator_account=account,
            first_seen_at=now,
            last_seen_at=now,
            note=word,
        )
        SettlementBatch.objects.create(
            operator_account=OperatorAccount.objects.latest("pk"),
            batch_id=f"W-{word}",
            first_read_at=now,
            is_manual=True,
            bank_amount_gr=1,
            bank_on=timezone.localdate(),
            entered_at=now,
        )
        ImportRun.objects.create(
            source="desk",
            file_name=f"{word}.csv",
            is_dry_run=True,
            actor_ref=clerk,
            content=word,
            findings=[],
        )
        ProposedChange.objects.create(
            kind="operator_account",
            subject_ref=account.public_id,
            label=word,
            version=account.version,
            content={
                "values": {"operator": account.operator, "label": word},
                "before": {},
                "secrets": {},
                "is_taking_over": False,
            },
            proposed_by=User.objects.find("filip@urzad.example", "staff"),
            proposed_at=now,
            lapses_at=now + timedelta(days=14),
        )
        consent = SupportConsent.objects.create(
            account=User.objects.find("daria@urzad.example", "staff"),
            purpose=word,
            granted_by=User.objects.find("filip@urzad.example", "staff"),
            granted_at=now,
            valid_to=now + timedelta(hours=4),
        )
        SupportAccess.objects.create(
            consent=consent,
            operator_ref=str(uuid4()),
            reason=word,
            token_digest=b"nothing",
            asked_at=now,
            started_at=now,
            ends_at=now + timedelta(minutes=30),
        )
        LoginAttempt.objects.create(
            request_id=f"ID-{word}",
            relay_state=word,
            nonce_digest=b"nothing",
            entity_id=word,
            artifact=word,
            started_at=now,
        )
        ProviderKey.objects.create(purpose="signing", request=word)
        SignedFileFactory(attempt__registration_id=signed.public_id, signer_name=word)
        for user in (resident.user, User.objects.find("daria@urzad.example", "staff")):
            Passkey.objects.create(
                user=user,
                name=word,
                host=scope.host,
                credential_hash=uuid4().bytes,
                credential=SoftKey("", scope.host).credential,
            )
            Session.objects.create(
                user=user, key_hash=uuid4().bytes, content={}, seen_at=now, ends_at=now + timedelta(hours=1)
            )
        DataRequest.objects.create(
            resident=resident,
            kind="access",
            text=word,
            received_on=timezone.localdate(),
            due_on=timezone.localdate() + timedelta(days=30),
        )
        complaint = Complaint.objects.create(
            reference=f"R-{word[:8]}",
            resident=resident,
            kind="transaction",
            payment=payment,
            liability_type=due.liability_type,
            subject=word,
            description=word,
            submitted_at=now,
            due_on=timezone.localdate(),
            key=uuid4(),
        )
        ComplaintDocument.objects.create(
            complaint=complaint,
            name=f"{word}.pdf",
            media_type="application/pdf",
            size=4,
            content=word.encode(),
        )
        DiscrepancyReport.objects.create(
            resident=resident,
            liability=due,
            matter="amount",
            description=word,
            shown_gr=1,
            shown_due_on=due.due_on,
            reported_at=now,
        )
        _bank(word)
        Breach.objects.create(noticed_at=now, description=word, recorded_by=clerk)
        visit = Visit.objects.create(
            payer=anna,
            clerk=User.objects.find("daria@urzad.example", "staff"),
            shown="identity_card",
            opened_at=now,
        )
        CounterAct.objects.create(visit=visit, kind="request", text=word, done_at=now)
        SavedView.objects.create(
            user=User.objects.find("daria@urzad.example", "staff"),
            queue="payments",
            name=word,
            saved_at=now,
        )
        _written(word, resident, due)
        Processor.objects.create(
            name=word,
            address="ul. Próbna 3, 00-001 Próba",
            service=word,
            place="Polska",
            agreement_number=word,
            agreed_on=timezone.localdate(),
            recorded_by=clerk,
        )
        ApiClient.objects.create(name=word, prefix=word[:8].lower(), digest=b"nothing", scopes=[])


def _bank(word: str) -> None:
    """A statement whose line is to be clarified, and a bulk transfer of ePłatności."""
    today = timezone.localdate()
    nrb = LiabilityType.objects.get(code="property_tax").account_nrb
    account = BankAccount.objects.create(label=word, account_nrb=nrb, profile_code="pko_mt940")
    counts = {"sha256": uuid4().hex * 2, "size": 1, "entries": 1, "credits_gr": 1, "debits_gr": 0}
    file = StatementFile.objects.create(
        source="bank", account=account, file_name=f"{word}.sta", state="done", **counts
    )
    statement = Statement.objects.create(file=file, account_nrb=nrb, number="1", entries=1, sum_gr=1)
    StatementLine.objects.create(
        statement=statement,
        fingerprint=uuid4().hex * 2,
        likeness=uuid4().hex * 2,
        line=1,
        booked_on=today,
        value_on=today,
        amount_gr=1,
        payer_name=word,
        title=word,
        state="to_clarify",
        why="nothing",
    )
    told = StatementFile.objects.create(source="service", file_name=f"{word}.csv", state="done", **counts)
    Statement.objects.create(file=told, number=f"B-{word}", entries=1, sum_gr=1)
    run = PostingRun.objects.create(source="folder", file_name=f"{word}.csv", state="done", lines=1, sum_gr=1)
    PostingRow.objects.create(
        run=run,
        line=1,
        external_id=f"K-{word}",
        due_number=f"N-{word}",
        amount_gr=1,
        posted_on=today,
        is_done=True,
        outcome="refused",
        code="posting.due_unknown",
    )


def _written(word: str, resident: Resident, due: Liability) -> None:
    """News of the office, and what Anna wrote about her due, which was reported to the moderator."""
    now, clerk = timezone.now(), User.objects.find("daria@urzad.example", "staff")
    Publication.objects.create(
        kind="news",
        title=word,
        body=word,
        state="published",
        visible_from=timezone.localdate(),
        published_at=now,
    )
    thread = DueThread.objects.create(liability=due, resident=resident, waits_since=now, last_at=now)
    message = DueMessage.objects.create(
        thread=thread, author=resident.user, is_from_office=False, body=word, written_at=now
    )
    ModeratedText.objects.create(
        subject_type="correspondence.duemessage",
        subject_ref=message.public_id,
        field="body",
        ground="abuse",
        note=word,
        reported_by=clerk,
        reported_at=now,
    )


def _represent(word: str) -> None:
    """Anna represents a company, and has asked for it with a document."""
    today = timezone.localdate()
    anna = Resident.objects.get(user=User.objects.find("anna@mieszkaniec.example", "resident"))
    firm = PayerFactory(company=True, name=word, external_id=f"F-{word}")
    Representation.objects.create(resident=anna, payer=firm, valid_from=today)
    asked = RepresentationRequest.objects.create(
        resident=anna,
        name=word,
        identifier="5260250274",
        identifier_index=b"",
        title="attorney",
        level="see",
        valid_from=today,
        asked_at=timezone.now(),
    )
    RepresentationDocument.objects.create(
        request=asked, name=f"{word}.pdf", media_type="application/pdf", size=4, content=word.encode()
    )


def ids_of(scope: tenancy.Scope) -> dict[str, str]:
    """Parameter of an address -> id of one of the gmina's objects that it could name."""
    with tenancy.enter(scope):
        return {
            argument: str(
                apps.get_model(label)
                .objects.filter(**RIGHT_ONES.get(argument, {}))
                .values_list("external_id" if argument == "external_id" else "public_id", flat=True)
                .latest("pk")
            )
            for argument, label in NAMED_BY.items()
        }


def own_words(scope: tenancy.Scope, *more: str) -> set[str]:
    """What belongs to this gmina alone: the public id of each object, its address, code and name, and `more`."""
    with tenancy.enter(scope):
        ids = {
            str(value)
            for model in apps.get_models()
            if model._meta.app_config.name in settings.TENANT_APPS
            and any(field.name == "public_id" for field in model._meta.fields)
            for value in model._base_manager.values_list("public_id", flat=True)
        }
    return ids | {scope.tenant_id, scope.name, scope.host, scope.schema_name, *more}
