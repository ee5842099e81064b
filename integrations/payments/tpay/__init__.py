"""Tpay, Open API (payments.md section 5)."""
