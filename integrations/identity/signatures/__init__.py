"""The registration form as a document to sign, and the verification of what comes back signed (identity.md, section 2)."""
