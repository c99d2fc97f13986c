"""Files that people sent in: what they were, what was planned from them, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportBatch(models.Model):
    """One uploaded file: its name, size and sha256, the plan that was shown, and the outcome.

    `scope` is the county or project unit whose people see it, empty for the city office's; `target` tells apart what
    one file may be committed for more than once (a list and a year); `options` are what the plan was made with.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Shown as a difference")
        COMMITTED = "committed", _("Committed")
        PARTLY = "partly", _("Committed in part")
        REFUSED = "refused", pgettext_lazy("file", "Refused")
        DROPPED = "dropped", _("Dropped")

    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("sha256"), max_length=64, db_index=True)
    uploaded_by = models.CharField(_("uploaded by"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    scope = models.CharField(_("for whom"), max_length=40, blank=True, db_index=True)
    target = models.CharField(_("for what"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    options = models.JSONField(_("options"), default=dict, blank=True)
    plan = models.JSONField(_("plan"), default=dict)
    outcome = models.JSONField(_("outcome"), default=dict)
    decided_by = models.CharField(_("decided by"), max_length=64, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    committed_position = models.BigIntegerField(_("ledger position"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256", "target"],
                condition=models.Q(state="committed"),
                name="import_commits_a_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ColumnMemory(models.Model):
    """How an office's own headers were taken, once a person had corrected it; read when the same headers come again."""

    kind = models.CharField(_("kind"), max_length=20)
    scope = models.CharField(_("for whom"), max_length=40, blank=True)
    headers = models.CharField(_("fingerprint of the headers"), max_length=64)
    mapping = models.JSONField(_("columns"), default=dict)
    kept_by = models.CharField(_("kept by"), max_length=64)
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        ordering = ["kind", "scope", "headers"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "headers"], name="columns_remembered_once_per_office")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope} {self.headers[:10]}"
