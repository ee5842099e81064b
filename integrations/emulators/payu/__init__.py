"""PayU's REST API 2.1, emulated (payments.md section 4)."""
