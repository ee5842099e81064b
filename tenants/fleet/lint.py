"""What a migration may not do while 2,479 gminas are in use: read from the migrations themselves, no database is asked.

A migration that must break a rule says so where it stands, with the reason that makes it safe:

    class Migration(migrations.Migration):
        fleet_reasons = {"index": "the table has a row for each clerk"}
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tenants.fleet.lint_rules import Change, broken_rules
from tenants.fleet.replayable import flat

OURS = ("kernel.", "tenants.", "services.", "frontend.")
INDEXES_PER_TABLE = 6.0


@dataclass(frozen=True)
class Finding:
    """A broken rule; `reason` is the migration's own justification, "" when it gives none."""

    migration: str
    rule: str
    text: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.migration}: {self.rule}: {self.text}" + (
            f" (allowed: {self.reason})" if self.reason else ""
        )


def lint() -> list[Finding]:
    """All broken rules of our own applications that have tables in gminas, justified ones included."""
    loader = MigrationLoader(None)
    plan = loader.graph._generate_plan(
        loader.graph.leaf_nodes(), at_end=True
    )  # as MigrationLoader.project_state does
    state = ProjectState()
    found: list[Finding] = []
    for key in plan:
        migration = loader.graph.nodes[key]
        if _is_linted(migration.app_label):
            found += _lint_migration(migration, state)
        else:
            migration.mutate_state(state, preserve=False)
    found += _index_budget(state)
    return found


def refused(findings: list[Finding]) -> list[Finding]:
    """Those without a reason."""
    return [finding for finding in findings if not finding.reason]


def _is_linted(app_label: str) -> bool:
    name = apps.get_app_config(app_label).name
    return name in settings.TENANT_APPS and f"{name}.".startswith(OURS)


def _lint_migration(migration: Migration, state: ProjectState) -> Iterator[Finding]:
    reasons: dict[str, str] = getattr(migration, "fleet_reasons", {})
    # The first migrations of an application run one after another, before anybody uses its tables.
    is_first = bool(migration.initial)
    old_tables = frozenset(table for table in state.models if not is_first or table[0] != migration.app_label)
    name = f"{migration.app_label}.{migration.name}"
    for operation in migration.operations:
        earlier = state.clone()
        operation.state_forwards(migration.app_label, state)
        for part in flat([operation]):
            change = Change(part, migration.app_label, earlier, state, old_tables, is_atomic=migration.atomic)
            for rule, text in broken_rules(change):
                yield Finding(name, rule, text, reasons.get(rule, ""))


def indexes_per_table(state: ProjectState) -> float:
    """Mean number of indexes that Django makes for a gmina's table of ours."""
    counts = [
        _indexes(model)
        for model in state.apps.get_models(include_auto_created=True)
        if _is_linted(model._meta.app_label)
    ]
    return sum(counts) / len(counts) if counts else 0.0


def _index_budget(state: ProjectState) -> list[Finding]:
    mean = indexes_per_table(state)
    if mean <= INDEXES_PER_TABLE:
        return []
    text = f"{mean:.1f} indexes per table, at most {INDEXES_PER_TABLE:.0f}: each is a file and memory in every gmina"
    return [Finding("all applications", "budget", text)]


def _indexes(model: type) -> int:
    meta = model._meta  # type: ignore[attr-defined]
    fields = 0
    for field in meta.local_fields:
        if field.unique or field.db_index:
            is_text = field.get_internal_type() in {"CharField", "TextField", "SlugField"}
            fields += 2 if is_text else 1  # Django adds one for LIKE
    unique = [
        one for one in meta.constraints if type(one).__name__ in {"UniqueConstraint", "ExclusionConstraint"}
    ]
    return fields + len(meta.indexes) + len(unique) + len(meta.unique_together)
