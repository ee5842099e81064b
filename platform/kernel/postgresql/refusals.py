"""What PostgreSQL refuses to the application."""

from psycopg import errors

TAKING_A_ROLE = "permission denied to set role"


def is_role_gone(error: BaseException | None) -> bool:
    """Whether the error, or one that it came from, says that the application may not take a gmina's role.

    The gmina is being moved to another cluster, or has been since the caller learned where it is: trying again helps.
    """
    while error is not None:
        if isinstance(error, errors.InsufficientPrivilege):
            return (error.diag.message_primary or "").startswith(TAKING_A_ROLE)
        error = error.__cause__ or error.__context__
    return False
