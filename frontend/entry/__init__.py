"""Signing in, the second factor and the safety of one's account: written once, mounted on the three surfaces."""
