"""Real servers on loopback that speak the providers' protocols; no code is shared with the adapters."""
