"""A stand-in for Profil Zaufany: TpSigning5 over loopback, its pages, a test authority with a trusted list, and forgeries.

It shares no verifying code with the product. Documents that wait for a signature are lost at a restart; the keys are kept.
"""

from integrations.emulators.trusted_profile.server import ProfileEmulator, start

__all__ = ["ProfileEmulator", "start"]
