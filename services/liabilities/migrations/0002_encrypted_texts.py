"""Titles of dues are encrypted: they name places and people.

What stands there stays readable until `rotate_keys` has been through the table (`EncryptedTextField(was_plain=True)`).
"""

import kernel.fields
from django.db import migrations

TO_BYTES = """
ALTER TABLE liabilities_liability
    ALTER COLUMN title TYPE bytea USING convert_to(title, 'UTF8');
"""

TO_TEXT = """
ALTER TABLE liabilities_liability
    ALTER COLUMN title TYPE varchar(160) USING convert_from(title, 'UTF8');
"""


class Migration(migrations.Migration):
    fleet_reasons = {"rewrite": "from before the first gmina was in use"}
    dependencies = [("liabilities", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_BYTES, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="liability", name="title", field=kernel.fields.EncryptedTextField(was_plain=True)
                ),
            ],
        ),
    ]
