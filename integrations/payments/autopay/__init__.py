"""Autopay (formerly Blue Media), online payment gateway (payments.md section 6)."""
