"""Titles and addresses of payments and the records of allocation are encrypted.

What stands there stays readable until `rotate_keys` has been through the table (`EncryptedTextField(was_plain=True)`).
"""

import kernel.fields
from django.db import migrations

TO_BYTES = """
ALTER TABLE payments_payment
    ALTER COLUMN title TYPE bytea USING convert_to(title, 'UTF8'),
    ALTER COLUMN redirect_url TYPE bytea USING convert_to(redirect_url, 'UTF8');
ALTER TABLE payments_allocationrecord
    ALTER COLUMN content TYPE bytea USING convert_to(content::text, 'UTF8');
"""

TO_TEXT = """
ALTER TABLE payments_payment
    ALTER COLUMN title TYPE varchar(140) USING convert_from(title, 'UTF8'),
    ALTER COLUMN redirect_url TYPE text USING convert_from(redirect_url, 'UTF8');
ALTER TABLE payments_allocationrecord
    ALTER COLUMN content TYPE jsonb USING convert_from(content, 'UTF8')::jsonb;
"""

RE_ENCRYPTING = """
CREATE OR REPLACE FUNCTION allocation_record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The same text under another key is the same text; whether it is, the proofs tell.
    IF TG_OP = 'UPDATE' AND current_setting('skarbnik.rekeying', true) = 'on'
       AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record of an allocation is append-only: take the entry back and book anew'
        USING ERRCODE = 'restrict_violation';
END $$;
"""

NEVER = """
CREATE OR REPLACE FUNCTION allocation_record_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of an allocation is append-only: take the entry back and book anew'
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    fleet_reasons = {"rewrite": "from before the first gmina was in use"}
    dependencies = [("payments", "0009_fees_told_and_payouts_by_hand")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_BYTES, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="payment", name="title", field=kernel.fields.EncryptedTextField(was_plain=True)
                ),
                migrations.AlterField(
                    model_name="payment", name="redirect_url", field=kernel.fields.EncryptedTextField(blank=True, was_plain=True)
                ),
                migrations.AlterField(
                    model_name="allocationrecord", name="content", field=kernel.fields.EncryptedJSONField(was_plain=True)
                ),
            ],
        ),
        migrations.RunSQL(RE_ENCRYPTING, NEVER),
    ]
