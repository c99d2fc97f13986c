"""Files that people sent in: what they were, what was planned from them, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One uploaded file: its name, size and sha256, the plan that was shown, and the outcome."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Shown as a difference")
        COMMITTED = "committed", _("Committed")
        REFUSED = "refused", _("Refused")
        DROPPED = "dropped", _("Dropped")

    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("sha256"), max_length=64, db_index=True)
    uploaded_by = models.CharField(_("uploaded by"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    plan = models.JSONField(_("plan"), default=dict)
    outcome = models.JSONField(_("outcome"), default=dict)
    committed_position = models.BigIntegerField(_("ledger position"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"], condition=models.Q(state="committed"), name="import_commits_a_file_once"
            )
        ]

    def __str__(self) -> str:
        return self.file_name
