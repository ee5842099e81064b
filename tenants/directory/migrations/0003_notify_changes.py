"""Tell every process at once that a gmina or one of its addresses has changed: they keep the directory in memory."""

from django.db import migrations

SQL = """
CREATE FUNCTION directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY skarbnik_directory;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_tenant_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_tenant
    FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();
CREATE TRIGGER directory_domain_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON directory_domain
    FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();
"""

REVERSE_SQL = """
DROP TRIGGER directory_tenant_changed ON directory_tenant;
DROP TRIGGER directory_domain_changed ON directory_domain;
DROP FUNCTION directory_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0002_operator_events"),
    ]

    operations = [migrations.RunSQL(SQL, REVERSE_SQL)]
