"""The stand-in of the national node (“symulator”): the protocol of login.gov.pl on loopback, with invented persons."""

from integrations.emulators.login_gov.server import NodeEmulator, start

__all__ = ["NodeEmulator", "start"]
