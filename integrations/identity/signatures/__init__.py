"""The registration form as a document to sign, and the verification of what comes back signed (identity.md, section 2)."""

import logging

# pyHanko writes the names and numbers of certificates' owners into its logs, with tracebacks, signxml whole documents. What
# they find is in our reason codes; nothing of them may reach a log or an error report.
for _library in ("pyhanko", "pyhanko_certvalidator", "signxml"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
