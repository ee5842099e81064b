"""A simple brake on guessing: so many tries in a window, counted per gmina (S65).

The counters live in the cache, so each web process counts for itself and a restart forgets: this slows a
guesser down, the audit log remembers.
"""

from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import cache

from kernel import tenancy


@dataclass(frozen=True)
class Limit:
    """`tries` in `seconds` for one subject (an e-mail address, a client's address)."""

    name: str
    tries: int
    seconds: int

    def is_reached(self, subject: str) -> bool:
        """Whether the subject has used up its tries."""
        return int(cache.get(self._key(subject), 0)) >= self.tries

    def count(self, subject: str) -> None:
        """Count one more try; the window begins with the first."""
        key = self._key(subject)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # the window has just ended
                cache.add(key, 1, self.seconds)

    def forget(self, subject: str) -> None:
        """Give the subject all its tries back."""
        cache.delete(self._key(subject))

    def _key(self, subject: str) -> str:
        digest = blake2b(subject.strip().casefold().encode(), digest_size=16).hexdigest()
        return f"limit:{self.name}:{tenancy.current().schema_name}:{digest}"


SIGN_IN_ACCOUNT = Limit("sign_in_account", tries=8, seconds=15 * 60)
SIGN_IN_CLIENT = Limit("sign_in_client", tries=40, seconds=15 * 60)
LETTER_ACCOUNT = Limit("letter_account", tries=3, seconds=60 * 60)
LETTER_CLIENT = Limit("letter_client", tries=20, seconds=60 * 60)
REGISTER_CLIENT = Limit("register_client", tries=20, seconds=60 * 60)
