"""Węzeł Krajowy (login.gov.pl): SAML 2.0, HTTP-POST out, HTTP-Artifact in, the answer fetched by signed SOAP."""
