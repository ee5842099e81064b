"""Switches, limits, use by day, prices and monthly statements."""

import django.db.models.deletion
import django.db.models.expressions
import kernel.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SettingsVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(unique=True)),
                ('vat_bp', models.PositiveIntegerField(null=True)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ('-valid_from',),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__day', 1)), name='metering_prices_from_first_of_month')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('teryt', models.CharField(max_length=7)),
                ('gmina_name', models.CharField(max_length=120)),
                ('month', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'projekt'), ('issued', 'wystawione')], default='draft', max_length=8)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('sequence', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('net_gr', models.BigIntegerField()),
                ('vat_bp', models.PositiveIntegerField(null=True)),
                ('vat_gr', models.BigIntegerField(default=0)),
                ('gross_gr', models.BigIntegerField()),
                ('drafted_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('issued_by', models.CharField(blank=True, max_length=80)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='metering.statement')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='metering.pricelist')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.tenant')),
            ],
            options={
                'ordering': ('-month', '-id'),
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('charge', models.CharField(max_length=12)),
                ('quantity', models.BigIntegerField()),
                ('included', models.BigIntegerField()),
                ('price_gr', models.BigIntegerField()),
                ('per', models.PositiveIntegerField()),
                ('amount_gr', models.BigIntegerField()),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='metering.statement')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='UsageDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('payments', models.PositiveIntegerField(default=0)),
                ('payments_gr', models.BigIntegerField(default=0)),
                ('messages', models.PositiveIntegerField(default=0)),
                ('api_requests', models.PositiveIntegerField(default=0)),
                ('residents', models.PositiveIntegerField(default=0)),
                ('storage_bytes', models.BigIntegerField(default=0)),
                ('measured_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.tenant')),
            ],
            options={
                'ordering': ('day',),
            },
        ),
        migrations.CreateModel(
            name='FlagOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=80)),
                ('is_on', models.BooleanField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='metering_flag_once')],
            },
        ),
        migrations.CreateModel(
            name='PriceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('charge', models.CharField(choices=[('month', 'month'), ('payments', 'payments'), ('messages', 'messages'), ('api_requests', 'api_requests'), ('residents', 'residents'), ('storage', 'storage')], max_length=12)),
                ('price_gr', models.BigIntegerField()),
                ('per', models.PositiveIntegerField(default=1)),
                ('included', models.PositiveBigIntegerField(default=0)),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='metering.pricelist')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('price_list', 'charge'), name='metering_price_once'), models.CheckConstraint(condition=models.Q(('per__gt', 0), ('price_gr__gte', 0)), name='metering_price_amounts')],
            },
        ),
        migrations.CreateModel(
            name='QuotaOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=80)),
                ('most', models.BigIntegerField()),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='directory.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='metering_quota_once'), models.CheckConstraint(condition=models.Q(('most__gte', 0)), name='metering_quota_not_negative')],
            },
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('year', 'sequence'), name='metering_statement_number'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', True)), fields=('tenant', 'month'), name='metering_statement_first_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('tenant', 'month'), name='metering_statement_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sequence__isnull', True), ('state', 'draft'), ('year__isnull', True)), models.Q(('issued_at__isnull', False), ('sequence__isnull', False), ('state', 'issued'), ('year__isnull', False)), _connector='OR'), name='metering_statement_issued_has_number'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('gross_gr', django.db.models.expressions.CombinedExpression(models.F('net_gr'), '+', models.F('vat_gr')))), name='metering_statement_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('statement', 'charge'), name='metering_line_once'),
        ),
        migrations.AddConstraint(
            model_name='usageday',
            constraint=models.UniqueConstraint(fields=('tenant', 'day'), name='metering_usage_once'),
        ),
    ]
