"""`skarbnik lint_migrations`: what may not reach 2,479 gminas that are in use."""

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from tenants.fleet import lint, lint_rules
from tenants.fleet.lint import Finding, indexes_per_table, refused
from tenants.fleet.lint_rules import Change, broken_rules
from tenants.fleet.replayable import reason_for_django

TABLE = migrations.CreateModel(
    "Payment",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("code", models.CharField(max_length=20, null=True)),
        ("amount", models.IntegerField()),
    ],
)


def rules(operation: object, *, is_old: bool = True) -> set[str]:
    """Rules that the operation breaks on payments.payment, a large table."""
    before = ProjectState()
    TABLE.state_forwards("payments", before)
    after = before.clone()
    operation.state_forwards("payments", after)  # type: ignore[attr-defined]
    old = frozenset(before.models) if is_old else frozenset()
    return {rule for rule, _ in broken_rules(Change(operation, "payments", before, after, old))}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (migrations.AddField("payment", "note", models.TextField(null=True)), set()),
        (migrations.AddField("payment", "note", models.IntegerField(default=0, db_default=0)), set()),
        (migrations.AddField("payment", "note", models.IntegerField(default=0)), {"not_null"}),
        (migrations.AddField("payment", "note", models.IntegerField(null=True, db_index=True)), {"index"}),
        (migrations.AlterField("payment", "code", models.CharField(max_length=30, null=True)), set()),
        (migrations.AlterField("payment", "code", models.TextField(null=True)), set()),
        (migrations.AlterField("payment", "code", models.CharField(max_length=10, null=True)), {"rewrite"}),
        (migrations.AlterField("payment", "amount", models.BigIntegerField()), {"rewrite"}),
        (migrations.AlterField("payment", "code", models.CharField(max_length=20)), {"not_null"}),
        (migrations.AddIndex("payment", models.Index(fields=["code"], name="one")), {"index"}),
        (
            migrations.AddConstraint("payment", models.UniqueConstraint(fields=["code"], name="one")),
            {"index"},
        ),
        (
            migrations.AddConstraint(
                "payment", models.CheckConstraint(condition=models.Q(amount__gt=0), name="one")
            ),
            {"check"},
        ),
        (migrations.RenameField("payment", "code", "number"), {"rename"}),
        (migrations.RenameModel("Payment", "Wplata"), {"rename"}),
        (migrations.AlterModelTable("payment", "wplaty"), {"rename"}),
        (migrations.RemoveField("payment", "code"), {"removal"}),
        (migrations.DeleteModel("Payment"), {"removal"}),
        (migrations.RunPython(lambda apps, editor: None), {"python", "reverse"}),
        (migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop), {"python"}),
        (migrations.RunSQL("CREATE INDEX one ON payments_payment (code)", ""), {"index"}),
        (migrations.RunSQL("CREATE INDEX CONCURRENTLY one ON payments_payment (code)", ""), set()),
        (migrations.RunSQL("UPDATE payments_payment SET code = ''", ""), {"data"}),
        (migrations.RunSQL("ALTER TABLE payments_payment ALTER COLUMN code SET NOT NULL", ""), {"not_null"}),
        (
            migrations.RunSQL(
                "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN UPDATE x SET y = 1; END $$", ""
            ),
            set(),
        ),
        (migrations.RunSQL("SELECT 1"), {"reverse"}),
    ],
    ids=lambda value: None if isinstance(value, set) else type(value).__name__,
)
def test_each_unsafe_operation_is_refused_and_its_safe_form_is_not(operation, expected):
    assert rules(operation) == expected


def test_a_table_that_the_same_migration_makes_may_get_anything():
    assert (
        rules(migrations.AddField("payment", "note", models.IntegerField(default=0)), is_old=False) == set()
    )
    assert (
        rules(migrations.AddIndex("payment", models.Index(fields=["code"], name="one")), is_old=False)
        == set()
    )


def test_a_reason_beside_the_migration_allows_the_rule_that_it_names_and_no_other():
    findings = [Finding("a.1", "index", "x", reason="small"), Finding("a.1", "rewrite", "y")]
    assert [finding.rule for finding in refused(findings)] == ["rewrite"]


def test_our_own_migrations_are_safe_or_say_why():
    unsafe = refused(lint.lint())
    assert not unsafe, "\n".join(map(str, unsafe))


def test_large_tables_of_the_rules_exist():
    from django.apps import apps

    for app_label, model in lint_rules.LARGE:
        apps.get_model(app_label, model)


def test_the_mean_number_of_indexes_of_a_table_is_within_the_budget():
    from django.db.migrations.loader import MigrationLoader

    assert 1 < indexes_per_table(MigrationLoader(None).project_state()) <= lint.INDEXES_PER_TABLE


def test_the_command_fails_when_something_is_refused(monkeypatch, capsys):
    call_command("lint_migrations")
    monkeypatch.setattr(lint, "INDEXES_PER_TABLE", 0.5)
    with pytest.raises(CommandError, match="1 unsafe"):
        call_command("lint_migrations")
    assert "indexes per table" in capsys.readouterr().out


def test_what_cannot_be_replayed_is_recognised():
    def made(*operations: object, atomic: bool = True) -> str:
        kind = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": atomic})
        return reason_for_django(kind("0002_x", "payments"))

    def python(apps: object, editor: object) -> None:
        """Something."""

    assert made(TABLE) == ""
    assert "RunPython" in made(migrations.RunPython(python))
    assert made(migrations.RunPython(migrations.RunPython.noop)) == ""
    assert made(migrations.RunSQL("SELECT 1")) == ""
    assert "transaction" in made(TABLE, atomic=False)
    hidden = migrations.SeparateDatabaseAndState(database_operations=[migrations.RunPython(python)])
    assert "RunPython" in made(hidden)
    assert "computed" in made(migrations.AddField("payment", "at", models.DateTimeField(default=python)))
