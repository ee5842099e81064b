"""The `skarbnik` command: management commands, each in the scope that it needs.

Django's own commands know nothing of gminas and work on the platform's schema; our commands open what they need
themselves, and one that forgets is refused by the database backend.
"""

import os
import sys

ON_PUBLIC = {
    "check", "makemigrations", "migrate", "migrate_schemas", "showmigrations", "sqlmigrate", "createcachetable",
    "collectstatic", "spectacular", "makemessages", "compilemessages", "diffsettings",
}  # fmt: skip
"""Stock commands that run on the public schema."""


def main(argv: list[str] | None = None) -> None:
    """Run one management command with the arguments of the process."""
    arguments = list(sys.argv if argv is None else argv)
    if arguments[1:2] == ["calculate"]:
        from portal import bulk

        bulk.main(arguments[2:])
        return
    if arguments[1:2] == ["new_keys"]:
        print_new_keys()
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    if arguments[1:] == ["fleet_migrate"] and is_at_rest():
        return
    from django.core.management import execute_from_command_line

    from kernel import tenancy

    if len(arguments) > 1 and arguments[1] in ON_PUBLIC:
        with tenancy.public():
            execute_from_command_line(arguments)
        return
    import django

    django.setup()  # as Django does it before any command, and before ours is known to be one
    from portal import attempted

    run = attempted.attempt if attempted.is_act(arguments[1:]) else execute_from_command_line
    run(arguments)


def is_at_rest() -> bool:
    """Whether a fleet migration has nothing to do, and has said so: then nobody waits for the applications to load."""
    from tenants.fleet.at_rest import nothing_to_do

    report = nothing_to_do()
    for line in report.lines() if report else ():
        print(line)
    return report is not None


def print_new_keys() -> None:
    """`skarbnik new_keys`: fresh keys for a new deployment, in the form of its environment; needs no settings."""
    from kernel import crypto

    master = crypto.new_master_keyset()
    print(f"MASTER_KEY={master}")
    print(f"PLATFORM_KEYS={crypto.new_platform_keys(master)}")


if __name__ == "__main__":
    main()
