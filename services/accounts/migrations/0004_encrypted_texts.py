"""The basis of a representation and the address of an acceptance are encrypted.

What stands there stays readable until `rotate_keys` has been through the table (`EncryptedTextField(was_plain=True)`).
"""

import kernel.fields
from django.db import migrations

TO_BYTES = """
ALTER TABLE accounts_representation
    ALTER COLUMN basis TYPE bytea USING convert_to(basis, 'UTF8');
ALTER TABLE accounts_regulationacceptance
    ALTER COLUMN address TYPE bytea USING convert_to(host(address), 'UTF8');
"""

TO_TEXT = """
ALTER TABLE accounts_representation
    ALTER COLUMN basis TYPE varchar(160) USING convert_from(basis, 'UTF8');
ALTER TABLE accounts_regulationacceptance
    ALTER COLUMN address TYPE inet USING convert_from(address, 'UTF8')::inet;
"""


class Migration(migrations.Migration):
    fleet_reasons = {"rewrite": "from before the first gmina was in use"}
    dependencies = [("accounts", "0003_proofs_and_blocks")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_BYTES, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="representation", name="basis", field=kernel.fields.EncryptedTextField(blank=True, was_plain=True)
                ),
                migrations.AlterField(
                    model_name="regulationacceptance", name="address", field=kernel.fields.EncryptedTextField(null=True, was_plain=True)
                ),
            ],
        ),
    ]
