"""One view served in three ways: by our tenancy, by stock django-tenants, and by Django on one schema."""
