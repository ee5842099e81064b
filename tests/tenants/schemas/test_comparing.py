"""Each kind of thing that two schemas may have differently is seen: one change at a time, undone afterwards."""

import pytest

from kernel import tenancy
from tenants.schemas import catalog
from tenants.schemas.comparison import differences
from tenants.schemas.making import provisioner

CHANGES = [
    ("schema", "GRANT USAGE ON SCHEMA {own} TO skarbnik_app"),
    ("relation", "GRANT SELECT ON {own}.users_user TO skarbnik_app"),
    ("relation", "ALTER TABLE {own}.users_user SET (fillfactor = 70)"),
    ("relation", "ALTER TABLE {own}.django_migrations SET UNLOGGED"),
    ("relation", "ALTER TABLE {own}.users_user ENABLE ROW LEVEL SECURITY"),
    ("relation", "ALTER TABLE {own}.users_user REPLICA IDENTITY FULL"),
    ("relation", "CREATE VIEW {own}.names AS SELECT id FROM {own}.users_user"),
    ("relation", "DROP TABLE {own}.guardian_userobjectpermission"),
    ("kinds of objects", "CREATE TABLE {own}.more (id int)"),
    ("column", "ALTER TABLE {own}.users_staffrole ADD COLUMN more int"),
    ("column", "ALTER TABLE {own}.users_staffrole DROP COLUMN issuer"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer TYPE varchar(121)"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer DROP NOT NULL"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer SET DEFAULT ''"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer SET STATISTICS 50"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer SET STORAGE PLAIN"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER issuer TYPE varchar(120) COLLATE \"C\""),
    ("column", "ALTER TABLE {own}.users_staffrole RENAME issuer TO issued_by"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER id SET GENERATED ALWAYS"),
    ("column", "ALTER TABLE {own}.users_staffrole ALTER id DROP IDENTITY"),
    ("column", "GRANT UPDATE (issuer) ON {own}.users_staffrole TO skarbnik_app"),
    ("column", "ALTER TABLE {own}.users_staffrole ADD twice int GENERATED ALWAYS AS (user_id * 2) STORED"),
    ("constraint", "ALTER TABLE {own}.users_staffrole RENAME CONSTRAINT role_valid_dates TO role_dates"),
    ("constraint", "ALTER TABLE {own}.users_staffrole DROP CONSTRAINT role_valid_dates"),
    ("constraint", "ALTER TABLE {own}.users_staffrole RENAME CONSTRAINT users_staffrole_public_id_key TO other_key"),
    ("constraint", "ALTER TABLE {own}.users_staffrole ADD CHECK (issuer <> 'x') NOT VALID"),
    ("constraint", "ALTER TABLE {own}.users_staffrole ADD CHECK (issuer <> 'x') NO INHERIT"),
    ("index", "ALTER INDEX {own}.users_staffrole_user_id_4fe6e5a7 RENAME TO other"),
    ("index", "DROP INDEX {own}.users_staffrole_user_id_4fe6e5a7"),
    ("index", "CREATE INDEX more ON {own}.users_staffrole (issuer) WHERE revoked_at IS NULL"),
    ("index", "ALTER INDEX {own}.users_staffrole_user_id_4fe6e5a7 SET (fillfactor = 70)"),
    ("index", "ALTER TABLE {own}.users_staffrole CLUSTER ON users_staffrole_user_id_4fe6e5a7"),
    ("sequence", "ALTER SEQUENCE {own}.users_staffrole_id_seq START WITH 100"),
    ("sequence", "ALTER SEQUENCE {own}.users_staffrole_id_seq MAXVALUE 2147483647"),
    ("sequence", "ALTER SEQUENCE {own}.users_staffrole_id_seq CACHE 5"),
    ("sequence", "CREATE SEQUENCE {own}.more OWNED BY {own}.users_staffrole.id"),
    ("trigger", "DROP TRIGGER append_only ON {own}.audit_auditentry"),
    ("trigger", "ALTER TABLE {own}.audit_auditentry DISABLE TRIGGER append_only"),
    ("trigger", "ALTER TRIGGER append_only ON {own}.audit_auditentry RENAME TO other"),
    ("rule", "CREATE RULE quiet AS ON DELETE TO {own}.audit_auditentry DO INSTEAD NOTHING"),
    ("policy", "CREATE POLICY all_rows ON {own}.users_user USING (true)"),
    ("function", "CREATE OR REPLACE FUNCTION {own}.audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                 "$$ BEGIN RETURN NEW; END $$"),
    ("function", "ALTER FUNCTION {own}.audit_append_only() SECURITY DEFINER"),
    ("function", "REVOKE EXECUTE ON FUNCTION {own}.audit_append_only() FROM PUBLIC"),
    ("function", "DROP FUNCTION {own}.skarbnik_stable_id() CASCADE"),
    ("type", "CREATE TYPE {own}.state AS ENUM ('open', 'closed')"),
    ("type", "CREATE DOMAIN {own}.grosze AS bigint CHECK (VALUE >= 0)"),
    ("statistics", "CREATE STATISTICS {own}.more ON issuer, role FROM {own}.users_staffrole"),
    ("default grant", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO skarbnik_app"),
    ("comment", "COMMENT ON TABLE {own}.users_user IS 'people'"),
    ("comment", "COMMENT ON COLUMN {own}.users_user.email IS 'address'"),
    ("comment", "COMMENT ON CONSTRAINT role_valid_dates ON {own}.users_staffrole IS 'days'"),
    ("comment", "COMMENT ON INDEX {own}.users_staffrole_user_id_4fe6e5a7 IS 'quick'"),
    ("comment", "COMMENT ON TRIGGER append_only ON {own}.audit_auditentry IS 'stays'"),
    ("comment", "COMMENT ON FUNCTION {own}.audit_append_only() IS 'stays'"),
    ("comment", "COMMENT ON SCHEMA {own} IS 'a gmina'"),
    ("row of django_content_type", "UPDATE {own}.django_content_type SET model = 'other' WHERE model = 'user'"),
    ("row of auth_permission", "UPDATE {own}.auth_permission SET id = id + 1 WHERE codename = 'add_user'"),
    ("row of django_migrations", "DELETE FROM {own}.django_migrations WHERE app = 'ledger'"),
]  # fmt: skip
BY_THE_PROVISIONER = [
    ("role", "ALTER ROLE {own} CONNECTION LIMIT 3"),
    ("role member", "REVOKE {own} FROM skarbnik_app"),
    ("role member", "GRANT {own} TO skarbnik_app WITH INHERIT TRUE"),
]
OTHERS_OWN = [
    ("relation", "ALTER TABLE {own}.users_user OWNER TO gmina_2465011"),
    ("function", "ALTER FUNCTION {own}.audit_append_only() OWNER TO gmina_2465011"),
]


@pytest.fixture
def connection(django_db_setup):
    with provisioner() as opened:
        yield opened


def scope_of(teryt: str) -> tenancy.Scope:
    return tenancy.Scope(schema_name=f"gmina_{teryt}", role=f"gmina_{teryt}")


BORKI, DABROWA = scope_of("0615022"), scope_of("2465011")


def kinds_seen(connection, *statements: str) -> set[str]:
    with connection.transaction(force_rollback=True):
        for statement in statements:
            connection.execute(statement.format(own=BORKI.schema_name))
        connection.execute("RESET ROLE")
        return {one.kind for one in differences(connection, BORKI, DABROWA)}


@pytest.mark.parametrize(("kind", "statement"), CHANGES, ids=[statement[:70] for _, statement in CHANGES])
def test_a_change_of_the_owner_is_seen(kind, statement, connection):
    assert kind in kinds_seen(connection, "SET LOCAL ROLE {own}", statement)


@pytest.mark.parametrize(("kind", "statement"), BY_THE_PROVISIONER)
def test_a_change_of_the_role_is_seen(kind, statement, connection):
    assert kinds_seen(connection, statement) == {kind}


@pytest.mark.parametrize(("kind", "statement"), OTHERS_OWN)
def test_another_owner_is_seen(kind, statement, server, connection):
    import psycopg

    name = connection.info.dbname
    with psycopg.connect(server.url("postgres", name), autocommit=True) as administrator:
        assert kind in kinds_seen(administrator, statement)


def test_two_gminas_with_data_of_their_own_differ_in_nothing(connection):
    assert kinds_seen(connection) == set()


def test_every_kind_of_thing_has_a_change_here():
    tried = {kind for kind, _ in (*CHANGES, *BY_THE_PROVISIONER)}
    assert tried == set(catalog.FACTS) | {f"row of {table}" for table in catalog.ROWS}
