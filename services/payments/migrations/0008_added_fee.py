from django.db import migrations, models


class Migration(migrations.Migration):
    fleet_reasons = {"check": "from before the first gmina was in use"}

    dependencies = [("payments", "0007_reconciliation")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="added_fee_gr",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("added_fee_gr", 0), models.Q(("added_fee_gr__gt", 0), ("fee_gr", 0)), _connector="OR"
                ),
                name="payment_one_fee",
            ),
        ),
    ]
