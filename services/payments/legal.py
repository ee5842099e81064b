"""The operator's own texts before a payment: what the payer is shown, has to tick and has ticked (payments.md 2.1)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.core.cache import cache

from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.values import LegalText
from kernel.audit.recording import history
from kernel.errors import InvalidInput, Unavailable
from services.payments.models import Payment
from services.payments.queries import BasketGroup
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_account_for, operator_config

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300
LAST_GOOD_SECONDS = 24 * 3600
SHOWN = "payment.texts_shown"
"""Audit entry of a payment: every text that the payer saw, and of each box whether it was ticked."""


@dataclass(frozen=True)
class LegalTexts:
    """The texts for one way to pay, in the operator's order."""

    texts: tuple[LegalText, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same words, links and boxes: proves that what is ticked is what was shown."""
        return hashlib.sha256(repr(self.texts).encode()).hexdigest()[:32]

    def consents(self, ticked: Collection[str]) -> tuple[str, ...]:
        """The ids of the boxes that were ticked; ids that no box has are left out.

        Raises InvalidInput("payment.consent_missing") when a box that the operator requires is not ticked.
        """
        for text in self.texts:
            if text.checkbox and text.required and text.id not in ticked:
                raise InvalidInput("payment.consent_missing")
        return tuple(text.id for text in self.texts if text.checkbox and text.id in ticked)

    def as_shown(self, consents: Collection[str]) -> list[dict[str, object]]:
        """What the audit log keeps; `is_ticked` is None for a text without a box."""
        return [
            {
                "id": text.id,
                "sentence": text.sentence,
                "links": [link.url for link in text.links],
                "is_ticked": text.id in consents if text.checkbox else None,
            }
            for text in self.texts
        ]


def legal_texts(group: BasketGroup, method_id: str) -> LegalTexts:
    """The operator's texts for paying the group by a method. Never called inside a database transaction.

    Raises NotFound("operator_account.none"), and Unavailable("operator.unavailable") when the operator does not answer and
    no earlier texts are kept: what has to be shown before the payment cannot be left out.
    """
    account = operator_account_for(group.account_nrb)
    key = f"legal:{account.public_id}:{account.version}:{method_id}"
    fresh: LegalTexts | None = cache.get(key)
    if fresh is not None:
        return fresh
    found = _asked(account, method_id) or cache.get(f"{key}:last")
    if found is None:
        raise Unavailable("operator.unavailable")
    cache.set(key, found, FRESH_SECONDS)
    cache.set(f"{key}:last", found, LAST_GOOD_SECONDS)
    return found


def _asked(account: OperatorAccount, method_id: str) -> LegalTexts | None:
    operator = registry.operator(account.operator)
    try:
        return LegalTexts(tuple(operator.legal_texts(operator_config(account), method_id, "pl")))
    except OperatorError as error:
        log.warning("operator.legal_texts", operator=account.operator, code=error.code)
        return None


def consents_of(payment: Payment) -> tuple[str, ...]:
    """The ids of the boxes that the payer ticked when the payment was ordered."""
    entry = history(payment).filter(action=SHOWN).first()
    shown = entry.details["texts"] if entry else []
    return tuple(text["id"] for text in shown if text["is_ticked"])
