"""Life of a gmina: trial, go-live list, own domains, announcements, leaving; its pulse and its days."""

import django.db.models.deletion
import kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0003_notify_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('text', models.CharField(max_length=300, verbose_name='treść')),
                ('audience', models.CharField(choices=[('everybody', 'mieszkańcy i pracownicy urzędów'), ('residents', 'mieszkańcy'), ('staff', 'pracownicy urzędów')], max_length=10, verbose_name='kto czyta')),
                ('shown_from', models.DateTimeField(verbose_name='pokazuj od')),
                ('shown_to', models.DateTimeField(verbose_name='pokazuj do')),
                ('for_all', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-shown_from', '-id'),
            },
        ),
        migrations.CreateModel(
            name='DomainCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(db_index=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='DomainClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('domain', models.CharField(max_length=253)),
                ('token', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('method', models.CharField(blank=True, max_length=4)),
                ('checked_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'ordering': ('domain',),
            },
        ),
        migrations.CreateModel(
            name='Offboarding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('reason', models.CharField(max_length=500)),
                ('leaves_on', models.DateField()),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('started_by', models.CharField(max_length=80)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('handed_over_note', models.CharField(blank=True, max_length=300)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.CharField(blank=True, max_length=80)),
                ('delete_after', models.DateField(null=True)),
                ('called_off_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-started_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='TenantDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True)),
                ('payments', models.IntegerField(default=0)),
                ('paid_gr', models.BigIntegerField(default=0)),
                ('beats', models.IntegerField(default=0)),
            ],
            options={
                'ordering': ('day',),
            },
        ),
        migrations.CreateModel(
            name='TenantPulse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('beat_at', models.DateTimeField(db_index=True)),
                ('schema_version', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='TenantReadiness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measured_at', models.DateTimeField(null=True)),
                ('lines', models.JSONField(default=list)),
                ('letter_asked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='tenant',
            name='opened_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='tenant',
            name='trial_payments',
            field=models.PositiveIntegerField(db_default=100, default=100),
        ),
        migrations.AddField(
            model_name='tenant',
            name='trial_residents',
            field=models.PositiveIntegerField(db_default=50, default=50),
        ),
        migrations.AddField(
            model_name='tenant',
            name='trial_sum_gr',
            field=models.BigIntegerField(db_default=100000, default=100000),
        ),
        migrations.AlterField(
            model_name='tenant',
            name='state',
            field=models.CharField(choices=[('provisioning', 'zakładana'), ('trial', 'wersja próbna'), ('active', 'działa'), ('suspended', 'zawieszona'), ('offboarding', 'odchodzi'), ('closed', 'zamknięta')], default='provisioning', max_length=12, verbose_name='stan'),
        ),
        # Who is open was opened when it went live: there was no trial before.
        migrations.RunSQL(
            "UPDATE directory_tenant SET opened_at = activated_at WHERE activated_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='tenant',
            index=models.Index(fields=['state', 'name'], name='tenant_state_name'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='gminas',
            field=models.ManyToManyField(blank=True, related_name='announcements', to='directory.tenant'),
        ),
        migrations.AddField(
            model_name='domaincertificate',
            name='domain',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='certificate', to='directory.domain'),
        ),
        migrations.AddField(
            model_name='domainclaim',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domain_claims', to='directory.tenant'),
        ),
        migrations.AddField(
            model_name='offboarding',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offboardings', to='directory.tenant'),
        ),
        migrations.AddField(
            model_name='tenantday',
            name='tenant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='directory.tenant'),
        ),
        migrations.AddField(
            model_name='tenantpulse',
            name='tenant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='pulse', to='directory.tenant'),
        ),
        migrations.AddField(
            model_name='tenantreadiness',
            name='tenant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='readiness', to='directory.tenant'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(('shown_to__gt', models.F('shown_from'))), name='announcement_has_length'),
        ),
        migrations.AddConstraint(
            model_name='domainclaim',
            constraint=models.UniqueConstraint(fields=('tenant', 'domain'), name='domain_claim_once'),
        ),
        migrations.AddConstraint(
            model_name='domainclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('verified_at__isnull', False)), fields=('domain',), name='domain_verified_once'),
        ),
        migrations.AddConstraint(
            model_name='offboarding',
            constraint=models.UniqueConstraint(condition=models.Q(('called_off_at__isnull', True), ('closed_at__isnull', True)), fields=('tenant',), name='one_offboarding_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='offboarding',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), models.Q(('confirmed_by', models.F('started_by')), _negated=True), _connector='OR'), name='offboarding_needs_two_people'),
        ),
        migrations.AddConstraint(
            model_name='offboarding',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('confirmed_at__isnull', False), ('handed_over_at__isnull', False)), _connector='OR'), name='offboarding_closes_after_confirmation'),
        ),
        migrations.AddConstraint(
            model_name='tenantday',
            constraint=models.UniqueConstraint(fields=('tenant', 'day'), name='tenant_day_once'),
        ),
        migrations.AddConstraint(
            model_name='tenantday',
            constraint=models.CheckConstraint(condition=models.Q(('beats__lte', 1440)), name='tenant_day_minutes'),
        ),
    ]
