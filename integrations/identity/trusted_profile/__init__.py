"""Profil Zaufany's signing service TpSigning5 (identity.md, section 2.1): a document goes there and comes back signed."""
