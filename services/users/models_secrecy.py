"""Who has promised to keep what she or he sees in gminas secret."""

from django.db import models


class SecrecyStatement(models.Model):
    """Oświadczenie o zachowaniu poufności (S104, art. 28 ust. 3 lit. b RODO): which words, and when. It is never changed."""

    user = models.ForeignKey("users.User", on_delete=models.PROTECT, related_name="secrecy_statements")
    text_version = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("made_at", "id")
        constraints = [models.UniqueConstraint(fields=["user", "text_version"], name="secrecy_stated_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.text_version}"
