"""Whatever a user writes and others read can be moderated (S66): a new column of personal text is registered, or named here
as none of those texts."""

from django.apps import apps
from django.conf import settings

from kernel.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField
from services.moderation.domain import USER_TEXTS

NO_USER_TEXT = {
    "accounts.Consent": "address",
    "accounts.DataChange": "before after",
    "accounts.EmailChange": "email",
    "accounts.Payer": "name identifier address",
    "accounts.RegulationAcceptance": "address",
    "accounts.Representation": "basis revoke_reason",
    "accounts.RepresentationRequest": "identifier reason",
    "accounts.Restriction": "end_reason",
    "accounts.Resident": "first_name last_name pesel address phone decision_reason block_reason",
    "audit.AuditEntry": "address",
    "api.IdempotentCall": "answer",
    "banking.Match": "undo_reason",
    "banking.StatementLine": "payer_name payer_account title virtual_account end_to_end note",
    "complaints.Complaint": "paid_by_name paid_by_contact answer",
    "complaints.DiscrepancyReport": "answer",
    "counter.CounterAct": "text",
    "identity.ProviderKey": "private_key",
    "ledger.Entry": "reason",
    "liabilities.ImportRun": "content",
    "liabilities.Liability": "title",
    "moderation.ModeratedText": "note original reason",
    "notices.Message": "recipient subject body unsubscribe_url",
    "payments.Discrepancy": "note",
    "payments.OperatorEvent": "raw",
    "payments.OverpaymentRequest": "account_nrb reason",
    "payments.Payment": "title redirect_url mismatch_reason",
    "payments.Refund": "reason closing_reason",
    "privacy.Breach": "description late_why measures",
    "privacy.DataRequest": "extended_why answer",
    "privacy.Disclosure": "recipient scope basis letter",
    "privacy.Visit": "address",
    "safeguards.ProposedChange": "decision_reason",
    "safeguards.Reveal": "note",
    "safeguards.SupportAccess": "reason",
    "safeguards.SupportConsent": "purpose",
    "signing.SigningAttempt": "page_url",
    "signing.SigningAccess": "private_key",
    "users.AuthenticatorApp": "secret",
    "users.Passkey": "name",
    "users.User": "email full_name",
    "worklists.SavedView": "name",
}
"""Names, numbers and addresses (they are mended, not moderated), words of the office, what only the author sees, keys."""


def columns_of_text() -> set[tuple[str, str]]:
    return {
        (model._meta.label, field.name)
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
        and not isinstance(field, EncryptedJSONField | EncryptedBytesField)
    }


def test_every_text_that_a_user_writes_and_others_read_can_be_moderated():
    registered = {(apps.get_model(one.model)._meta.label, one.field) for one in USER_TEXTS}
    named = {(model, field) for model, fields in NO_USER_TEXT.items() for field in fields.split()}
    assert registered & named == set()
    assert columns_of_text() - registered - named == set(), (
        "register it in services.moderation.domain or name it above"
    )
    assert (registered | named) - columns_of_text() == set()
