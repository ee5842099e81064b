"""A gmina as django-tenants' own model enters it: `with tenant:`, whose stack all threads share."""

from django_tenants.models import TenantMixin


class StockTenant(TenantMixin):  # type: ignore[misc]
    """The stock model without a table of its own."""

    class Meta:
        app_label = "isolation"


def stock_tenant(schema: str) -> StockTenant:
    """The gmina with this schema."""
    return StockTenant(schema_name=schema)
