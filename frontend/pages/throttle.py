"""A simple brake on guessing: so many tries in a window, counted per gmina and by all processes together (S65).

A try is counted before it is made, so many guesses at one moment are no way around it. The counters forget when the database
crashes: this slows a guesser down, the audit log remembers.
"""

from dataclasses import dataclass

from tenants.metering import counters
from tenants.metering.counters import Wanted


@dataclass(frozen=True)
class Limit:
    """`tries` in `seconds` for one subject (an e-mail address, a client's address); the window begins with the first."""

    name: str
    tries: int
    seconds: int

    def wanted(self, subject: str) -> Wanted:
        """One try of the subject."""
        return Wanted(self.name, self.tries, seconds=self.seconds, subject=subject)


SIGN_IN_ACCOUNT = Limit("sign_in_account", tries=8, seconds=15 * 60)
SIGN_IN_CLIENT = Limit("sign_in_client", tries=40, seconds=15 * 60)
SECOND_STEP = Limit("second_step", tries=6, seconds=15 * 60)
LETTER_ACCOUNT = Limit("letter_account", tries=3, seconds=60 * 60)
LETTER_CLIENT = Limit("letter_client", tries=20, seconds=60 * 60)
NODE_START_CLIENT = Limit("node_start_client", tries=30, seconds=15 * 60)
NODE_ANSWER_CLIENT = Limit("node_answer_client", tries=60, seconds=15 * 60)
NODE_FINISH_CLIENT = Limit("node_finish_client", tries=30, seconds=15 * 60)
REGISTER_CLIENT = Limit("register_client", tries=20, seconds=60 * 60)
SIGN_CLIENT = Limit("sign_client", tries=40, seconds=60 * 60)


def admits(*tries: tuple[Limit, str]) -> bool:
    """Count a try against every one of the limits, or against none when one of them is used up; whether it may be made."""
    return all(one.is_admitted for one in counters.take(*(limit.wanted(subject) for limit, subject in tries)))


def may_sign_in(account: str, address: str) -> bool:
    """Count a try to sign in to `account` from `address`; whether it may be made. `forget` takes it back."""
    return admits((SIGN_IN_ACCOUNT, account), (SIGN_IN_CLIENT, address))


def forget(account: str, address: str) -> None:
    """Somebody came in rightly: the account gets all its tries back, the address this one."""
    counters.forget(SIGN_IN_ACCOUNT.name, account)
    counters.forget(SECOND_STEP.name, account)
    counters.give_back(SIGN_IN_CLIENT.name, address)
