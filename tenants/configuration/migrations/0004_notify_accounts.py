"""Tell every process at once that an operator account has changed: they keep what they check signatures with in memory."""

from django.db import migrations

SQL = """
CREATE FUNCTION operator_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY skarbnik_directory;
    RETURN NULL;
END $$;
CREATE TRIGGER operator_account_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON configuration_operatoraccount
    FOR EACH STATEMENT EXECUTE FUNCTION operator_account_changed();
"""

REVERSE_SQL = """
DROP TRIGGER operator_account_changed ON configuration_operatoraccount;
DROP FUNCTION operator_account_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("configuration", "0003_fee_by_operator_account"),
    ]

    operations = [migrations.RunSQL(SQL, REVERSE_SQL)]
