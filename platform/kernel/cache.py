"""Cache keys that cannot be shared between gminas."""

from kernel import tenancy


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: the current gmina is part of every key. Raises NoTenant outside any scope."""
    scope = tenancy.current()
    return f"{key_prefix}:{scope.tenant_id or 'public'}:{version}:{key}"
