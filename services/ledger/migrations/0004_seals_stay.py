"""PostgreSQL keeps the seals as it keeps the entries, and takes no entry without its proof."""

from django.db import migrations

PROMISES = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
-- NOT VALID: entries from before the proofs stay, and verify_ledger names them.
ALTER TABLE ledger_entry ADD CONSTRAINT entry_proved CHECK (octet_length(digest) = 32) NOT VALID;
ALTER TABLE ledger_seal ADD CONSTRAINT seal_whole
    CHECK (octet_length(digest) = 32 AND octet_length(previous) = 32 AND octet_length(members) % 48 = 0);
"""

UNDO = """
ALTER TABLE ledger_seal DROP CONSTRAINT seal_whole;
ALTER TABLE ledger_entry DROP CONSTRAINT entry_proved;
DROP TRIGGER no_truncate ON ledger_seal;
DROP TRIGGER append_only ON ledger_seal;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_proofs_and_seals")]
    operations = [migrations.RunSQL(PROMISES, UNDO)]
