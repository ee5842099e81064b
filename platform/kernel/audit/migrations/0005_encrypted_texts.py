"""Network addresses in the audit log are encrypted, and may be encrypted anew with another key.

What stands there stays readable until `rotate_keys` has been through the table (`EncryptedTextField(was_plain=True)`).
"""

import kernel.fields
from django.db import migrations

TO_BYTES = """
ALTER TABLE audit_auditentry
    ALTER COLUMN address TYPE bytea USING convert_to(host(address), 'UTF8');
"""

TO_TEXT = """
ALTER TABLE audit_auditentry
    ALTER COLUMN address TYPE inet USING convert_from(address, 'UTF8')::inet;
"""

RE_ENCRYPTING = """
CREATE OR REPLACE FUNCTION audit_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The same text under another key is the same text; whether it is, the proofs tell.
    IF TG_OP = 'UPDATE' AND current_setting('skarbnik.rekeying', true) = 'on'
       AND to_jsonb(NEW) - 'address' = to_jsonb(OLD) - 'address' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND current_setting('skarbnik.audit_purge', true) = 'on'
       AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - interval '24 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""

NEVER = """
CREATE OR REPLACE FUNCTION audit_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('skarbnik.audit_purge', true) = 'on'
       AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - interval '24 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    fleet_reasons = {"rewrite": "from before the first gmina was in use"}
    dependencies = [("audit", "0004_seals_stay")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_BYTES, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="auditentry", name="address", field=kernel.fields.EncryptedTextField(null=True, was_plain=True)
                ),
            ],
        ),
        migrations.RunSQL(RE_ENCRYPTING, NEVER),
    ]
