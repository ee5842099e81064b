"""Publications; PostgreSQL keeps that nobody reads his own draft for another, and that nothing published is changed."""

import django.db.models.deletion
import kernel.fields
import services.publishing.domain
from django.db import migrations, models

PROMISES = """
CREATE FUNCTION publication_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.published_at IS NOT NULL THEN
        IF TG_OP = 'DELETE' OR (NEW.kind, NEW.title, NEW.body, NEW.authors, NEW.reviewed_by, NEW.published_at)
                IS DISTINCT FROM (OLD.kind, OLD.title, OLD.body, OLD.authors, OLD.reviewed_by, OLD.published_at) THEN
            RAISE EXCEPTION 'what was published never changes: withdraw it and publish a correction'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.reviewed_by <> '' AND jsonb_exists(NEW.authors, NEW.reviewed_by) THEN
        RAISE EXCEPTION 'nobody reviews a publication of which one is an author'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promises BEFORE INSERT OR UPDATE OR DELETE ON publishing_publication
    FOR EACH ROW EXECUTE FUNCTION publication_promises();
"""

UNDO = """
DROP TRIGGER promises ON publishing_publication;
DROP FUNCTION publication_promises();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('news', 'aktualność'), ('bulletin', 'komunikat'), ('question', 'pytanie i odpowiedź')], max_length=10, verbose_name='rodzaj')),
                ('title', models.CharField(max_length=200, verbose_name='tytuł')),
                ('body', models.TextField(verbose_name='treść')),
                ('topic', models.CharField(blank=True, max_length=80, verbose_name='dział')),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='kolejność')),
                ('is_important', models.BooleanField(default=False, verbose_name='ważne')),
                ('visible_from', models.DateField(verbose_name='widoczne od')),
                ('visible_to', models.DateField(blank=True, null=True, verbose_name='widoczne do')),
                ('state', models.CharField(choices=[('draft', 'projekt'), ('reviewed', 'sprawdzone, czeka na publikację'), ('published', 'opublikowane'), ('withdrawn', 'wycofane')], default=services.publishing.domain.State['DRAFT'], max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('authors', models.JSONField(blank=True, default=list)),
                ('reviewed_by', models.CharField(blank=True, max_length=40)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='corrections', to='publishing.publication')),
            ],
            options={
                'ordering': ('-visible_from', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('visible_to__isnull', True), ('visible_to__gte', models.F('visible_from')), _connector='OR'), name='publication_days'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_by', ''), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), models.Q(models.Q(('reviewed_by', ''), _negated=True), ('authors', []), _connector='OR')), _connector='OR'), name='publication_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state__in', ['draft', 'reviewed'])), models.Q(('published_at__isnull', False), ('state__in', ['published', 'withdrawn'])), _connector='OR'), name='publication_published_at'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True)), _connector='OR'), name='publication_withdrawn_at')],
            },
        ),
        migrations.RunSQL(PROMISES, UNDO),
    ]
