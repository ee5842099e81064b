"""Namespaces and names of the node's messages (identity.md, section 1)."""

from integrations.identity.soap import ENVELOPE

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
DSIG11 = "http://www.w3.org/2009/xmldsig11#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EIDAS = "http://eidas.europa.eu/saml-extensions"

ISSUER = f"{{{SAML}}}Issuer"
ASSERTION = f"{{{SAML}}}Assertion"
ENCRYPTED_ASSERTION = f"{{{SAML}}}EncryptedAssertion"
RESPONSE = f"{{{SAMLP}}}Response"
ARTIFACT_RESPONSE = f"{{{SAMLP}}}ArtifactResponse"
LOGOUT_RESPONSE = f"{{{SAMLP}}}LogoutResponse"
STATUS = f"{{{SAMLP}}}Status"
STATUS_CODE = f"{{{SAMLP}}}StatusCode"
SIGNATURE = f"{{{DS}}}Signature"
SOAP_ENVELOPE = f"{{{ENVELOPE}}}Envelope"
SOAP_BODY = f"{{{ENVELOPE}}}Body"
SOAP_FAULT = f"{{{ENVELOPE}}}Fault"

ARTIFACT_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
URI_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
STATUS_PREFIX = "urn:oasis:names:tc:SAML:2.0:status:"

_PERSON = "http://eidas.europa.eu/attributes/naturalperson/"
FAMILY_NAME = _PERSON + "CurrentFamilyName"
GIVEN_NAME = _PERSON + "CurrentGivenName"
BIRTH_DATE = _PERSON + "DateOfBirth"
PERSON_IDENTIFIER = _PERSON + "PersonIdentifier"
REQUESTED_ATTRIBUTES = {
    "FamilyName": FAMILY_NAME,
    "FirstName": GIVEN_NAME,
    "DateOfBirth": BIRTH_DATE,
    "PersonIdentifier": PERSON_IDENTIFIER,
}
"""Friendly names with what we ask for, in the order of the request: no more than an account needs (RODO art. 5(1)(c))."""
