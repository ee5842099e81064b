"""What the whole database promises about gminas, each as a query that returns whatever breaks the promise.

They ask PostgreSQL's catalog and know no table by name, so that a new model, app or gmina is under them from its first day.
"""

OURS = "(nspname = 'public' OR nspname LIKE 'gmina\\_%')"

DEFINERS = {
    "ledger_entry_balances": "deferred to the commit, when another role may be in force; reads the table it belongs to",
}
"""Triggers that run as the owner of their own gmina's schema, whoever commits, and why."""

_PLACES = """
WITH place(classid, oid, namespace) AS (
    SELECT 'pg_class'::regclass, oid, relnamespace FROM pg_class
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
    UNION ALL SELECT 'pg_constraint'::regclass, oid, connamespace FROM pg_constraint
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid, relnamespace FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, relnamespace FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class
    UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, relnamespace FROM pg_attrdef d JOIN pg_class c ON c.oid = adrelid
    UNION ALL SELECT 'pg_policy'::regclass, p.oid, relnamespace FROM pg_policy p JOIN pg_class c ON c.oid = polrelid
    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace FROM pg_statistic_ext
)
"""

OFFENDERS: dict[str, str] = {
    "a schema that is neither the platform's nor a gmina's": """
        SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$|gmina_[0-9]{7}$)'
    """,
    "something in a schema that the schema's owner does not own": f"""
        SELECT n.nspname || '.' || thing FROM (
            SELECT relnamespace AS namespace, relname AS thing, relowner AS owner FROM pg_class
            UNION ALL SELECT pronamespace, proname, proowner FROM pg_proc
            UNION ALL SELECT typnamespace, typname, typowner FROM pg_type
            UNION ALL SELECT oprnamespace, oprname, oprowner FROM pg_operator
            UNION ALL SELECT stxnamespace, stxname, stxowner FROM pg_statistic_ext
        ) found JOIN pg_namespace n ON n.oid = namespace
        WHERE {OURS}
        AND owner <> (SELECT oid FROM pg_roles
                      WHERE rolname = CASE nspname WHEN 'public' THEN 'skarbnik_public' ELSE nspname END)
    """,
    "a gmina's schema that its own role does not own": """
        SELECT nspname FROM pg_namespace WHERE nspname LIKE 'gmina\\_%' AND nspowner <> nspname::regrole
    """,
    "a right that is given to anybody beside the owner": f"""
        SELECT concat_ws(' ', nspname, thing, given) FROM (
            SELECT relnamespace AS namespace, relname AS thing, relowner AS owner, relacl AS given FROM pg_class
            UNION ALL SELECT relnamespace, relname || '.' || attname, relowner, attacl
                      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            UNION ALL SELECT pronamespace, proname, proowner, proacl FROM pg_proc
            UNION ALL SELECT typnamespace, typname, typowner, typacl FROM pg_type
            UNION ALL SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname <> 'public'
        ) found JOIN pg_namespace n ON n.oid = namespace
        WHERE {OURS} AND EXISTS (SELECT FROM aclexplode(given) WHERE grantee <> owner)
    """,
    "somebody beside the platform's role who may look into public": """
        SELECT coalesce(rolname, 'PUBLIC') || ' ' || privilege_type
        FROM pg_namespace, aclexplode(nspacl) LEFT JOIN pg_roles ON pg_roles.oid = grantee
        WHERE nspname = 'public' AND grantee <> nspowner AND rolname IS DISTINCT FROM 'skarbnik_public'
    """,
    "a right that future objects would give away": """
        SELECT concat_ws(' ', defaclrole::regrole, defaclacl) FROM pg_default_acl
    """,
    "a function that runs with another's rights": f"""
        SELECT nspname || '.' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
        WHERE {OURS} AND prosecdef
        AND NOT (proname = ANY (ARRAY{list(DEFINERS)}::text[]) AND nspname LIKE 'gmina\\_%' AND proowner = nspowner
                 AND prorettype = 'trigger'::regtype AND proconfig = ARRAY['search_path=""'])
    """,
    "a function that names another schema": """
        SELECT n.nspname || '.' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
        JOIN pg_namespace other ON other.nspname <> n.nspname AND other.nspname !~ '^(pg_|information_schema$)'
        WHERE (n.nspname = 'public' OR n.nspname LIKE 'gmina\\_%')
        AND (prosrc ~ ('\\m' || other.nspname || '"?\\.')
             OR array_to_string(proconfig, ' ') ~ ('\\m' || other.nspname || '\\M'))
    """,
    "a foreign key between schemas": """
        SELECT conname FROM pg_constraint JOIN pg_class f ON f.oid = conrelid JOIN pg_class t ON t.oid = confrelid
        WHERE f.relnamespace <> t.relnamespace
    """,
    "a view, trigger, default, type or child table that reaches into another schema": f"""
        {_PLACES}
        SELECT pg_describe_object(d.classid, d.objid, d.objsubid) || ' -> '
               || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
        FROM pg_depend d
        JOIN place f ON f.classid = d.classid AND f.oid = d.objid
        JOIN place t ON t.classid = d.refclassid AND t.oid = d.refobjid
        JOIN pg_namespace n ON n.oid = t.namespace
        WHERE f.namespace <> t.namespace AND nspname !~ '^(pg_|information_schema$)'
        AND f.namespace <> 'pg_toast'::regnamespace
    """,
    "a door to other servers, files or languages": """
        SELECT 'server ' || srvname FROM pg_foreign_server
        UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
        UNION ALL SELECT 'language ' || lanname FROM pg_language WHERE lanname NOT IN ('internal', 'c', 'sql', 'plpgsql')
        UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
        UNION ALL SELECT 'publication ' || pubname FROM pg_publication
    """,
    "a gmina's role that can do more than own its schema": """
        SELECT rolname FROM pg_roles WHERE (rolname LIKE 'gmina\\_%' OR rolname IN ('skarbnik_public', 'skarbnik_app'))
        AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
             OR rolconfig IS NOT NULL OR (rolcanlogin AND rolname <> 'skarbnik_app'))
    """,
    "a gmina's or the platform's role that holds another role": """
        SELECT member::regrole || ' holds ' || roleid::regrole FROM pg_auth_members
        WHERE member::regrole::text LIKE 'gmina\\_%' OR member::regrole::text = 'skarbnik_public'
    """,
    "somebody who has a gmina's rights without taking its role": """
        SELECT member::regrole || ' inherits ' || roleid::regrole FROM pg_auth_members
        WHERE inherit_option AND (roleid::regrole::text LIKE 'gmina\\_%' OR roleid::regrole::text = 'skarbnik_public')
    """,
    "somebody beside the two logins who may take a gmina's role": """
        SELECT member::regrole || ' may take ' || roleid::regrole FROM pg_auth_members
        WHERE set_option AND roleid::regrole::text LIKE 'gmina\\_%'
        AND member::regrole::text NOT IN ('skarbnik_app', 'skarbnik_provisioner')
    """,
    "something that the everyday login owns": """
        SELECT classid::regclass || ' ' || objid FROM pg_shdepend
        WHERE refclassid = 'pg_authid'::regclass AND refobjid = 'skarbnik_app'::regrole AND deptype = 'o'
    """,
    "a right in the database that everybody has": """
        SELECT privilege_type FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
        WHERE datname = current_database() AND grantee = 0 AND privilege_type <> 'CONNECT'
    """,
    "a table of a gmina that is no plain table": """
        SELECT concat_ws(' ', nspname, relname, relkind, relpersistence)
        FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname LIKE 'gmina\\_%' AND (relkind NOT IN ('r', 'i', 'S') OR relpersistence <> 'p' OR relrowsecurity)
    """,
}

BROKEN: dict[str, str] = {
    "a schema that is neither the platform's nor a gmina's": "CREATE SCHEMA spy",
    "something in a schema that the schema's owner does not own": "CREATE TABLE {a}.spy (id int)",
    "a gmina's schema that its own role does not own": "ALTER SCHEMA {a} OWNER TO skarbnik_public",
    "a right that is given to anybody beside the owner": "GRANT SELECT (id) ON {a}.users_user TO {b}",
    "somebody beside the platform's role who may look into public": "GRANT USAGE ON SCHEMA public TO PUBLIC",
    "a right that future objects would give away": "ALTER DEFAULT PRIVILEGES FOR ROLE {a} GRANT SELECT ON TABLES TO PUBLIC",
    "a function that runs with another's rights": (
        "CREATE FUNCTION {a}.spy() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1"
    ),
    "a function that names another schema": (
        "CREATE FUNCTION {a}.spy() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM {b}.users_user'"
    ),
    "a foreign key between schemas": "CREATE TABLE {a}.spy (id bigint REFERENCES {b}.users_user)",
    "a view, trigger, default, type or child table that reaches into another schema": (
        "CREATE VIEW {a}.spy AS SELECT id FROM {b}.users_user"
    ),
    "a door to other servers, files or languages": "CREATE EXTENSION dblink",
    "a gmina's role that can do more than own its schema": "ALTER ROLE {a} BYPASSRLS",
    "a gmina's or the platform's role that holds another role": "GRANT {b} TO {a} WITH INHERIT FALSE",
    "somebody who has a gmina's rights without taking its role": "GRANT {a} TO skarbnik_app WITH INHERIT TRUE",
    "somebody beside the two logins who may take a gmina's role": "GRANT {a} TO skarbnik_public WITH INHERIT FALSE",
    "something that the everyday login owns": "ALTER TABLE {a}.users_user OWNER TO skarbnik_app",
    "a right in the database that everybody has": "GRANT TEMPORARY ON DATABASE {database} TO PUBLIC",
    "a table of a gmina that is no plain table": "CREATE UNLOGGED TABLE {a}.spy (id int)",
}
"""For each promise a statement that breaks it: a query that does not see it would promise nothing."""
