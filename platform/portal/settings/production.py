"""Production: everything from the environment, nothing relaxed."""

from kernel.telemetry import start_sentry
from portal.settings.base import *  # noqa: F403
from portal.settings.base import LOG_LEVEL, SENTRY_DSN, SENTRY_TRACES  # noqa: F401

start_sentry(SENTRY_DSN, traces=SENTRY_TRACES)
