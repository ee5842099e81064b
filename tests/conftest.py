"""The test session: one private PostgreSQL server, two gminas set up from their presets, a cast of people in each.

Every test runs in a transaction that is rolled back, except those that need several processes or connections; they get a
database of their own, copied from the same template.
"""

pytest_plugins = [
    "pytester",
    "tests.requirements.plugin",
    "tests.fixtures.histories",
    "tests.fixtures.database",
    "tests.fixtures.cast",
    "tests.fixtures.running",
    "tests.fixtures.operators",
    "tests.fixtures.national_node",
    "tests.fixtures.receiving",
    "tests.fixtures.browser",
    "tests.fixtures.roles_in_the_log",
]
