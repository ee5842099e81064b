"""Autopay's online payment gateway, emulated (payments.md section 6)."""
