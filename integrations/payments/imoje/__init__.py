"""imoje (ING Bank Śląski), REST API v1 (payments.md section 7)."""
