"""The limit of art. 62b § 1 pkt 3 O.p. becomes a dated amount; tables that are filled already get its row here."""

from django.db import migrations, models

FILL = """
INSERT INTO rates_datedamount (kind, valid_from, amount_gr, act, added_at)
SELECT 'third_party_limit', '2016-01-01', 100000, 'art. 62b § 1 pkt 3 Ordynacji podatkowej (kwota do potwierdzenia)',
    min(confirmed_at)
FROM rates_ratesconfirmation HAVING count(*) > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("rates", "0003_rows_stay")]
    operations = [
        migrations.AlterField(
            model_name="datedamount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("minimum_interest", "próg odsetek (art. 54 § 1 pkt 5 Ordynacji)"),
                    ("reminder_cost", "koszty upomnienia"),
                    ("third_party_limit", "zapłata cudzego podatku (art. 62b § 1 pkt 3 Ordynacji)"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
