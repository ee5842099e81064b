"""Payouts of operators, what does not agree, and how far each operator account has been compared."""

import django.db.models.deletion
import kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('configuration', '0002_open_points_of_law'),
        ('payments', '0006_refunds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since_on', models.DateField()),
                ('read_until', models.DateField(null=True)),
                ('compared_at', models.DateTimeField(null=True)),
                ('good_at', models.DateTimeField(null=True)),
                ('next_run_at', models.DateTimeField()),
                ('busy_until', models.DateTimeField(null=True)),
                ('failure_code', models.CharField(blank=True, max_length=60)),
                ('operator_account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='configuration.operatoraccount')),
            ],
        ),
        migrations.CreateModel(
            name='SettlementBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('batch_id', models.CharField(max_length=60)),
                ('settled_on', models.DateField(null=True)),
                ('first_read_at', models.DateTimeField()),
                ('bank_amount_gr', models.BigIntegerField(null=True)),
                ('bank_on', models.DateField(null=True)),
                ('entered_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('operator_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='configuration.operatoraccount')),
            ],
            options={
                'ordering': ('-settled_on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Discrepancy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('details', models.JSONField(default=dict)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'do wyjaśnienia'), ('resolved', 'wyjaśniona')], default='open', max_length=8)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('note', kernel.fields.EncryptedTextField(blank=True, editable=True)),
                ('operator_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='configuration.operatoraccount')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies', to='payments.payment')),
                ('resolved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.settlementbatch')),
            ],
            options={
                'ordering': ('first_seen_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='SettlementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operator_tx_id', models.CharField(max_length=80)),
                ('refund_id', models.CharField(blank=True, max_length=60)),
                ('reference', models.CharField(blank=True, max_length=100)),
                ('amount_gr', models.BigIntegerField()),
                ('fee_gr', models.BigIntegerField(null=True)),
                ('is_listed', models.BooleanField(default=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.settlementbatch')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlement_lines', to='payments.payment')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddConstraint(
            model_name='settlementbatch',
            constraint=models.UniqueConstraint(fields=('operator_account', 'batch_id'), name='settlement_batch_once'),
        ),
        migrations.AddConstraint(
            model_name='settlementbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bank_amount_gr__isnull', True), ('bank_on__isnull', True), ('confirmed_at__isnull', True), ('entered_at__isnull', True)), models.Q(('bank_amount_gr__isnull', False), ('bank_on__isnull', False), ('entered_at__isnull', False)), _connector='OR'), name='settlement_batch_transfer'),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['first_seen_at'], name='discrepancy_open'),
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('resolved_by__isnull', True), ('state', 'open')), models.Q(('resolved_at__isnull', False), ('state', 'resolved')), _connector='OR'), name='discrepancy_resolved'),
        ),
        migrations.AddConstraint(
            model_name='settlementline',
            constraint=models.UniqueConstraint(fields=('batch', 'operator_tx_id', 'refund_id'), name='settlement_line_once'),
        ),
    ]
