"""Why each grosz went where it went, kept beside the ledger's entry; PostgreSQL refuses to change it."""

import django.db.models.deletion
from django.db import migrations, models

PROMISES = """
CREATE FUNCTION allocation_record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of an allocation is append-only: take the entry back and book anew'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments_allocationrecord
    FOR EACH ROW EXECUTE FUNCTION allocation_record_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON payments_allocationrecord
    FOR EACH STATEMENT EXECUTE FUNCTION allocation_record_append_only();
"""

UNDO = """
DROP TRIGGER no_truncate ON payments_allocationrecord;
DROP TRIGGER append_only ON payments_allocationrecord;
DROP FUNCTION allocation_record_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_overpayment_requests'),
        ('payments', '0002_overpayment_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllocationRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='allocation_record', to='ledger.entry')),
            ],
        ),
        migrations.RunSQL(PROMISES, UNDO),
    ]
