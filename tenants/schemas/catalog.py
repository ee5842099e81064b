"""Queries on PostgreSQL's catalogs about one schema, each bounded by what the schema holds.

A platform of 2,479 gminas has more than a million relations, and `pg_class` has no index by schema alone. So everything
starts from `pg_depend`, which knows the members of a schema by an index, and never from a list of all relations. `ask` runs
them; with an empty search path every name comes qualified.
"""

from typing import Any, Final

from kernel import tenancy
from tenants.schemas.making import Connection

_MEMBERS: Final = """
WITH place AS MATERIALIZED (
    SELECT oid FROM pg_namespace WHERE nspname = %(schema)s
), members AS MATERIALIZED (
    SELECT DISTINCT classid, objid FROM pg_depend
    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = (SELECT oid FROM place)
), own AS MATERIALIZED (
    SELECT relation.* FROM pg_class relation
    WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)
), indexes AS MATERIALIZED (
    SELECT pg_index.*, own.relname AS table_name FROM pg_index JOIN own ON indrelid = own.oid
), functions AS MATERIALIZED (
    SELECT * FROM pg_proc WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_proc'::regclass)
), types AS MATERIALIZED (
    SELECT * FROM pg_type WHERE oid IN (SELECT objid FROM members WHERE classid = 'pg_type'::regclass)
)
"""
"""What the schema holds: `place`, `members` of any kind, `own` relations, `indexes`, `functions` and `types`."""


def ask(connection: Connection, scope: tenancy.Scope, query: str) -> list[tuple[Any, ...]]:
    """Rows of one of the queries of this module about the scope's schema."""
    names = {"schema": scope.schema_name, "role": scope.role}
    return connection.execute((_MEMBERS + query).encode(), names).fetchall()


FINGERPRINT: Final = """
SELECT md5(string_agg(line, chr(10) ORDER BY line COLLATE "C")) FROM (
    SELECT concat_ws(' ', 'relation', relkind, relname, pg_get_userbyid(relowner) = %(role)s) FROM own
    UNION ALL
    SELECT concat_ws(' ', 'column', own.relname, attname, attnotnull, attidentity, attgenerated, atthasdef)
    FROM pg_attribute JOIN own ON attrelid = own.oid WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'
    UNION ALL
    SELECT concat_ws(' ', 'index', table_name, pg_class.relname, indisunique, indisvalid)
    FROM indexes JOIN pg_class ON pg_class.oid = indexrelid
    UNION ALL
    SELECT concat_ws(' ', 'constraint', own.relname, conname, contype, convalidated)
    FROM pg_constraint JOIN own ON conrelid = own.oid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', own.relname, tgname, tgenabled)
    FROM pg_trigger JOIN own ON tgrelid = own.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'function', proname, md5(prosrc), pg_get_userbyid(proowner) = %(role)s) FROM functions
) AS lines (line)
"""
"""One value that tells a whole schema from a torn one, in some milliseconds; `facts` tell everything."""

IS_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM own)"

TABLES: Final = "SELECT relname FROM own WHERE relkind IN ('r', 'p') ORDER BY relname"


USERS: Final = """
SELECT DISTINCT pid FROM pg_locks JOIN own ON relation = own.oid
WHERE locktype = 'relation' AND pid <> pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
"""Sessions that hold or want a lock on one of the schema's relations."""

FACTS: Final = {
    "schema": """
        SELECT nspname, concat_ws(' ', 'owner', pg_get_userbyid(nspowner), 'granted',
            array(SELECT unnest(coalesce(nspacl, acldefault('n', nspowner)))::text ORDER BY 1))
        FROM pg_namespace WHERE nspname = %(schema)s""",
    "role": """
        SELECT rolname, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
            rolbypassrls, rolconnlimit, rolconfig, rolvaliduntil)
        FROM pg_roles WHERE rolname = %(role)s""",
    "role member": """
        SELECT pg_get_userbyid(member), concat_ws(' ', bool_or(admin_option), bool_or(inherit_option), bool_or(set_option))
        FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = roleid WHERE rolname = %(role)s GROUP BY member""",
    "kinds of objects": "SELECT classid::regclass::text, count(*)::text FROM members GROUP BY 1",
    "relation": """
        SELECT relname, concat_ws(' ', relkind, relpersistence, 'replica', relreplident, 'options', reloptions,
            'security', relrowsecurity, relforcerowsecurity,
            'parents', array(SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = own.oid ORDER BY inhseqno),
            pg_get_expr(relpartbound, oid), pg_get_partkeydef(oid),
            'owner', pg_get_userbyid(relowner), 'granted',
            array(SELECT unnest(coalesce(relacl,
                acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner)))::text ORDER BY 1))
        FROM own""",
    "column": """
        SELECT own.relname || '.' || attname, concat_ws(' ',
            row_number() OVER (PARTITION BY own.oid ORDER BY attnum), format_type(atttypid, atttypmod),
            'not null', attnotnull, 'identity', attidentity, 'generated', attgenerated,
            'default', pg_get_expr(adbin, adrelid), 'collation', attcollation::regcollation, 'storage', attstorage,
            attcompression, 'statistics', attstattarget, 'options', attoptions, 'granted', attacl)
        FROM pg_attribute JOIN own ON attrelid = own.oid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'""",
    "constraint": """
        SELECT coalesce(own.relname, types.typname) || '.' || conname,
            concat_ws(' ', contype, pg_get_constraintdef(pg_constraint.oid), condeferrable, condeferred, convalidated,
                connoinherit)
        FROM pg_constraint LEFT JOIN own ON conrelid = own.oid LEFT JOIN types ON contypid = types.oid
        WHERE conrelid IN (SELECT oid FROM own) OR contypid IN (SELECT oid FROM types WHERE typtype = 'd')""",
    "index": """
        SELECT table_name || '.' || pg_class.relname, concat_ws(' ', pg_get_indexdef(indexrelid), indisprimary,
            indisexclusion, indimmediate, 'valid', indisvalid, indisclustered, indisreplident, 'options', reloptions,
            'statistics', (SELECT string_agg(attnum || '=' || attstattarget, ',' ORDER BY attnum) FROM pg_attribute
                WHERE attrelid = indexrelid AND attstattarget >= 0))
        FROM indexes JOIN pg_class ON pg_class.oid = indexrelid""",
    "sequence": """
        SELECT relname, concat_ws(' ', format_type(seqtypid, NULL), 'start', seqstart, 'increment', seqincrement,
            'min', seqmin, 'max', seqmax, 'cache', seqcache, 'cycle', seqcycle, 'of', (
                SELECT string_agg(deptype::text || ' ' || refobjid::regclass::text || '.' || attname, ',')
                FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                WHERE classid = 'pg_class'::regclass AND objid = own.oid AND deptype IN ('a', 'i')))
        FROM own JOIN pg_sequence ON seqrelid = own.oid""",
    "trigger": """
        SELECT own.relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
        FROM pg_trigger JOIN own ON tgrelid = own.oid WHERE NOT tgisinternal""",
    "rule": """
        SELECT own.relname || '.' || rulename, concat_ws(' ', pg_get_ruledef(pg_rewrite.oid), ev_enabled)
        FROM pg_rewrite JOIN own ON ev_class = own.oid""",
    "policy": """
        SELECT own.relname || '.' || polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[],
            pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM pg_policy JOIN own ON polrelid = own.oid""",
    "function": """
        SELECT oid::regprocedure::text, concat_ws(' ',
            CASE WHEN prokind = 'a' THEN prosrc ELSE pg_get_functiondef(oid) END,
            'owner', pg_get_userbyid(proowner), 'granted',
            array(SELECT unnest(coalesce(proacl, acldefault('f', proowner)))::text ORDER BY 1))
        FROM functions""",
    "type": """
        SELECT typname, concat_ws(' ', typtype, format_type(typbasetype, typtypmod), typnotnull, typdefault,
            (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = types.oid),
            'owner', pg_get_userbyid(typowner), 'granted',
            array(SELECT unnest(coalesce(typacl, acldefault('T', typowner)))::text ORDER BY 1))
        FROM types WHERE typtype IN ('d', 'e', 'r', 'm')""",
    "statistics": """
        SELECT stxname, concat_ws(' ', pg_get_statisticsobjdef(pg_statistic_ext.oid), 'target', stxstattarget,
            'owner', pg_get_userbyid(stxowner))
        FROM pg_statistic_ext JOIN own ON stxrelid = own.oid""",
    "default grant": """
        SELECT concat_ws(' ', pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype), defaclacl::text
        FROM pg_default_acl WHERE defaclrole = (SELECT oid FROM pg_roles WHERE rolname = %(role)s)""",
    "comment": """, described AS (
            SELECT classid, objid FROM members
            UNION SELECT 'pg_namespace'::regclass, oid FROM place
            UNION SELECT 'pg_class'::regclass, indexrelid FROM indexes
            UNION SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid IN (SELECT oid FROM own)
            UNION SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM own)
            UNION SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE polrelid IN (SELECT oid FROM own)
        )
        SELECT pg_describe_object(classoid, objoid, objsubid), description
        FROM described JOIN pg_description ON classoid = classid AND objoid = objid""",
}
"""Name and definition of each thing of a kind, as text; names of schema and role stand in them as they are."""

ROWS: Final = {
    "django_content_type": "SELECT app_label || '.' || model, id::text FROM {table}",
    "auth_permission": "SELECT content_type_id || '.' || codename, concat_ws(' ', id, name) FROM {table}",
    "django_migrations": "SELECT app || '.' || name, '' FROM {table}",
}
"""Tables whose rows the migrations make and every gmina has the same; when a migration was applied differs."""
