"""What there is to do: gminas by what they lack."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kernel import tenancy
from kernel.errors import NotFound
from tenants.fleet.gminas import Gmina, registered_gminas
from tenants.fleet.reading import Key, read_applied, read_signatures
from tenants.fleet.report import Report, label
from tenants.fleet.sessions import Session, open_session
from tenants.fleet.signatures import Code


@dataclass(frozen=True)
class Group:
    """Gminas, of whichever cluster, whose schemas have recorded the same migrations, and the ones that they lack."""

    signature: str
    gminas: list[Gmina]
    pending: frozenset[Key]

    def canary(self, wanted: str) -> Gmina:
        """The gmina that Django migrates first: the one asked for, else the first whose portal is open, else the first."""
        asked = (gmina for gmina in self.gminas if gmina.teryt == wanted)
        is_open = (gmina for gmina in self.gminas if gmina.is_open)
        return next(asked, None) or next(is_open, None) or self.gminas[0]


def public_is_current(session: Session, code: Code) -> bool:
    """Whether the platform's own schema lacks no migration."""
    place = (tenancy.PUBLIC_SCHEMA, tenancy.PUBLIC_ROLE)
    found = read_signatures(session, [place]).get(tenancy.PUBLIC_SCHEMA)
    if found is None:
        return False
    return found == code.signature or not code.pending(read_applied(session, *place))


def find_groups(code: Code, only: Collection[str], report: Report) -> list[Group]:
    """Groups of gminas that lack something, largest first; what else is to be told goes into `report`.

    One query for each cluster finds them. Raises NotFound("tenant.unknown") for a TERYT of `only` that is not registered.
    """
    known = registered_gminas()
    unknown = set(only) - {gmina.teryt for gmina in known}
    if unknown:
        raise NotFound("tenant.unknown", teryt=", ".join(sorted(unknown)))
    wanted = [gmina for gmina in known if not only or gmina.teryt in only]
    ready = [gmina for gmina in wanted if not gmina.is_being_set_up]
    signatures = _signatures(ready)
    report.total = len(ready)
    report.current = 0
    report.set_up = [label(gmina) for gmina in wanted if gmina.is_being_set_up]
    report.missing = [label(gmina) for gmina in ready if gmina.schema not in signatures]
    report.suspended = sum(gmina.is_read_only for gmina in ready)
    report.ahead = []
    groups = []
    for signature, gminas in _by_signature(ready, signatures).items():
        applied = _applied(gminas[0]) if signature != code.signature else None
        pending = code.pending(applied) if applied is not None else frozenset()
        if pending:
            groups.append(Group(signature, gminas, pending))
            continue
        report.current += len(gminas)
        if applied is not None and applied - code.migrations.keys():
            report.ahead += [label(gmina) for gmina in gminas]
    return sorted(groups, key=lambda group: -len(group.gminas))


def _signatures(gminas: Iterable[Gmina]) -> dict[str, str]:
    found: dict[str, str] = {}
    places: dict[str, list[tuple[str, str]]] = {}
    for gmina in gminas:
        places.setdefault(gmina.shard, []).append((gmina.schema, gmina.role))
    for shard, asked in places.items():
        with open_session(shard) as session:
            found |= read_signatures(session, asked)
    return found


def _applied(gmina: Gmina) -> frozenset[Key]:
    with open_session(gmina.shard) as session:
        return read_applied(session, gmina.schema, gmina.role)


def _by_signature(gminas: list[Gmina], signatures: dict[str, str]) -> dict[str, list[Gmina]]:
    found: dict[str, list[Gmina]] = {}
    for gmina in gminas:
        if gmina.schema in signatures:
            found.setdefault(signatures[gmina.schema], []).append(gmina)
    return found
