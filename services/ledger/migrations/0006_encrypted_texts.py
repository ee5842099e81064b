"""The reason of an entry is encrypted, and may be encrypted anew with another key.

What stands there stays readable until `rotate_keys` has been through the table (`EncryptedTextField(was_plain=True)`).
"""

import kernel.fields
from django.db import migrations

TO_BYTES = """
ALTER TABLE ledger_entry ALTER COLUMN reason DROP DEFAULT;
ALTER TABLE ledger_entry
    ALTER COLUMN reason TYPE bytea USING convert_to(reason, 'UTF8');
"""

TO_TEXT = """
ALTER TABLE ledger_entry
    ALTER COLUMN reason TYPE varchar(300) USING convert_from(reason, 'UTF8');
ALTER TABLE ledger_entry ALTER COLUMN reason SET DEFAULT '';
"""

RE_ENCRYPTING = """
CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The same text under another key is the same text; whether it is, the proofs tell.
    IF TG_OP = 'UPDATE' AND current_setting('skarbnik.rekeying', true) = 'on'
       AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: mend a mistake with a new entry'
        USING ERRCODE = 'restrict_violation';
END $$;
"""

NEVER = """
CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: mend a mistake with a new entry'
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    fleet_reasons = {"rewrite": "from before the first gmina was in use"}
    dependencies = [("ledger", "0005_overpayment_requests")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_BYTES, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="entry", name="reason", field=kernel.fields.EncryptedTextField(blank=True, was_plain=True)
                ),
            ],
        ),
        migrations.RunSQL(RE_ENCRYPTING, NEVER),
    ]
