"""A regulation is approved by another person than its authors, and stays as it was published: PostgreSQL keeps both."""

from django.db import migrations, models

PROMISES = """
CREATE FUNCTION regulation_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'published' THEN
        RAISE EXCEPTION 'a published regulation never changes: publish a new version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.approved_by <> '' AND jsonb_exists(NEW.authors, NEW.approved_by) THEN
        RAISE EXCEPTION 'nobody approves a regulation of which one is an author'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promises BEFORE INSERT OR UPDATE OR DELETE ON configuration_regulationversion
    FOR EACH ROW EXECUTE FUNCTION regulation_promises();
"""

UNDO = """
DROP TRIGGER promises ON configuration_regulationversion;
DROP FUNCTION regulation_promises();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('configuration', '0008_asks_consent'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='regulationversion',
            name='regulation_published_at',
        ),
        migrations.AddField(
            model_name='regulationversion',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='regulationversion',
            name='approved_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='regulationversion',
            name='authors',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AlterField(
            model_name='regulationversion',
            name='state',
            field=models.CharField(choices=[('draft', 'projekt'), ('approved', 'zatwierdzony'), ('published', 'opublikowany')], default='draft', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='regulationversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='regulation_published_at'),
        ),
        migrations.AddConstraint(
            model_name='regulationversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_by', ''), ('state', 'draft')), models.Q(('approved_at__isnull', False), ('state', 'approved'), models.Q(('approved_by', ''), _negated=True)), models.Q(('state', 'published'), models.Q(models.Q(('approved_by', ''), _negated=True), ('authors', []), _connector='OR')), _connector='OR'), name='regulation_two_persons'),
        ),
        migrations.RunSQL(PROMISES, UNDO),
    ]
