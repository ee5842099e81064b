"""Figures of reconciliation, and what became of operators' messages, for the console."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='tenantfigures',
            name='discrepancies',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='tenantfigures',
            name='reconciled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='TenantOperatorEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.UUIDField()),
                ('operator', models.CharField(max_length=30)),
                ('kind', models.CharField(blank=True, max_length=12)),
                ('verdict', models.CharField(max_length=16)),
                ('reference', models.CharField(blank=True, max_length=32)),
                ('deliveries', models.PositiveIntegerField()),
                ('received_at', models.DateTimeField()),
                ('processed_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('asked_by', models.CharField(blank=True, max_length=80)),
                ('refusal', models.CharField(blank=True, max_length=60)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='operator_events', to='directory.tenant')),
            ],
            options={
                'ordering': ('-received_at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('tenant', 'event_id'), name='tenant_operator_event_once')],
            },
        ),
    ]
