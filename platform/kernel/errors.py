"""The errors of the whole platform: what happened (a stable code) and whether trying again can help.

The Polish sentence is chosen by the surface that shows the error; nothing here is meant for a person's eyes.
"""

from typing import Any


class SkarbnikError(Exception):
    """Base of our own errors.

    `code` is stable and dotted ("payment.locked"): surfaces, logs and API clients decide by it. `permanent`
    says that the same call can never succeed. `params` fill the sentence of the surface; they may hold
    personal data, so they are neither in `str()` nor in `repr()`.
    """

    permanent = True

    def __init__(self, code: str, /, *, permanent: bool | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        if permanent is not None:
            self.permanent = permanent

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way between processes with code, permanence and parameters."""
        return _rebuild, (type(self), self.code, self.permanent, self.params)


class InvalidInput(SkarbnikError):
    """What was given is not a value that the rule can take: mend it and call again."""


class NotFound(SkarbnikError):
    """There is no such thing, or not for this person: both look the same from outside."""


class Conflict(SkarbnikError):
    """The thing is not in the state that the act needs: somebody was faster, or it was done already."""


class Refused(SkarbnikError):
    """The act is understood and possible, but a rule or a right forbids it."""


class Unavailable(SkarbnikError):
    """Another system did not answer; trying later may help."""

    permanent = False


def _rebuild(kind: type[SkarbnikError], code: str, permanent: bool, params: dict[str, Any]) -> SkarbnikError:
    return kind(code, permanent=permanent, **params)
