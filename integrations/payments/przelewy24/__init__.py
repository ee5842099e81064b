"""Przelewy24, REST API v1 (payments.md section 3)."""
