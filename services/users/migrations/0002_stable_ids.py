"""Content types and permissions get the same id in every schema: an id computed from the name.

Django keeps one cache of content types for the whole process; with ids that differ between gminas a thread could read
another gmina's. The trigger makes the id a function of the name, so the cache is right for every schema.
"""

from django.db import migrations

STABLE_IDS = """
CREATE FUNCTION skarbnik_stable_id() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    IF TG_TABLE_NAME = 'django_content_type' THEN
        name := NEW.app_label || '.' || NEW.model;
    ELSE
        name := NEW.content_type_id || '.' || NEW.codename;
    END IF;
    NEW.id := (('x' || substr(md5(name), 1, 8))::bit(32)::int) & 2147483647;
    RETURN NEW;
END $$;
CREATE TRIGGER stable_id BEFORE INSERT ON django_content_type FOR EACH ROW EXECUTE FUNCTION skarbnik_stable_id();
CREATE TRIGGER stable_id BEFORE INSERT ON auth_permission FOR EACH ROW EXECUTE FUNCTION skarbnik_stable_id();
"""

UNDO = """
DROP TRIGGER stable_id ON auth_permission;
DROP TRIGGER stable_id ON django_content_type;
DROP FUNCTION skarbnik_stable_id();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunSQL(STABLE_IDS, UNDO)]
