"""The platform's list of gminas: who they are, where their data live, in which state they are."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The platform's list of gminas: who they are, where their data live, in which state they are."""

    name = "tenants.directory"
    label = "directory"
    verbose_name = "Gminy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the kernel how a message's TERYT code becomes a scope, and let the scope choose the database cluster."""
        from kernel import tasks
        from kernel.postgresql import clusters
        from tenants.directory.queries import scope_to_work_in, shard_of_schema

        tasks.find_scopes_with(scope_to_work_in)
        clusters.find_shards_with(shard_of_schema)
        clusters.install()
