"""What can go wrong with an operator. Every error carries a stable code and says whether trying again can
help.
"""


class OperatorError(Exception):
    """Base of all errors of this package.

    `code` is stable and safe to store, show to staff and count; `detail` is a short text without secrets,
    account numbers or personal data. `permanent` is True when the same call can never succeed.
    """

    permanent = True
    default_code = "operator.error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        self.code = code or self.default_code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class BadSignature(OperatorError):
    """The message is not signed with any of our secrets: treat it as forged and change nothing."""

    default_code = "notification.bad_signature"


class Malformed(OperatorError):
    """The message is not one that the operator's protocol allows."""

    default_code = "notification.malformed"


class WrongMerchant(OperatorError):
    """The message is well signed but names another merchant or point of sale than the configuration."""

    default_code = "notification.wrong_merchant"


class OperatorUnavailable(OperatorError):
    """The operator cannot be reached or is overloaded; nothing was accepted, try again later."""

    permanent = False
    default_code = "operator.unavailable"


class AnswerLost(OperatorUnavailable):
    """The request may have reached the operator, but no usable answer came back."""

    default_code = "operator.answer_lost"


class OperatorRefused(OperatorError):
    """The operator understood the request and said no."""

    default_code = "operator.refused"


class InvalidRequest(OperatorError):
    """The request breaks a limit of the operator's protocol; it was not sent."""

    default_code = "operator.invalid_request"


class NotSupported(OperatorError):
    """The operator has no such operation; ask `Caps` before calling."""

    default_code = "operator.not_supported"


class StartOutcomeUnknown(OperatorError):
    """The start was sent and no answer came: the transaction may exist. Only a status pull or the time limit
    decides.
    """

    permanent = False
    default_code = "start.outcome_unknown"


class RefundOutcomeUnknown(OperatorError):
    """The refund was sent and no answer came: repeat it with the *same* idempotency key."""

    permanent = False
    default_code = "refund.outcome_unknown"
