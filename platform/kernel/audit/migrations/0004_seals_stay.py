"""PostgreSQL lists every new entry for the next seal, keeps seals as it keeps entries, and lets both go after 24 months only.

Entries from before this migration are taken in by the sealing job, some at a time.
"""

from django.db import migrations

PROMISES = """
CREATE FUNCTION audit_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_waiting (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER wait_for_seal AFTER INSERT ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_wait_for_seal();

-- The argument names the column with the time from which the row's age counts.
CREATE FUNCTION audit_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('skarbnik.audit_purge', true) = 'on'
       AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - interval '24 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_may_leave('at');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_may_leave('newest_at');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_anchor
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_retention
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_retention
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE audit_seal ADD CONSTRAINT audit_seal_whole
    CHECK (octet_length(mac) = 32 AND octet_length(previous) = 32 AND octet_length(members) = entries * 84);
"""

UNDO = """
ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_whole;
DROP TRIGGER no_truncate ON audit_retention;
DROP TRIGGER append_only ON audit_retention;
DROP TRIGGER no_truncate ON audit_anchor;
DROP TRIGGER append_only ON audit_anchor;
DROP TRIGGER no_truncate ON audit_seal;
DROP TRIGGER append_only ON audit_seal;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
DROP FUNCTION audit_may_leave();
DROP TRIGGER wait_for_seal ON audit_auditentry;
DROP FUNCTION audit_wait_for_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_seals")]
    operations = [migrations.RunSQL(PROMISES, UNDO)]
