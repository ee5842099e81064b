"""What PostgreSQL itself keeps of the ledger: rows never change, and every entry sums to zero at commit.

The functions name the schema of their own table, so they do not depend on anybody's search path.
"""

from django.db import migrations

PROMISES = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: mend a mistake with a new entry'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();

-- Deferred to the commit, when another role may be in force: it runs as the owner of the gmina's schema.
CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    difference bigint;
BEGIN
    EXECUTE format('SELECT sum(amount_gr) FROM %I.ledger_posting WHERE entry_id = $1', TG_TABLE_SCHEMA)
        INTO difference USING NEW.entry_id;
    IF difference <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance: debits and credits differ by % gr', NEW.entry_id, difference
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances();
"""

UNDO = """
DROP TRIGGER entry_balances ON ledger_posting;
DROP FUNCTION ledger_entry_balances();
DROP TRIGGER no_truncate ON ledger_posting;
DROP TRIGGER no_truncate ON ledger_entry;
DROP TRIGGER append_only ON ledger_posting;
DROP TRIGGER append_only ON ledger_entry;
DROP FUNCTION ledger_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(PROMISES, UNDO)]
