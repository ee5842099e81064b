"""Sessions of browsers: a table of our own in the place of Django's."""

from django.db import models

from kernel.fields import EncryptedJSONField, PublicIdModel


class Session(PublicIdModel):
    """Sesja przeglądarki: what one browser's cookie opens.

    The row holds the hash of the key in the cookie, and the content is encrypted: who reads a dump of the database can
    neither take over a session nor see what is in it. `ends_at` is the nearer of the idle and the whole limit, moved on
    while it is used. `user` is empty while nobody is signed in.
    """

    key_hash = models.BinaryField(unique=True)
    content = EncryptedJSONField()
    user = models.ForeignKey("users.User", null=True, on_delete=models.CASCADE, related_name="sessions")
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.public_id)
