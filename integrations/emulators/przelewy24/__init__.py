"""Przelewy24's REST API v1, emulated (payments.md section 3)."""
