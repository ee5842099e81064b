"""The counters of rate limits, the row of the settings' version, and statements that nobody changes once they are issued."""

from django.db import migrations

# Unlogged: a count is worth nothing after a crash and costs no write-ahead log. Half-empty pages keep its updates in place.
COUNTERS = """
CREATE UNLOGGED TABLE metering_counter (
    gmina varchar(7) NOT NULL,
    name varchar(40) NOT NULL,
    subject varchar(64) NOT NULL,
    ends_at timestamptz NOT NULL,
    used bigint NOT NULL,
    most bigint,
    PRIMARY KEY (gmina, name, subject)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
INSERT INTO metering_settingsversion (number) VALUES (1);
"""
NO_COUNTERS = "DROP TABLE metering_counter; DELETE FROM metering_settingsversion;"

ISSUED = """
CREATE FUNCTION metering_statement_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'an issued statement is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION metering_line_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM metering_statement
        WHERE id IN (CASE TG_OP WHEN 'INSERT' THEN NEW.statement_id ELSE OLD.statement_id END,
                     CASE TG_OP WHEN 'DELETE' THEN OLD.statement_id ELSE NEW.statement_id END)
        AND state = 'issued'
    ) THEN
        RAISE EXCEPTION 'lines of an issued statement are not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION metering_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'statements are not thrown away' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER issued BEFORE UPDATE OR DELETE ON metering_statement
    FOR EACH ROW EXECUTE FUNCTION metering_statement_issued();
CREATE TRIGGER issued BEFORE INSERT OR UPDATE OR DELETE ON metering_statementline
    FOR EACH ROW EXECUTE FUNCTION metering_line_issued();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON metering_statement
    FOR EACH STATEMENT EXECUTE FUNCTION metering_no_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON metering_statementline
    FOR EACH STATEMENT EXECUTE FUNCTION metering_no_truncate();
"""
NOT_ISSUED = """
DROP TRIGGER no_truncate ON metering_statementline;
DROP TRIGGER no_truncate ON metering_statement;
DROP TRIGGER issued ON metering_statementline;
DROP TRIGGER issued ON metering_statement;
DROP FUNCTION metering_no_truncate();
DROP FUNCTION metering_line_issued();
DROP FUNCTION metering_statement_issued();
"""


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_initial")]
    operations = [migrations.RunSQL(COUNTERS, NO_COUNTERS), migrations.RunSQL(ISSUED, NOT_ISSUED)]
