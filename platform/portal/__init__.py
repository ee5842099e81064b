"""Composition root: settings, addresses, jobs. It may import everyone; nobody imports it."""
