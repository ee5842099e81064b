"""Tpay's Open API, emulated (payments.md section 5)."""
