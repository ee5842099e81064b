"""The recorded migrations as one SQL text for each gmina."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from psycopg import sql

from tenants.fleet.reading import Key
from tenants.fleet.recording import FLUSH_TRIGGERS, Recording, Step


@dataclass(frozen=True)
class Segment:
    """A stretch of a plan that is one transaction: a text, or one migration through Django."""

    text: str = ""
    through_django: Key | None = None


def segments(recording: Recording) -> list[Segment]:
    """The recording in the order of its migrations; one segment unless something runs through Django.

    Content types and permissions come first: they need no new table, and a run that is killed between two segments has
    left them already.
    """
    names = names_text(recording)
    if recording.is_replayable:
        return [Segment(joined([names, *_texts(recording.steps, recording.further_records)]))]
    found = [Segment(names)] if names else []
    for is_django, steps in groupby(recording.steps, lambda step: bool(step.through_django)):
        if is_django:
            found += [Segment(through_django=step.key) for step in steps]
        else:
            found.append(Segment(joined(_texts(tuple(steps)))))
    if recording.further_records:
        found.append(Segment(records_text(recording.further_records)))
    return found


def _texts(steps: Sequence[Step], further: Sequence[Key] = ()) -> list[str]:
    texts: list[str] = []
    for position, step in enumerate(steps):
        if position:
            texts.append(FLUSH_TRIGGERS)
        texts += step.statements
    records = [record for step in steps for record in step.records]
    return [*texts, records_text([*records, *further])]


def joined(texts: Iterable[str]) -> str:
    """One text; each part ends on a line of its own, because it may end with a comment."""
    return "\n;\n".join(text for text in texts if text)


def records_text(records: Sequence[Key]) -> str:
    """Writes that migrations were applied."""
    if not records:
        return ""
    return (  # each name stands as a literal
        f"INSERT INTO django_migrations (app, name, applied)\nSELECT v.*, now() FROM ({_values(records)}) v"
    )


def names_text(recording: Recording) -> str:
    """New content types and permissions by their natural key. A trigger makes their ids from the names (users.0002)."""
    texts = []
    if recording.content_types:
        texts.append(
            "INSERT INTO django_content_type (app_label, model)\n"
            f"{_values(recording.content_types)} ON CONFLICT DO NOTHING"
        )
    if recording.permissions:
        texts.append(
            "INSERT INTO auth_permission (content_type_id, codename, name)\n"
            f"SELECT c.id, v.codename, v.name FROM ({_values(recording.permissions)})\n"
            "  AS v (app_label, model, codename, name)\n"
            "  JOIN django_content_type c ON c.app_label = v.app_label AND c.model = v.model ON CONFLICT DO NOTHING"
        )
    return joined(texts)


def _values(rows: Iterable[Sequence[str]]) -> str:
    lines = (", ".join(sql.Literal(value).as_string(None) for value in row) for row in rows)
    return "VALUES " + ",\n  ".join(f"({line})" for line in lines)
