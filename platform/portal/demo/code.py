"""`python -m portal.demo.code`: the code that the demo's authenticator app shows now. No settings, no database."""

import time

from portal.demo.people import TOTP_SECRET
from services.users.totp import STEP_S, code_at, step_at


def main() -> None:
    """Print the code, and for how long it is shown; each works once for each account."""
    now = time.time()
    print(f"{code_at(TOTP_SECRET, step_at(now))} (another in {STEP_S - int(now) % STEP_S} s)")


if __name__ == "__main__":
    main()
