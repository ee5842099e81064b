"""PostgreSQL lets no copy of a trusted list be changed or removed: evidence of signatures rests on it."""

from django.db import migrations

PROMISES = """
CREATE FUNCTION trust_lists_copy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a copy of a trusted list is evidence: it is neither changed nor removed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER copy_stays BEFORE UPDATE OR DELETE ON trust_lists_trustedlistcopy
    FOR EACH ROW EXECUTE FUNCTION trust_lists_copy_stays();
"""

UNDO = """
DROP TRIGGER copy_stays ON trust_lists_trustedlistcopy;
DROP FUNCTION trust_lists_copy_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("trust_lists", "0001_initial")]
    operations = [migrations.RunSQL(PROMISES, UNDO)]
