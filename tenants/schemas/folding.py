"""Foreign keys of new tables need no check of their rows: the one place where pg_dump's text is slower than it must be.

pg_dump makes tables, fills them, and adds constraints; PostgreSQL then runs a query for each foreign key to check rows that
are not there, a tenth of the whole time. Inside CREATE TABLE it knows that there are none. So identities, keys and foreign
keys move into it, tables come after those they refer to, and rows last but for triggers. The catalogs come out the same,
which the recording proves each time; a text of another form than expected stays as it is.
"""

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"\n--\n-- (?:Data for )?Name: [^\n]*; Type: ([A-Z ]+); Schema: [^\n]*\n--\n")
_TABLE = re.compile(r"(?P<before>.*\n|)CREATE TABLE (?P<name>\S+) \(\n(?P<body>.*)\n\);", re.DOTALL)
_IDENTITY = re.compile(
    r"ALTER TABLE (?P<table>\S+) ALTER COLUMN (?P<column>\S+) ADD (?P<what>GENERATED [^;]* AS IDENTITY \([^;]*\));"
)
_CONSTRAINT = re.compile(r"ALTER TABLE ONLY (?P<table>\S+)\s+ADD (?P<what>CONSTRAINT [^;]*);")
_REFERS = re.compile(r" REFERENCES ([^\s(]+)\(")
_LATE = {"TRIGGER", "FK CONSTRAINT"}


@dataclass
class _Table:
    before: str
    name: str
    body: str
    foreign: list[tuple[str, str]] = field(default_factory=list)

    def statement(self) -> str:
        return f"{self.before}CREATE TABLE {self.name} (\n{self.body}\n);"


def folded(text: str) -> str:
    """The same DDL with constraints inside CREATE TABLE, or the text itself where it is not of the form expected."""
    head, *pieces = _HEADING.split(text)
    entries = [(kind, body.strip()) for kind, body in zip(pieces[::2], pieces[1::2], strict=True)]
    places = [place for place, (kind, _) in enumerate(entries) if kind == "TABLE"]
    if not places:
        return text
    first, last = places[0], places[-1] + 1
    tables: dict[str, _Table] = {}
    while last < len(entries) and entries[last][0] == "SEQUENCE":
        last += 1
    for kind, body in entries[first:last]:
        if not _is_taken_in(kind, body, tables):
            return text
    later = [
        (kind, body) for kind, body in entries[last:] if kind != "CONSTRAINT" or not _add_key(body, tables)
    ]
    rest = [body for kind, body in later if kind not in _LATE | {"TABLE DATA"}]
    rows = [body for kind, body in later if kind == "TABLE DATA" and body]
    triggers = [body for kind, body in later if kind == "TRIGGER"]
    keys = [body for kind, body in later if kind == "FK CONSTRAINT" and not _add_foreign(body, tables)]
    made, circular = _in_order(tables)
    order = {table.name: place for place, table in enumerate(made)}
    rows.sort(key=lambda body: order.get(body.removeprefix("INSERT INTO ").partition(" ")[0], len(order)))
    statements = [
        *(body for _, body in entries[:first]), *(table.statement() for table in made), *rest,
        "SET CONSTRAINTS ALL IMMEDIATE;", *rows, *keys, *circular, *triggers,
    ]  # fmt: skip
    return head + "\n" + "\n\n".join(statements) + "\n"


def _is_taken_in(kind: str, body: str, tables: dict[str, _Table]) -> bool:
    """Whether it is a plain table, or the identity of one of them, which goes into its column."""
    if kind == "TABLE" and (found := _TABLE.fullmatch(body)):
        tables[found["name"]] = _Table(found["before"], found["name"], found["body"])
        return True
    if kind == "SEQUENCE" and (found := _IDENTITY.fullmatch(body)) and found["table"] in tables:
        table = tables[found["table"]]
        column = re.compile(rf"^    {re.escape(found['column'])} [^\n]*?(?=,?$)", re.MULTILINE)
        table.body, count = column.subn(lambda one: f"{one[0]} {found['what']}", table.body, count=1)
        return count == 1
    return False


def _add_key(body: str, tables: dict[str, _Table]) -> bool:
    found = _CONSTRAINT.fullmatch(body)
    if found is None or found["table"] not in tables:
        return False
    tables[found["table"]].body += f",\n    {found['what']}"
    return True


def _add_foreign(body: str, tables: dict[str, _Table]) -> bool:
    found = _CONSTRAINT.fullmatch(body)
    target = found and _REFERS.search(found["what"])
    if not (found and target and found["table"] in tables and target[1] in tables) or "NOT VALID" in body:
        return False
    tables[found["table"]].foreign.append((target[1], found["what"]))
    return True


def _in_order(tables: dict[str, _Table]) -> tuple[list[_Table], list[str]]:
    """Tables after those they refer to, with their foreign keys in them; foreign keys of a circle are left over."""
    waiting, made, circular = list(tables.values()), [], []
    known: set[str] = set()
    while waiting:
        free = (table for table in waiting if all(to in known | {table.name} for to, _ in table.foreign))
        table = next(free, waiting[0])
        waiting.remove(table)
        for to, what in table.foreign:
            if to in known | {table.name}:
                table.body += f",\n    {what}"
            else:
                circular.append(f"ALTER TABLE ONLY {table.name} ADD {what};")
        known.add(table.name)
        made.append(table)
    return made, circular
