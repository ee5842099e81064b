"""PayU (PayU GPO Poland), REST API 2.1 (payments.md section 4)."""
