"""Outward adapters: frozen dataclasses in, frozen dataclasses out; no web framework, no tenant."""
