"""PostgreSQL lets a row of the legal tables be superseded once, and changed in no other way."""

from django.db import migrations

PROMISES = """
CREATE FUNCTION rates_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
        OR (to_jsonb(NEW) - ARRAY['superseded_at', 'superseded_by', 'reason'])
            <> (to_jsonb(OLD) - ARRAY['superseded_at', 'superseded_by', 'reason']) THEN
        RAISE EXCEPTION 'a row of the legal tables is not changed: supersede it by a right one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER row_stays BEFORE UPDATE ON rates_interestrate
    FOR EACH ROW EXECUTE FUNCTION rates_row_stays();
CREATE TRIGGER row_stays BEFORE UPDATE ON rates_datedamount
    FOR EACH ROW EXECUTE FUNCTION rates_row_stays();
"""

UNDO = """
DROP TRIGGER row_stays ON rates_datedamount;
DROP TRIGGER row_stays ON rates_interestrate;
DROP FUNCTION rates_row_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("rates", "0002_corrections")]
    operations = [migrations.RunSQL(PROMISES, UNDO)]
