"""Refunds through the operator, proposed and approved by two persons; PostgreSQL keeps their sum within the payment."""

import django.db.models.deletion
import django.db.models.expressions
import kernel.fields
from django.conf import settings
from django.db import migrations, models

PROMISES = """
CREATE FUNCTION refund_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid bigint;
    gone bigint;
BEGIN
    IF NEW.proposed_by_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(received_gr, amount_gr + fee_gr) INTO paid
        FROM payments_payment WHERE id = NEW.payment_id FOR UPDATE;
    SELECT coalesce(sum(amount_gr), 0) INTO gone
        FROM payments_refund WHERE payment_id = NEW.payment_id AND state NOT IN ('rejected', 'withdrawn');
    IF gone + NEW.amount_gr > paid THEN
        RAISE EXCEPTION 'refunds of more than was paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER within_payment BEFORE INSERT ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION refund_within_payment();
"""

UNDO = """
DROP TRIGGER within_payment ON payments_refund;
DROP FUNCTION refund_within_payment();
"""


class Migration(migrations.Migration):
    fleet_reasons = {"check": "from before the first gmina was in use"}

    dependencies = [
        ('accounts', '0002_initial'),
        ('configuration', '0002_open_points_of_law'),
        ('payments', '0004_withdrawn_reversed_ex_officio'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=kernel.fields.new_public_id, editable=False, unique=True)),
                ('amount_gr', models.BigIntegerField()),
                ('paid_gr', models.BigIntegerField()),
                ('refunded_gr', models.BigIntegerField()),
                ('idempotency_key', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved'), ('sent', 'sent'), ('unknown', 'unknown'), ('pending', 'pending'), ('completed', 'completed'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], default='proposed', max_length=10)),
                ('reason', kernel.fields.EncryptedTextField(blank=True, editable=True)),
                ('closing_reason', kernel.fields.EncryptedTextField(blank=True, editable=True)),
                ('operator_status', models.CharField(blank=True, max_length=16)),
                ('failure_code', models.CharField(blank=True, max_length=60)),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('next_check_at', models.DateTimeField(null=True)),
                ('checks', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ('proposed_at', 'id'),
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='mismatch_reason',
            field=kernel.fields.EncryptedTextField(editable=True, null=True),
        ),
        migrations.AddField(
            model_name='payment',
            name='received_currency',
            field=models.CharField(blank=True, db_default='', max_length=3),
        ),
        migrations.AddField(
            model_name='payment',
            name='received_gr',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('received_gr__isnull', True), ('received_gr__gte', 0), _connector='OR'), name='payment_received'),
        ),
        migrations.AddField(
            model_name='refund',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('next_check_at__isnull', False)), fields=['next_check_at'], name='refund_checks'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['approved', 'pending', 'proposed', 'sent', 'unknown'])), fields=('payment',), name='refund_one_open'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('payment', 'idempotency_key'), name='refund_key'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_gr__gt', 0), ('paid_gr__gt', 0), ('refunded_gr__gte', 0)), name='refund_amounts'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by__isnull', True), ('amount_gr__lte', django.db.models.expressions.CombinedExpression(models.F('paid_gr'), '-', models.F('refunded_gr'))), _connector='OR'), name='refund_within_what_was_left'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='refund_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'pending', 'sent', 'unknown']), _negated=True), ('approved_by__isnull', False), _connector='OR'), name='refund_underway_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['approved', 'pending', 'proposed', 'sent', 'unknown'])), models.Q(models.Q(('state__in', ['approved', 'pending', 'proposed', 'sent', 'unknown']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='refund_end_has_time'),
        ),
        migrations.RunSQL(PROMISES, UNDO),
    ]
