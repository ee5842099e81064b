"""Why nobody was let in: one stable code for each way a message can be wrong. Logs and counters hold codes, never values."""

from enum import StrEnum


class Reason(StrEnum):
    """A reason code, by the step of receiving at which it is found (identity.md, section 1.4)."""

    # 1. the attempt
    DELIVERY = "login_gov.delivery"
    RELAY_STATE = "login_gov.attempt.relay_state"
    ATTEMPT_USED = "login_gov.attempt.used"
    ATTEMPT_EXPIRED = "login_gov.attempt.expired"
    OTHER_PROVIDER = "login_gov.attempt.other_provider"
    # 2. XML
    XML_SIZE = "login_gov.xml.size"
    XML_MALFORMED = "login_gov.xml.malformed"
    XML_DOCTYPE = "login_gov.xml.doctype"
    XML_COMMENT = "login_gov.xml.comment"
    XML_INSTRUCTION = "login_gov.xml.instruction"
    XML_CDATA = "login_gov.xml.cdata"
    XML_DUPLICATE_ID = "login_gov.xml.duplicate_id"
    # 3. SOAP
    SOAP_SHAPE = "login_gov.soap.shape"
    SOAP_FAULT = "login_gov.soap.fault"
    # 4. and 5. signatures
    SIGNATURE_MISSING = "login_gov.signature.missing"
    SIGNATURE_COUNT = "login_gov.signature.count"
    SIGNATURE_REFERENCE = "login_gov.signature.reference"
    SIGNATURE_ALGORITHM = "login_gov.signature.algorithm"
    SIGNATURE_INVALID = "login_gov.signature.invalid"
    NODE_CERTIFICATE = "login_gov.node_certificate"
    # 6. and 7. the two messages around the assertion
    MESSAGE_SHAPE = "login_gov.message.shape"
    MESSAGE_ISSUER = "login_gov.message.issuer"
    MESSAGE_IN_RESPONSE_TO = "login_gov.message.in_response_to"
    MESSAGE_DESTINATION = "login_gov.message.destination"
    DECLINED = "login_gov.declined"
    CANCELLED = "login_gov.cancelled"
    UNKNOWN_PERSON = "login_gov.unknown_person"
    STATUS = "login_gov.status"
    # 8. the encryption
    ASSERTION_PLAINTEXT = "login_gov.assertion.plaintext"
    ASSERTION_COUNT = "login_gov.assertion.count"
    ENCRYPTION_SHAPE = "login_gov.encryption.shape"
    ENCRYPTION_KEY = "login_gov.encryption.key"
    ENCRYPTION_CIPHERTEXT = "login_gov.encryption.ciphertext"
    # 9. what the assertion is for
    ASSERTION_SHAPE = "login_gov.assertion.shape"
    ASSERTION_ISSUER = "login_gov.assertion.issuer"
    ASSERTION_CONFIRMATION = "login_gov.assertion.confirmation"
    ASSERTION_RECIPIENT = "login_gov.assertion.recipient"
    ASSERTION_IN_RESPONSE_TO = "login_gov.assertion.in_response_to"
    ASSERTION_EXPIRED = "login_gov.assertion.expired"
    ASSERTION_EARLY = "login_gov.assertion.early"
    ASSERTION_AUDIENCE = "login_gov.assertion.audience"
    ASSERTION_LEVEL = "login_gov.assertion.level"
    # 10. once only
    REPLAY = "login_gov.replay"
    # 11. and 12. the person
    ATTRIBUTE_MISSING = "login_gov.attribute.missing"
    ATTRIBUTE_REPEATED = "login_gov.attribute.repeated"
    ATTRIBUTE_VALUE = "login_gov.attribute.value"
    PERSON_IDENTIFIER = "login_gov.person_identifier"
    PESEL = "login_gov.pesel"
    BIRTH_DATE = "login_gov.birth_date"
